import type { Result } from '#lib/base/result'

/** How a file that a page names stands on this device. */
export type FileState =
  /** It comes in; how much of it is there, 0 to 1. */
  | { readonly type: 'coming'; readonly share: number }
  /** Nobody can give it now; it is asked for again and again. `away`: no relay answers. */
  | { readonly type: 'waiting'; readonly because: 'away' | 'missing' }
  /** What the page says of it is not what was sealed, or nothing at all. */
  | { readonly type: 'damaged' }
  /** Whole and checked. Its type is that of a picture, or of bytes that nothing opens. */
  | { readonly type: 'here'; readonly blob: Blob }

/** Why a file was not added. */
export type AddFileError =
  | { readonly type: 'too-large'; readonly maxBytes: number }
  /** It changed or went away while it was read. */
  | { readonly type: 'unreadable' }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed' }
  /** Nobody may write on its page here any more. */
  | { readonly type: 'page-closed' }

/** Why a block was not written at a page's end: nobody may write there, or the page could not be opened. */
export type AppendError = Extract<AddFileError, { readonly type: 'page-closed' | 'storage-failed' }>

/** What the editor asks about files; the session answers it. */
export interface PageFiles {
  /** Seals a file and keeps it on this device; resolves to the text by which a page names it. `onShare`: 0 to 1. */
  add(file: Blob, onShare: (share: number) => void): Promise<Result<string, AddFileError>>
  /** Tells how the file behind a page's text stands, at once and whenever that changes, until the returned function is called. */
  follow(reference: string, show: (state: FileState) => void): () => void
}
