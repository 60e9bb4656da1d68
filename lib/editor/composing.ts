import { Fragment, type Node, Slice } from 'prosemirror-model'
import type { Transaction } from 'prosemirror-state'
import { ReplaceStep } from 'prosemirror-transform'
import { typeAnew } from '#lib/editor/type-anew'

/**
 * While an input method composes, its block must not be redrawn: the browser would end the composition and keep half of
 * the letters. So a change by others to that block is held, together with everything typed meanwhile, and both are put
 * together afterwards.
 *
 * Turns `transaction`, which starts at the page as shown, into one that ends at what others made of it (`blocks`) with what
 * was typed since `base` on top.
 */
export function rebaseTyped(transaction: Transaction, base: Node, blocks: readonly Node[]): Transaction {
  const mine = difference(base, transaction.doc)
  const theirs = difference(base, base.copy(Fragment.from(blocks)))
  if (mine) transaction.step(mine.invert(base))
  if (theirs) transaction.step(theirs)
  const rebased = mine && theirs ? mine.map(theirs.getMap()) : mine
  const isDone = rebased && !transaction.maybeStep(rebased).failed
  if (mine && theirs && !isDone) typeAnew(transaction, base, mine, theirs)
  return transaction
}

/** The smallest single replacement that makes `parent`, whose content begins at `start`, like `wanted`. */
function difference(parent: Node, wanted: Node, start = 0): ReplaceStep | undefined {
  const [left, right] = sharedEnds(parent, wanted)
  const isOne = parent.childCount - left - right === 1 && wanted.childCount - left - right === 1
  const [inner, wantedInner] = [parent.maybeChild(left), wanted.maybeChild(left)]
  const from = start + sizeOf(parent, 0, left)
  if (isOne && inner && wantedInner && !inner.isLeaf && inner.sameMarkup(wantedInner)) {
    return inner.inlineContent
      ? inlineDifference(inner.content, wantedInner.content, from + 1)
      : difference(inner, wantedInner, from + 1)
  }
  const to = from + sizeOf(parent, left, parent.childCount - right)
  const nodes: Node[] = []
  for (let index = left; index < wanted.childCount - right; index++) nodes.push(wanted.child(index))
  return from < to || nodes.length > 0 ? new ReplaceStep(from, to, new Slice(Fragment.from(nodes), 0, 0)) : undefined
}

function inlineDifference(content: Fragment, wanted: Fragment, start: number): ReplaceStep | undefined {
  const at = content.findDiffStart(wanted)
  const ends = content.findDiffEnd(wanted)
  if (at === null || ends === null) return undefined
  const overlap = Math.max(0, at - Math.min(ends.a, ends.b))
  const slice = new Slice(wanted.cut(at, ends.b + overlap), 0, 0)
  return new ReplaceStep(start + at, start + ends.a + overlap, slice)
}

function sizeOf(parent: Node, from: number, to: number): number {
  let size = 0
  for (let index = from; index < to; index++) size += parent.child(index).nodeSize
  return size
}

/** How many first and last children two nodes have in common. */
function sharedEnds(a: Node, b: Node): [left: number, right: number] {
  const most = Math.min(a.childCount, b.childCount)
  let left = 0
  while (left < most && a.child(left).eq(b.child(left))) left++
  let right = 0
  while (right < most - left && a.child(a.childCount - 1 - right).eq(b.child(b.childCount - 1 - right))) right++
  return [left, right]
}
