import { ok, type Result } from '#lib/base/result'
import { type MarkdownError, markdownToDoc } from '#lib/convert/markdown'
import { type PageSlice, slicesOf } from '#lib/convert/page-slices'

/** Characters of an imported text that become one change: keys get their turn after each. */
const SLICE_LENGTH = 50_000

/** A file's page as it travels from the thread that read it, and its title where the text has one. */
export interface SlicedPage {
  readonly title?: string
  readonly slices: readonly PageSlice[]
}

/** Reads a whole Markdown file, hostile text too; seconds of work where it is long. */
export function sliceMarkdown(text: string): Result<SlicedPage, MarkdownError> {
  const read = markdownToDoc(text)
  if (!read.ok) return read
  const { doc, ...title } = read.value
  return ok({ ...title, slices: slicesOf(doc, SLICE_LENGTH) })
}
