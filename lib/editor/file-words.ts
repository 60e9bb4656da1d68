import type { AddFileError, FileState } from '#lib/editor/page-files'

/** What the editor says about pictures and files. */
export interface FileWords {
  readonly picture: string
  readonly caption: string
  readonly pictureWidth: string
  readonly download: string
  /** Puts a sentence away that was read. */
  readonly close: string
  /** A file whose page gives it no name. */
  readonly unnamed: string
  /** A file is being taken in; `share` from 0 to 1. */
  adding(name: string, share: number): string
  /** Why a file was not taken in. */
  refused(name: string, error: AddFileError): string
  /** So many pictures of what was pasted could not be read. */
  unread(count: number): string
  /** Why it is not there yet, or that it comes. */
  state(state: Exclude<FileState, { type: 'here' }>): string
  /** In bytes. */
  size(bytes: number): string
}
