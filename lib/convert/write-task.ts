import {
  type ArchivedFile,
  type ArchivedPage,
  type ArchiveWriter,
  createArchiveWriter,
} from '#lib/convert/archive-writer'
import type { WordPicture } from '#lib/convert/docx-picture'
import { docToDocx } from '#lib/convert/docx-writer'
import { docToMarkdown } from '#lib/convert/markdown'
import { openSlice, type PageSlice } from '#lib/convert/page-slices'

/** Work of writing that takes long where a page is long. A page travels as one slice. */
export type WriteTask =
  | { readonly type: 'markdown'; readonly title: string; readonly page: PageSlice }
  | {
      readonly type: 'docx'
      readonly title: string
      readonly page: PageSlice
      readonly pictures: readonly WordPicture[]
    }
  /** An archive: its pages are named first, then added one by one, then it ends. */
  | { readonly type: 'begin'; readonly pages: readonly ArchivedPage[] }
  | { readonly type: 'add'; readonly at: number; readonly title: string; readonly page: PageSlice }
  | { readonly type: 'file'; readonly file: ArchivedFile; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end' }

/** The content of a file once it is whole. */
export type WriteAnswer = string | Uint8Array<ArrayBuffer> | undefined

/** Does one task after the other. */
export function createTaskWriter(): (task: WriteTask) => WriteAnswer {
  let archive: ArchiveWriter | undefined
  return (task) => {
    switch (task.type) {
      case 'markdown':
        return docToMarkdown(openSlice(task.page), task)
      case 'docx':
        return docToDocx(openSlice(task.page), task)
      case 'begin':
        archive = createArchiveWriter(task.pages)
        return undefined
      case 'add':
        archive?.add(task.at, task.title, openSlice(task.page))
        return undefined
      case 'file':
        archive?.addFile(task.file, task.bytes)
        return undefined
      case 'end':
        return archive?.end()
    }
  }
}
