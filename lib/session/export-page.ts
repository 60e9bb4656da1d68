import { type Node, Slice } from 'prosemirror-model'
import { plainText } from '#lib/editor/plain-text'

export type ExportFormat = 'markdown' | 'html' | 'docx' | 'text'

/** What leaves with a page. */
export interface ExportedPage {
  /** '' for an untitled one. */
  readonly title: string
  readonly doc: Node
  readonly threads: readonly {
    readonly quote: string
    readonly resolved: boolean
    /** `person`: id of its author, where that is known. */
    readonly remarks: readonly { readonly person: string | undefined; readonly at: number; readonly text: string }[]
  }[]
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
  nameOf(person: string | undefined): string
}

/** The page with the comments that are wished for, below it. */
export async function exportedDoc(
  { doc, threads }: ExportedPage,
  { withComments, nameOf }: Omit<ExportWish, 'format'>,
) {
  const comments = await import('#lib/convert/comment-blocks')
  const named = threads.map(({ remarks, ...thread }) => ({
    ...thread,
    remarks: remarks.map(({ person, ...remark }) => ({ ...remark, by: nameOf(person) })),
  }))
  return withComments ? comments.withComments(doc, named) : doc
}

/** A page as a file; what writes it is fetched when it is first needed. */
export async function exportFile(page: ExportedPage, wish: ExportWish): Promise<ExportedFile> {
  const { safeFileName } = await import('#lib/convert/safe-file-name')
  const { title } = page
  const doc = await exportedDoc(page, wish)
  switch (wish.format) {
    case 'markdown': {
      const { docToMarkdown } = await import('#lib/convert/markdown')
      return { fileName: safeFileName(title, 'md'), type: 'text/markdown', content: docToMarkdown(doc, { title }) }
    }
    case 'html': {
      const { docToHtml } = await import('#lib/convert/page-html')
      return { fileName: safeFileName(title, 'html'), type: 'text/html', content: docToHtml(doc, { title }) }
    }
    case 'docx': {
      const { docToDocx } = await import('#lib/convert/docx-writer')
      const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
      return { fileName: safeFileName(title, 'docx'), type, content: docToDocx(doc, { title }) }
    }
    case 'text': {
      const text = plainText(new Slice(doc.content, 0, 0))
      return {
        fileName: safeFileName(title, 'txt'),
        type: 'text/plain',
        content: `${title ? `${title}\n\n` : ''}${text}\n`,
      }
    }
  }
}
