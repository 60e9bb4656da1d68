import type { Schema } from 'prosemirror-model'
import * as Y from 'yjs'

/** What there is to know of a step of undo before it is taken back, so that nothing goes with it that somebody else wrote. */

/** One step, as Yjs keeps it. */
export type UndoStep = Y.UndoManager['undoStack'][number]

/** A step that made a block and took it away again, with what somebody else wrote in it, would bring back neither. */
export function takesOthersText(transaction: Y.Transaction, { insertions }: UndoStep): boolean {
  let takes = false
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (!(struct instanceof Y.Item) || struct.id.client === transaction.doc.clientID) return
    for (let above = parentOf(struct); above && !takes; above = parentOf(above))
      takes = Y.isDeleted(insertions, above.id)
  })
  return takes
}

/**
 * Tells letters of a text into which the step put once more what somebody else wrote, and what could not be brought back to where
 * it was: to be asked once that was tried.
 */
export function copiesOfLost(transaction: Y.Transaction, step: UndoStep): (item: Y.Item) => boolean {
  const lost: string[] = []
  Y.iterateDeletedStructs(transaction, step.deletions, (struct) => {
    if (!(struct instanceof Y.Item) || struct.id.client === transaction.doc.clientID) return
    if (struct.content instanceof Y.ContentString && struct.redone === null) lost.push(struct.content.str)
  })
  if (lost.length === 0) return () => false
  const put = new Map<Y.Item['parent'], string>()
  Y.iterateDeletedStructs(transaction, step.insertions, (struct) => {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return
    const { parent } = redoneOf(transaction, struct)
    put.set(parent, (put.get(parent) ?? '') + struct.content.str)
  })
  const isCopy = (letters: string) => lost.some((run) => letters.includes(run))
  return ({ content, parent }) => content instanceof Y.ContentString && isCopy(put.get(parent) ?? '')
}

/** What stands for an item by now. */
function redoneOf({ doc: { store } }: Y.Transaction, item: Y.Item): Y.Item {
  let last = item
  while (last.redone) last = Y.getItem(store, last.redone)
  return last
}

/**
 * Parts what the step put in from what else was brought back beside it: Yjs makes one item of both, and would delete it whole
 * (`followRedone` of its UndoManager looks at where an item begins, not at where it ends).
 */
export function partRedone(transaction: Y.Transaction, { insertions }: UndoStep): void {
  const { store } = transaction.doc
  const redone = Y.createDeleteSet()
  Y.iterateDeletedStructs(transaction, insertions, (struct) => {
    if (!(struct instanceof Y.Item) || struct.redone === null) return
    let { client, clock } = struct.redone
    for (let item = Y.getItem(store, struct.redone); item.redone; item = Y.getItem(store, { client, clock })) {
      clock = item.redone.clock + clock - item.id.clock
      client = item.redone.client
    }
    const ranges = redone.clients.get(client) ?? []
    redone.clients.set(client, [...ranges, { clock, len: struct.length }])
  })
  Y.iterateDeletedStructs(transaction, redone, () => {}) // reason: parts items where the ranges end
}

/** Undoing the making of a block must not take along what somebody else wrote in it meanwhile. */
export function holdsOthersText(item: Y.Item, schema: Schema): boolean {
  if (!(item instanceof Y.Item) || !(item.content instanceof Y.ContentType)) return false
  const { type } = item.content
  const holdsContent = type instanceof Y.Text || (type instanceof Y.XmlElement && !schema.nodes[type.nodeName]?.isLeaf)
  return holdsContent && (type as Y.XmlText | Y.XmlElement).length > 0
}

const parentOf = ({ parent }: Y.Item): Y.Item | null => (parent instanceof Y.AbstractType ? parent._item : null)
