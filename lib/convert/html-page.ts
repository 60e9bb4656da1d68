import { err, ok, type Result } from '#lib/base/result'
import { type ArchivePlaces, createFileLinks, type FileLinks } from '#lib/convert/archive-links'
import { createHtmlParser } from '#lib/convert/html-parser'
import { IMAGE_PLACE } from '#lib/convert/inert-html'
import type { Losses } from '#lib/convert/losses'
import { depthOf, MAX_DEPTH } from '#lib/convert/page-depth'
import { type HtmlSource, readPage } from '#lib/convert/read-source'
import { type TitledPage, titledPage } from '#lib/convert/titled-page'
import { schema } from '#lib/schema/schema'

/** A page of an archive, or one that came alone; hostile text is safe. Long work where the page is long. */
export function readHtml(
  page: HtmlSource,
  { parse, places, losses }: { parse: HtmlReading['parse']; places: ArchivePlaces; losses: Losses },
) {
  const read = htmlToDoc(page.html, { parse, links: createFileLinks(page.path, places, losses) })
  return read.ok ? ok(readPage(read.value, page.title)) : read
}

export interface HtmlReading {
  /** Parses text that inertHtml made, into a document of its own. */
  parse(html: string): Document
  readonly links: FileLinks
}

/** Reads a whole HTML file of anybody, made inert by inertHtml, as a page; a first heading, or else the file's own title, becomes the title. */
export function htmlToDoc(
  html: string,
  { parse, links }: HtmlReading,
): Result<TitledPage, { readonly type: 'too-deep' }> {
  const file = parse(html)
  for (const link of file.querySelectorAll('a[href]')) {
    const isImage = link.querySelector(IMAGE_PLACE) !== null && link.textContent?.trim() === ''
    const href = isImage ? undefined : links.hrefOf(link.getAttribute('href') ?? '')
    if (href === undefined) link.removeAttribute('href')
    else link.setAttribute('href', href)
  }
  for (const place of file.querySelectorAll(IMAGE_PLACE)) {
    if (isContent(place)) links.loseImage(place.getAttribute('src') ?? '', place.getAttribute('alt') ?? '')
    place.remove()
  }
  for (const hidden of file.querySelectorAll('[hidden], template, noscript')) hidden.remove()
  const ownTitle = file.querySelector('.page-title')
  if (ownTitle) file.body.prepend(ownTitle)
  const doc = createHtmlParser(schema).parse(file.body)
  if (depthOf(doc) > MAX_DEPTH) return err({ type: 'too-deep' })
  const title = file.title.trim()
  const page = titledPage(doc)
  return ok(page.title === undefined && title ? { ...page, title } : page)
}

/** Not the picture before a Notion page's title, and no dot that only counts readers. */
const isContent = (place: Element): boolean =>
  !place.closest('.page-header-icon, .icon, li[role="checkbox"]') && place.getAttribute('width') !== '1'
