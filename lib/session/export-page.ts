import { type Node, Slice } from 'prosemirror-model'
import { err, ok, type Result } from '#lib/base/result'
import { slicesOf } from '#lib/convert/page-slices'
import type { WritingError, WritingThread } from '#lib/convert/write-in-worker'
import { withTodaysNames } from '#lib/document/remark-mentions'
import { plainText } from '#lib/editor/plain-text'
import type { Mention } from '#lib/schema/mention-node'
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
}

export interface ExportWish {
  readonly format: ExportFormat
  readonly withComments: boolean
  /** Today's name; `undefined` or '' for whom nobody knows. */
  nameOf(person: string): string | undefined
}

/** The page with the comments that are wished for, below it. */
export async function exportedDoc(
  { doc, threads }: ExportedPage,
  { withComments, nameOf }: Omit<ExportWish, 'format'>,
) {
  const comments = await import('#lib/convert/comment-blocks')
  const named = threads.map(({ remarks, ...thread }) => ({
    ...thread,
    remarks: remarks.map(({ person, at, text, mentions }) => ({
      by: shownName({ name: nameOf(person ?? '') ?? '' }),
      at,
      text: withTodaysNames(text, mentions, nameOf),
    })),
  }))
  return withComments ? comments.withComments(doc, named) : doc
}

export type ExportError = ActionError | WritingError | { readonly type: 'stopped' }

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** A page as a file; what writes it is fetched when it is first needed. */
export async function exportFile(
  page: ExportedPage,
  wish: ExportWish,
  thread: Pick<WritingThread, 'write'>,
): Promise<Result<ExportedFile, ExportError>> {
  const { safeFileName } = await import('#lib/convert/safe-file-name')
  const { title } = page
  const doc = await exportedDoc(page, wish)
  const { format } = wish
  if (format === 'html') {
    const { docToHtml } = await import('#lib/convert/page-html')
    return ok({ fileName: safeFileName(title, 'html'), type: 'text/html', content: docToHtml(doc, { title }) })
  }
  if (format === 'text') {
    const content = `${title ? `${title}\n\n` : ''}${plainText(new Slice(doc.content, 0, 0))}\n`
    return ok({ fileName: safeFileName(title, 'txt'), type: 'text/plain', content })
  }
  const [slice] = slicesOf(doc, Number.POSITIVE_INFINITY)
  if (!slice) return err({ type: 'writer-failed' })
  const written = await thread.write({ type: 'page', format, title, page: slice })
  if (!written.ok) return written
  const [ending, type] = format === 'docx' ? ['docx', DOCX] : ['md', 'text/markdown']
  return ok({ fileName: safeFileName(title, ending), type, content: written.value ?? '' })
}
