import type { Schema } from 'prosemirror-model'
import * as Y from 'yjs'
import type { SharedMapping, SharedType } from '#lib/editor/projection'

/**
 * Keeps one shared text in each block of text. y-prosemirror makes the text with the first character, so that two people
 * who begin to type in the same empty paragraph make two texts, and each then copies the other's into its own: doubled
 * characters (yjs/y-prosemirror issue 160).
 */

/** Gives every block of text that `transaction` created or emptied its (empty) text, for all later writers to share. */
export function giveTexts(transaction: Y.Transaction, schema: Schema, mapping: SharedMapping): void {
  const isNew = (type: SharedType): boolean => {
    const id = type._item?.id
    return id !== undefined && id.clock >= (transaction.beforeState.get(id.client) ?? 0)
  }
  const visit = (element: Y.XmlElement): void => {
    if (!schema.nodes[element.nodeName]?.isTextblock) {
      for (const child of element.toArray()) if (child instanceof Y.XmlElement && isNew(child)) visit(child)
    } else if (element.length === 0) {
      const text = new Y.XmlText()
      element.insert(0, [text])
      mapping.set(text, [])
    }
  }
  for (const type of [...transaction.changed.keys()]) {
    if (type instanceof Y.XmlElement) visit(type)
    else if (type instanceof Y.XmlFragment) {
      for (const child of type.toArray()) if (child instanceof Y.XmlElement && isNew(child)) visit(child)
    }
  }
}

/**
 * Where other people's edits left a text of this client behind another text in the same block (both typed after a line
 * break at the block's end, say), moves its characters into the first. Only the text's writer does so, at once and as an
 * edit of their own: if everybody did, the characters would double.
 */
export function joinOwnTexts(
  doc: Y.Doc,
  schema: Schema,
  transactions: readonly Y.Transaction[],
  userEdit: <T>(edit: () => T) => T,
): void {
  const blocks = new Set<Y.XmlElement>()
  for (const transaction of transactions) {
    for (const type of transaction.changed.keys()) {
      if (type instanceof Y.XmlElement && schema.nodes[type.nodeName]?.inlineContent && ownPair(type, doc.clientID)) {
        blocks.add(type)
      }
    }
  }
  if (blocks.size === 0) return // reason: also ends the recursion, for joining is a transaction too
  userEdit(() =>
    doc.transact(() => {
      for (const block of blocks) {
        for (let pair = ownPair(block, doc.clientID); pair; pair = ownPair(block, doc.clientID)) {
          pair.first.applyDelta([{ retain: pair.first.length }, ...pair.own.toDelta()])
          block.delete(pair.at, 1)
        }
      }
    }),
  )
}

function ownPair(block: Y.XmlElement, clientId: number): { first: Y.XmlText; own: Y.XmlText; at: number } | undefined {
  const children = block.toArray()
  for (let at = 1; at < children.length; at++) {
    const [first, own] = [children[at - 1], children[at]]
    if (!(first instanceof Y.XmlText && own instanceof Y.XmlText)) continue
    if (own._item?.id.client === clientId) return { first, own, at }
  }
  return undefined
}
