import type { NodeType, Schema } from 'prosemirror-model'
import * as Y from 'yjs'
import { type Removal, removalBy } from '#lib/editor/removal'
import { contentOf, NO_LETTER, type Run, readLine, remake, type UnseenLine } from '#lib/editor/unseen-content'

/**
 * Keeps what somebody else deleted, moved, merged or turned into another kind without having seen it: in a shared body each of
 * these deletes a block, and with it whatever others were writing or putting into it. Only whoever put it there puts it
 * back, at once and as an edit of their own: if everybody did, it would double.
 */

/** What of this client went with a transaction and is to be put back. */
export interface Unseen {
  readonly transaction: Y.Transaction
  /** In lines that the other person knew. */
  readonly lines: readonly UnseenLine[]
  /** Of which they knew nothing, made anew. */
  readonly blocks: readonly { readonly gone: Y.XmlElement; readonly made: Y.XmlElement }[]
}

/** To be called while the deleted content can still be read: in `afterTransaction`. */
export function findUnseen(transaction: Y.Transaction, schema: Schema): Unseen | undefined {
  const removal = removalBy(transaction)
  if (!removal) return undefined
  const lines = new Set<Y.XmlElement>()
  const blocks = new Set<Y.XmlElement>()
  const { clientID } = transaction.doc
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (!(struct instanceof Y.Item) || struct.id.client !== clientID || !isWorthKeeping(struct, schema)) return
    if (!parentOf(struct)._item?.deleted) return
    const { line, block } = homeOf(struct, removal, schema)
    if (block) blocks.add(block)
    else if (line) lines.add(line)
  })
  const unseen = {
    transaction,
    lines: [...lines].map((line) => readLine(line, removal)).filter(({ runs }) => runs.length > 0),
    blocks: [...blocks].map((gone) => ({ gone, made: remake(gone, removal) })),
  }
  return unseen.lines.length + unseen.blocks.length > 0 ? unseen : undefined
}

const isWorthKeeping = ({ content }: Y.Item, schema: Schema): boolean =>
  content instanceof Y.ContentString || (content instanceof Y.ContentType && isThing(content.type, schema))

/** A picture, say, or a day: what says something without having any words. */
function isThing(type: unknown, { nodes }: Schema): boolean {
  const node = type instanceof Y.XmlElement ? nodes[type.nodeName] : undefined
  return node !== undefined && (node.isLeaf || node === nodes.image)
}

/** The line that something stood in, and the outermost block around it of which its remover knew nothing. */
function homeOf(item: Y.Item, removal: Removal, schema: Schema): { line?: Y.XmlElement; block?: Y.XmlElement } {
  let line: Y.XmlElement | undefined
  let block: Y.XmlElement | undefined
  for (let at: Y.Item | null = item; at; at = parentOf(at)._item) {
    const type = at.content instanceof Y.ContentType ? at.content.type : undefined
    if (!(type instanceof Y.XmlElement)) continue
    const node = schema.nodes[type.nodeName]
    if (node?.inlineContent) line ??= type
    if (node && removal.wentUnseen(at.id) && isPlacedOnPage(node, schema)) block = type
  }
  return { ...(line ? { line } : {}), ...(block ? { block } : {}) }
}

const isPlacedOnPage = (node: NodeType, schema: Schema): boolean =>
  schema.topNodeType.contentMatch.matchType(node) !== null

/** To be called in a person's edit, after the transaction has been shown. */
export function keepUnseen({ transaction, lines, blocks }: Unseen, schema: Schema): void {
  transaction.doc.transact(() => {
    const made = new Set<unknown>(madeTypes(transaction))
    const heirs = heirsIn([...made, ...transaction.changed.keys()], schema)
    for (const { line, seen, runs } of lines) {
      const heir = seen === '' ? undefined : heirs.find((one) => plainOf(one).includes(seen))
      const fitting = heir ? runs.filter(({ insert }) => fits(insert, heir, schema)) : []
      if (heir) write(heir, plainOf(heir).indexOf(seen), fitting)
      const rest = runs.filter((run) => !fitting.includes(run))
      if (rest.some(({ insert }) => !isBreak(insert))) putLine(line, rest, made, schema)
    }
    for (const { gone, made: block } of blocks) {
      const { place, index } = placeFor(gone, schema)
      place.insert(index, [block])
    }
  })
}

const isBreak = (insert: Run['insert']): boolean => typeof insert !== 'string' && insert.nodeName === 'hard_break'

function fits(insert: Run['insert'], line: Y.XmlElement, { nodes }: Schema): boolean {
  const node = typeof insert === 'string' ? nodes.text : nodes[insert.nodeName]
  return node !== undefined && nodes[line.nodeName]?.contentMatch.matchType(node) != null
}

