import { err, ok, type Result } from '#lib/base/result'
import { type ArchivePlaces, createFileLinks, type FileLinks } from '#lib/convert/archive-links'
import { type FileAttributes, pictureAttributes } from '#lib/convert/enclosed-files'
import { createHtmlParser } from '#lib/convert/html-parser'
import { IMAGE_PLACE, TAKEN_IMAGE } from '#lib/convert/inert-html'
import type { Losses } from '#lib/convert/losses'
import { depthOf, MAX_DEPTH } from '#lib/convert/page-depth'
import { type HtmlSource, readPage } from '#lib/convert/read-source'
import { showPicture } from '#lib/convert/show-picture'
import { type TitledPage, titledPage } from '#lib/convert/titled-page'
import { schema } from '#lib/schema/schema'

/** A page of an archive, or one that came alone; hostile text is safe. Long work where the page is long. */
export function readHtml(page: HtmlSource, { parse, places, losses }: PageSurroundings & Pick<HtmlReading, 'parse'>) {
  const links = createFileLinks(page.path, places, losses)
  const read = htmlToDoc(page.html, { parse, links })
  return read.ok ? ok(readPage(read.value, page.title)) : read
}

/** What a page of HTML comes with, and where what it brings goes. */
export interface PageSurroundings {
  readonly places: ArchivePlaces
  readonly losses: Losses
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
    const address = link.getAttribute('href') ?? ''
    const attached = isImage ? undefined : links.fileOf(address, link.textContent?.trim() ?? '')
    if (attached) offerFile(link, attached)
    const href = isImage ? undefined : links.hrefOf(address)
    if (href === undefined) link.removeAttribute('href')
    else link.setAttribute('href', href)
  }
  for (const place of file.querySelectorAll(IMAGE_PLACE)) {
    const [source, alt] = [place.getAttribute('src') ?? '', place.getAttribute('alt') ?? '']
    const taken = place.getAttribute(TAKEN_IMAGE)
    const found = () => (taken === null ? links.pictureOf(source, alt) : pictureAttributes(Number(taken), '', alt))
    const picture = isContent(place) ? found() : undefined
    if (isContent(place) && !picture) links.loseImage(source, alt)
    if (picture) showPicture(place, picture)
    else place.remove()
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

/** A block below the words of the link, or in place of a block that has no others. */
function offerFile(link: Element, { file, name }: FileAttributes): void {
  const offer = link.ownerDocument.createElement('p')
  for (const [key, value] of Object.entries({ file, name })) offer.setAttribute(`data-${key}`, value)
  const block = link.closest('p, h1, h2, h3, h4, h5, h6, figure, .source, td, th, li')
  if (!block || /^(td|th|li)$/i.test(block.tagName)) (block ?? link.ownerDocument.body).append(offer)
  else block.after(offer)
  if (block && block.tagName !== 'LI' && block.textContent?.trim() === link.textContent?.trim()) link.remove()
}

/** Not the picture before a Notion page's title, and no dot that only counts readers. */
const isContent = (place: Element): boolean =>
  !place.closest('.page-header-icon, .icon, li[role="checkbox"]') && place.getAttribute('width') !== '1'
