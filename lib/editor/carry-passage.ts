import type { Node } from 'prosemirror-model'
import type { Transaction } from 'prosemirror-state'

/**
 * Finds words again whose block was made anew: turned into another kind, moved, dragged or taken into a list. ProseMirror
 * and Yjs both see the old block go and a new one come.
 */

/** A stretch of a page, as positions. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

interface MadeBlock {
  readonly node: Node
  /** Position of its content. */
  readonly start: number
}

/**
 * Where what stood at `stretch` before `transaction` stands after it, looked for in the blocks that it made; `undefined` where
 * nothing of it is left.
 */
export function carryPassage(stretch: Stretch, transaction: Transaction): Stretch | undefined {
  const { before } = transaction
  const made = madeBlocks(transaction)
  const [$from, $to] = [before.resolve(stretch.from), before.resolve(stretch.to)]
  if (!$from.parent.isTextblock) {
    const block = $from.nodeAfter && findBlock($from.nodeAfter, made)
    return block ? { from: block.start - 1, to: block.start - 1 + block.node.nodeSize } : undefined
  }
  const isOne = $from.sameParent($to)
  const first = findPart($from.parent, $from.parentOffset, isOne ? $to.parentOffset : $from.parent.content.size, made)
  const last = isOne ? first : $to.parent.isTextblock ? findPart($to.parent, 0, $to.parentOffset, made) : undefined
  const from = first?.from ?? (isOne ? undefined : transaction.mapping.map(stretch.from, 1))
  const to = last?.to ?? (isOne ? undefined : transaction.mapping.map(stretch.to, -1))
  return from !== undefined && to !== undefined && from < to ? { from, to } : undefined
}

/** Every block in what the steps put in; a block that others left as it was is not one that they made. */
function madeBlocks({ before, doc, mapping, steps }: Transaction): readonly MadeBlock[] {
  const made = new Map<number, MadeBlock>()
  const standing = new Set<Node>()
  mapping.maps.forEach((map, index) => {
    const rest = mapping.slice(index + 1)
    map.forEach((oldFrom, oldTo, newFrom, newTo) => {
      if (steps.length === 1) before.nodesBetween(oldFrom, oldTo, (node) => void standing.add(node))
      if (newFrom === newTo) return
      doc.nodesBetween(rest.map(newFrom, -1), rest.map(newTo, 1), (node, position) => {
        if (node.isBlock) made.set(position, { node, start: position + 1 })
      })
    })
  })
  return [...made.values()]
}

/** The same block, else the one most like it: by its file, by at least half of its text, or by having none like it. */
function findBlock(block: Node, made: readonly MadeBlock[]): MadeBlock | undefined {
  const same = made.find(({ node }) => node.eq(block))
  if (same) return same
  const text = lettersOf(block)
  const isAlike = ({ node }: MadeBlock) => node.type === block.type || (node.isTextblock && block.isTextblock)
  const alike = made.filter(isAlike).map((one) => ({ one, shared: sharedLetters(text, lettersOf(one.node)) }))
  const [best] = alike.sort((a, b) => b.shared - a.shared)
  if (text !== '') return best && best.shared >= text.length / 2 ? best.one : undefined
  const { file } = block.attrs
  if (file) return made.find(({ node }) => node.type === block.type && node.attrs.file === file)
  return block.isTextblock ? alike.find(({ one }) => one.node.content.size === 0)?.one : undefined
}

function sharedLetters(a: string, b: string): number {
  const head = sharedHead(a, b)
  return head + Math.min(sharedTail(a, b), Math.min(a.length, b.length) - head)
}

/** In the block whose text is most like that of `block`, by at least a half: what stood between the offsets `from` and `to`. */
function findPart(block: Node, from: number, to: number, made: readonly MadeBlock[]): Stretch | undefined {
  const text = lettersOf(block)
  let best: Stretch | undefined
  let most = Math.max(1, text.length / 2)
  for (const { node, start } of made) {
    if (!node.isTextblock) continue
    const other = lettersOf(node)
    const head = sharedHead(text, other)
    const tail = Math.min(sharedTail(text, other), Math.min(text.length, other.length) - head)
    const [changedFrom, changedTo] = [head, text.length - tail]
    const isGone = changedFrom < changedTo && from >= changedFrom && to <= changedTo
    if (head + tail < most || (best && head + tail === most) || isGone) continue
    most = head + tail
    const by = other.length - text.length
    best = {
      from: start + (from <= changedFrom && from < changedTo ? from : Math.max(from, changedTo) + by),
      to: start + (to >= changedTo ? to + by : Math.min(to, changedFrom)),
    }
  }
  return best
}

/** One letter for each position. */
const lettersOf = (block: Node): string => block.textBetween(0, block.content.size, undefined, '\ufffc')

function sharedHead(a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

function sharedTail(a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++
  return length
}