function heirsIn(types: readonly unknown[], schema: Schema): readonly Y.XmlElement[] {
  const lines = types.map((type) => (type instanceof Y.XmlText ? type.parent : type))
  const heirs = lines.filter((line): line is Y.XmlElement => line instanceof Y.XmlElement && !line._item?.deleted)
  return [...new Set(heirs.filter(({ nodeName }) => schema.nodes[nodeName]?.inlineContent))]
}

const plainOf = (line: Y.XmlElement): string =>
  line
    .toArray()
    .map((child) => (child instanceof Y.XmlText ? lettersOf(child) : NO_LETTER))
    .join('')

type Delta = readonly { readonly insert: unknown; readonly attributes?: Readonly<Record<string, unknown>> }[]

const lettersOf = (text: Y.XmlText): string =>
  (text.toDelta() as Delta).map(({ insert }) => (typeof insert === 'string' ? insert : NO_LETTER)).join('')

function write(line: Y.XmlElement, from: number, runs: readonly Run[]): void {
  let written = 0
  for (const { offset, insert, attributes } of runs) {
    insertAt(line, from + offset + written, insert, attributes)
    written += typeof insert === 'string' ? insert.length : 1
  }
}

function insertAt(line: Y.XmlElement, place: number, insert: Run['insert'], attributes: Run['attributes']): void {
  let left = place
  for (const [index, child] of line.toArray().entries()) {
    if (child instanceof Y.XmlText && left <= child.length) {
      if (typeof insert === 'string') child.insert(left, insert, { ...attributes })
      else line.insert(index + 1, [insert, ...cutOff(child, left)])
      return
    }
    if (left === 0) {
      line.insert(index, contentOf([{ offset: 0, insert, attributes }]))
      return
    }
    left -= child instanceof Y.XmlText ? child.length : 1
  }
  line.insert(line.length, contentOf([{ offset: 0, insert, attributes }]))
}

/** What stands from `at` on in a text, as one of its own: nodes stand between texts. */
function cutOff(text: Y.XmlText, at: number): readonly Y.XmlText[] {
  if (at === text.length) return []
  let begin = 0
  const tail = (text.toDelta() as Delta).flatMap(({ insert, attributes }) => {
    const letters = typeof insert === 'string' ? insert : undefined
    const from = Math.max(0, at - begin)
    begin += letters?.length ?? 1
    const rest = letters === undefined ? insert : letters.slice(from)
    return rest === '' ? [] : [{ insert: rest, ...(attributes ? { attributes } : {}) }]
  })
  text.delete(at, text.length - at)
  const made = new Y.XmlText()
  made.applyDelta(tail)
  return [made]
}

/** Where no line took over: into the empty one that was made in its place, else a paragraph there. */
function putLine(line: Y.XmlElement, runs: readonly Run[], made: ReadonlySet<unknown>, schema: Schema): void {
  const { place, index } = placeFor(line, schema)
  for (const beside of place.slice(Math.max(0, index - 1), index + 1)) {
    const heir = beside instanceof Y.XmlElement && made.has(beside) ? emptyLineIn(beside, schema) : undefined
    if (!heir || !runs.every(({ insert }) => fits(insert, heir, schema))) continue
    write(heir, 0, runs)
    return
  }
  const paragraph = new Y.XmlElement('paragraph')
  place.insert(index, [paragraph])
  paragraph.insert(0, contentOf(runs))
}

/** As near to where a block stood as it may stand now. */
function placeFor(gone: Y.XmlElement, schema: Schema): { readonly place: Y.XmlFragment; readonly index: number } {
  let item = gone._item as Y.Item
  for (let above = parentOf(item); above._item && (above._item.deleted || !holdsBlocks(above, schema)); ) {
    item = above._item
    above = parentOf(item)
  }
  return { place: parentOf(item), index: liveBefore(item) + (item.deleted ? 0 : 1) }
}

const parentOf = (item: Y.Item): Y.XmlFragment => item.parent as Y.XmlFragment

function holdsBlocks(type: Y.XmlFragment, schema: Schema): boolean {
  const name = type instanceof Y.XmlElement ? type.nodeName : schema.topNodeType.name
  const { paragraph } = schema.nodes
  return paragraph !== undefined && schema.nodes[name]?.contentMatch.matchType(paragraph) != null
}

function emptyLineIn(element: Y.XmlElement, schema: Schema): Y.XmlElement | undefined {
  const first = element.length > 0 ? element.get(0) : undefined
  if (!schema.nodes[element.nodeName]?.isTextblock)
    return first instanceof Y.XmlElement ? emptyLineIn(first, schema) : undefined
  return plainOf(element) === '' ? element : undefined
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
