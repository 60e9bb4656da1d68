import type { Schema } from 'prosemirror-model'
import * as Y from 'yjs'
import { updatesOf } from '#lib/document/quiet-doc'

/**
 * Keeps words whose block somebody else deleted, moved, merged or turned into another kind without having seen them: in a
 * shared body each of these deletes a text, and with it whatever others were writing in it. Only the writer of the words
 * puts them back, at once and as an edit of their own: if everybody did, they would double.
 */

/** Words of this client that went with a text, and where in it they stood. */
export interface UnseenWords {
  readonly text: Y.XmlText
  /** What the other person saw of the text. */
  readonly seen: string
  /** Deltas with the offset in `seen` behind which they stood. */
  readonly runs: readonly Run[]
}

interface Run {
  readonly offset: number
  insert: string
  readonly attributes: Readonly<Record<string, unknown>>
}

type Deletions = ReturnType<typeof Y.decodeUpdate>['ds']

/** To be called while the deleted content can still be read: in `afterTransaction`. */
export function findUnseenWords(transaction: Y.Transaction): readonly UnseenWords[] {
  const { doc, deleteSet } = transaction
  const updates = updatesOf(transaction)
  if (updates.length === 0 || !deleteSet.clients.has(doc.clientID)) return []
  const texts = new Set<Y.XmlText>()
  Y.iterateDeletedStructs(transaction, deleteSet, (struct) => {
    const text = struct instanceof Y.Item && struct.id.client === doc.clientID ? struct.parent : undefined
    if (text instanceof Y.XmlText && text._item?.deleted) texts.add(text)
  })
  if (texts.size === 0) return []
  const said = updates.map((update) => Y.decodeUpdate(update).ds)
  return [...texts].map((text) => readText(text, transaction, said)).filter(({ runs }) => runs.length > 0)
}

/** A deletion takes along whatever stands inside; only what it names itself was seen by its author. */
function readText(text: Y.XmlText, { doc, deleteSet }: Y.Transaction, said: readonly Deletions[]): UnseenWords {
  const runs: Run[] = []
  let seen = ''
  let attributes: Record<string, unknown> = {}
  for (let item = text._start; item; item = item.right) {
    const { content, id } = item
    if (!Y.isDeleted(deleteSet, id)) continue
    if (content instanceof Y.ContentFormat) attributes = { ...attributes, [content.key]: content.value }
    if (!(content instanceof Y.ContentString)) continue
    for (const [at, letter] of content.str.split('').entries()) {
      const letterId = Y.createID(id.client, id.clock + at)
      if (said.some((one) => Y.isDeleted(one, letterId))) seen += letter
      else if (id.client === doc.clientID) {
        const last = runs.at(-1)
        if (last?.offset === seen.length && last.attributes === attributes) last.insert += letter
        else runs.push({ offset: seen.length, insert: letter, attributes })
      }
    }
  }
  return { text, seen, runs }
}

/** To be called in a person's edit, after `transaction` has been shown. */
export function keepUnseenWords(words: readonly UnseenWords[], transaction: Y.Transaction, schema: Schema): void {
  transaction.doc.transact(() => {
    const made: readonly unknown[] = [...madeTypes(transaction)]
    const heirs = [...made, ...transaction.changed.keys()].flatMap((type) =>
      type instanceof Y.XmlText && !type._item?.deleted ? [type] : [],
    )
    for (const { text, seen, runs } of words) {
      const heir = seen === '' ? undefined : heirs.find((one) => plainOf(one).includes(seen))
      if (heir) write(heir, plainOf(heir).indexOf(seen), runs)
      else write(textInPlaceOf(text, new Set(made), schema), 0, runs)
    }
  })
}

const plainOf = (text: Y.XmlText): string =>
  (text.toDelta() as { insert: unknown }[])
    .map(({ insert }) => (typeof insert === 'string' ? insert : '\ufffc'))
    .join('')

function write(text: Y.XmlText, from: number, runs: readonly Run[]): void {
  let written = 0
  for (const { offset, insert, attributes } of runs) {
    text.insert(from + Math.min(offset, text.length - from) + written, insert, { ...attributes })
    written += insert.length
  }
}

/** Where no text took over: the empty block that was made in its place, else a paragraph there. */
function textInPlaceOf(text: Y.XmlText, made: ReadonlySet<unknown>, schema: Schema): Y.XmlText {
  let item = text._item as Y.Item
  for (let above = parentOf(item); above._item && (above._item.deleted || !holdsBlocks(above, schema)); ) {
    item = above._item
    above = parentOf(item)
  }
  const place = parentOf(item)
  const index = liveBefore(item)
  for (const beside of place.slice(Math.max(0, index - 1), index + 1)) {
    const heir = beside instanceof Y.XmlElement && made.has(beside) ? emptyTextIn(beside, schema) : undefined
    if (heir) return heir
  }
  const paragraph = new Y.XmlElement('paragraph')
  const fresh = new Y.XmlText()
  place.insert(item.deleted ? index : index + 1, [paragraph])
  paragraph.insert(0, [fresh])
  return fresh
}

const parentOf = (item: Y.Item): Y.XmlFragment => item.parent as Y.XmlFragment

function holdsBlocks(type: Y.XmlFragment, schema: Schema): boolean {
  const name = type instanceof Y.XmlElement ? type.nodeName : schema.topNodeType.name
  const { paragraph } = schema.nodes
  return paragraph !== undefined && schema.nodes[name]?.contentMatch.matchType(paragraph) != null
}

function emptyTextIn(element: Y.XmlElement, schema: Schema): Y.XmlText | undefined {
  const first = element.length > 0 ? element.get(0) : undefined
  if (!schema.nodes[element.nodeName]?.isTextblock)
    return first instanceof Y.XmlElement ? emptyTextIn(first, schema) : undefined
  return first instanceof Y.XmlText && first.length === 0 ? first : undefined
}

function liveBefore(item: Y.Item): number {
  let count = 0
  for (let left = item.left; left; left = left.left) if (!left.deleted && left.countable) count += left.length
  return count
}

function* madeTypes({ doc, beforeState, afterState }: Y.Transaction): Generator<Y.AbstractType<unknown>> {
  for (const [client, end] of afterState) {
    const begin = beforeState.get(client) ?? 0
    const structs = end > begin ? (doc.store.clients.get(client) ?? []) : []
    for (let index = structs.length - 1; index >= 0; index--) {
      const struct = structs[index]
      if (!struct || struct.id.clock < begin) break
      if (struct instanceof Y.Item && struct.content instanceof Y.ContentType) yield struct.content.type
    }
  }
}
