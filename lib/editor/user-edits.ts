import type { Node } from 'prosemirror-model'
import type { Transaction } from 'prosemirror-state'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { Result } from '#lib/base/result'
import type { AppendError, PageFiles } from '#lib/editor/page-files'
import { showsShared } from '#lib/editor/shared-binding'

/** What the editor needs of an open page; the session's OpenPage fits. */
export interface EditorPage {
  /** Root 'body' is the fragment shown. */
  readonly doc: Y.Doc
  readonly awareness: Awareness
  /** Why nobody may write here on this device, or false. */
  readonly readOnly: false | string
  /** Pictures and files of the page; without them none can be added or shown. */
  readonly files?: PageFiles
  /** Writes a block at the page's end, also when the page was left. */
  append?(block: Node): Promise<Result<undefined, AppendError>>
  /** Updates raised while `edit` runs become entries, all others never do (E11). */
  userEdit<T>(edit: () => T): T
}

/**
 * Whether `transaction` is an edit that a person made here: it changes the document and does not merely show what is in
 * the shared body already. Only such a transaction is written, inside `userEdit` (E11).
 */
export const isPersonsEdit = (transaction: Transaction): boolean => transaction.docChanged && !showsShared(transaction)
