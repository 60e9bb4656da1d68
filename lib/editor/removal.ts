import * as Y from 'yjs'
import { updatesOf } from '#lib/document/quiet-doc'

/**
 * What somebody else's edits took from a page, told apart by what their authors had seen: an update names what it deletes, and
 * nobody can name what they do not have. What went beyond that went along with what it stood in.
 */
export interface Removal {
  /** Whether their authors took this away knowingly, be it here before they did or not. */
  wasSeen(id: Y.ID): boolean
  /** Whether it was there until now. */
  wentNow(id: Y.ID): boolean
  /** Whether it is this client's and went along. */
  wentUnseen(id: Y.ID): boolean
}

/** `undefined` where nothing of this client's went, and for a state, which does not tell what was seen. */
export function removalBy(transaction: Y.Transaction): Removal | undefined {
  const { doc, deleteSet } = transaction
  const updates = updatesOf(transaction)
  if (updates.length === 0 || !deleteSet.clients.has(doc.clientID)) return undefined
  const said = updates.map((update) => Y.decodeUpdate(update).ds)
  const wasSeen = (id: Y.ID) => said.some((one) => Y.isDeleted(one, id))
  const wentNow = (id: Y.ID) => Y.isDeleted(deleteSet, id)
  return { wasSeen, wentNow, wentUnseen: (id) => id.client === doc.clientID && wentNow(id) && !wasSeen(id) }
}
