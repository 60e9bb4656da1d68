import { type Node, Slice } from 'prosemirror-model'
import { err, ok, type Result } from '#lib/base/result'
import { slicesOf } from '#lib/convert/page-slices'
import type { WritingError, WritingThread } from '#lib/convert/write-in-worker'
import { withTodaysNames } from '#lib/document/remark-mentions'
import type { PageFiles } from '#lib/editor/page-files'
import { plainText } from '#lib/editor/plain-text'
import type { Mention } from '#lib/schema/mention-node'
import { createFileGathering, type LeftFile } from '#lib/session/gather-files'
import { type PresentNames, withPresentNames } from '#lib/session/present-names'
import type { ActionError } from '#lib/session/session-view'
import { nameOf as shownName } from '#lib/words/pill-words'

export type ExportFormat = 'markdown' | 'html' | 'docx' | 'text'

/** What leaves with a page. */
export interface ExportedPage {
  /** '' for an untitled one. */
  readonly title: string
  readonly doc: Node
  readonly threads: readonly {
    readonly quote: string
    readonly resolved: boolean
    readonly remarks: readonly ExportedRemark[]
  }[]
}

export interface ExportedRemark {
  /** Id of its author, where that is known. */
  readonly person: string | undefined
  readonly at: number
  readonly text: string
  readonly mentions: readonly Mention[]
}

/** A file for the browser's downloads. */
export interface ExportedFile {
  readonly fileName: string
  /** Its MIME type. */
  readonly type: string
  readonly content: string | Uint8Array<ArrayBuffer>
  /** What only the names leave of. */
  readonly left: readonly LeftFile[]
}

export interface ExportWish extends PresentNames {
  readonly withComments: boolean
}

export interface PageExport extends ExportWish {
  readonly format: ExportFormat
  /** Ends the waiting for pictures. */
  readonly signal?: AbortSignal
  /** So many of the page's pictures were looked for. */
  onLooked?(done: number, of: number): void
}

/** The page with today's names, and the comments that are wished for below it. */
export async function exportedDoc({ doc, threads }: ExportedPage, { withComments, ...names }: ExportWish) {
  const { nameOf } = names
  const comments = await import('#lib/convert/comment-blocks')
  const named = threads.map(({ remarks, ...thread }) => ({
    ...thread,
    remarks: remarks.map(({ person, at, text, mentions }) => ({
      by: shownName({ name: nameOf(person ?? '') ?? '' }),
      at,
      text: withTodaysNames(text, mentions, nameOf),
    })),
  }))
  const present = withPresentNames(doc, names)
  return withComments ? comments.withComments(present, named) : present
}

export type ExportError = ActionError | WritingError | { readonly type: 'stopped' }

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** What the pictures of one page may have: a file of more is slow to open everywhere. */
const PAGE_LIMIT_MEGABYTES = 50

/** A page as a file, with its pictures where the format holds them; what writes it is fetched when it is first needed. */
export async function exportFile(
  page: ExportedPage,
  { format, signal = new AbortController().signal, onLooked, ...wish }: PageExport,
  { files, thread }: { readonly files: Pick<PageFiles, 'follow'>; readonly thread: Pick<WritingThread, 'write'> },
): Promise<Result<ExportedFile, ExportError>> {
  const { safeFileName } = await import('#lib/convert/safe-file-name')
  const { title } = page
  const doc = await exportedDoc(page, wish)
  const gathering = createFileGathering({ files, nodes: ['image'], limitMegabytes: PAGE_LIMIT_MEGABYTES, signal })
  const pictures = { doc, gathering, ...(onLooked ? { onLooked } : {}) }
  const made = (ending: string, type: string, content: ExportedFile['content']): Result<ExportedFile, ExportError> =>
    signal.aborted
      ? err({ type: 'stopped' })
      : ok({ fileName: safeFileName(title, ending), type, content, left: gathering.left() })
  if (format === 'html') {
    const { docToHtml } = await import('#lib/convert/page-html')
    const { picturesForHtml } = await import('#lib/session/export-pictures')
    const shown = await picturesForHtml(pictures)
    return made('html', 'text/html', docToHtml(doc, { title, pictures: shown }))
  }
  if (format === 'text') {
    const content = `${title ? `${title}\n\n` : ''}${plainText(new Slice(doc.content, 0, 0))}\n`
    return made('txt', 'text/plain', content)
  }
  const [slice] = slicesOf(doc, Number.POSITIVE_INFINITY)
  if (!slice) return err({ type: 'writer-failed' })
  if (format === 'markdown') {
    const written = await thread.write({ type: 'markdown', title, page: slice })
    return written.ok ? made('md', 'text/markdown', written.value ?? '') : written
  }
  const { picturesForWord } = await import('#lib/session/export-pictures')
  const shown = await picturesForWord(pictures, PAGE_LIMIT_MEGABYTES)
  const written = await thread.write({ type: 'docx', title, page: slice, pictures: shown })
  return written.ok ? made('docx', DOCX, written.value ?? '') : written
}
