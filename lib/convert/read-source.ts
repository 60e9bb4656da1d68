import { err, ok, type Result } from '#lib/base/result'
import { csvToDoc } from '#lib/convert/csv-page'
import { decodeHtml, decodeText } from '#lib/convert/decode-text'
import { docxToDoc } from '#lib/convert/docx-reader'
import { type FileShelf, fileAttributes } from '#lib/convert/enclosed-files'
import { excessOf, fileKind, stemOf } from '#lib/convert/file-kind'
import { imageBytes } from '#lib/convert/image-bytes'
import { inertHtml } from '#lib/convert/inert-html'
import type { Losses } from '#lib/convert/losses'
import { type ArchiveReading, type MarkdownError, markdownToDoc } from '#lib/convert/markdown'
import { type PageSlice, slicesOf } from '#lib/convert/page-slices'
import { textToDoc } from '#lib/convert/plain-page'
import type { TitledPage } from '#lib/convert/titled-page'

/** A page that was read. HTML can only be parsed where there is a document, so that it leaves the thread as text. */
export type ReadPage =
  | { readonly type: 'read'; readonly title: string; readonly slices: readonly PageSlice[] }
  | HtmlSource

export interface HtmlSource {
  readonly type: 'html'
  /** For a page that has none of its own. */
  readonly title: string
  /** In its archive. */
  readonly path: string
  /** Made inert by inertHtml. */
  readonly html: string
}

export type SourceProblem =
  | MarkdownError
  | { readonly type: 'not-text' }
  /** Not what the ending of its name says. */
  | { readonly type: 'damaged' }

/** Characters of an imported text that become one change: keys get their turn after each. */
const SLICE_LENGTH = 50_000

/** A page as it travels from the thread that read it; `fallback` is its title where the text has none. */
export const readPage = ({ doc, title }: TitledPage, fallback: string) => ({
  type: 'read' as const,
  title: title ?? fallback,
  slices: slicesOf(doc, SLICE_LENGTH),
})

export interface SourceReading {
  /** For a page that has none of its own. */
  readonly title: string
  readonly losses: Losses
  /** Takes the pictures that are in the file. */
  readonly shelf: FileShelf
  /** The files that it came with. */
  readonly archive?: ArchiveReading
  /** The page that stands for a row of a table, by the row's first value. */
  hrefOfRow?(name: string): string | undefined
}

/** Reads one file of anybody as a page; one of an unknown kind as Markdown. */
export function readSource(
  path: string,
  bytes: Uint8Array,
  { title, losses, shelf, archive, hrefOfRow = nowhere }: SourceReading,
): Result<ReadPage, SourceProblem> {
  const excess = excessOf(path, bytes.length)
  if (excess) return err({ type: 'too-large', ...excess })
  const kind = fileKind(path)
  if (kind === 'html') {
    const html = decodeHtml(bytes)
    const inert = html === undefined ? undefined : inertHtml(html, (address) => takeImage(address, shelf))
    if (inert === undefined) return err({ type: 'not-text' })
    if (inert.length > HTML_LIMIT_MEGABYTES * 1_048_576)
      return err({ type: 'too-large', limitMegabytes: HTML_LIMIT_MEGABYTES })
    return ok({ type: 'html', title, path, html: inert })
  }
  if (kind === 'docx') {
    const read = docxToDoc(bytes, losses, shelf)
    return read.ok ? ok(readPage(read.value, title)) : read
  }
  const text = decodeText(bytes)
  if (text === undefined) return err({ type: 'not-text' })
  if (kind === 'csv') {
    const keepWhole = () =>
      fileAttributes(
        shelf.add(path, bytes.length, () => bytes),
        path,
        '',
      )
    const doc = csvToDoc(text, { name: path.split('/').at(-1) ?? '', losses, hrefOfRow, keepWhole })
    return ok(readPage({ doc }, title))
  }
  if (kind === 'text') return ok(readPage({ doc: textToDoc(text) }, title))
  const read = markdownToDoc(text, archive)
  return read.ok ? ok(readPage(read.value, title)) : read
}

/** Without the pictures in it, in megabytes: it is parsed beside the keys. */
const HTML_LIMIT_MEGABYTES = 6

function takeImage(address: string, shelf: FileShelf): number | undefined {
  if (!/^data:/i.test(address)) return undefined
  return shelf.add('', Math.ceil((address.length * 3) / 4), () => imageBytes(address))
}

const nowhere = (): undefined => undefined

/** The title of a page whose text has none. */
export const titleFromName = (name: string): string =>
  stemOf(name)
    .replace(/ [0-9a-f]{32}$/, '')
    .trim()
