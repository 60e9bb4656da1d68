import { Fragment, type Node, Slice } from 'prosemirror-model'
import { TextSelection, type Transaction } from 'prosemirror-state'
import { ReplaceStep } from 'prosemirror-transform'

/**
 * Brings words into what took the place of the blocks that they were typed in: `typed` and `theirs` both start at `base`, and
 * `transaction` has come to where `theirs` ends. They come to stand behind the letter that they stood behind; where none of
 * those letters is left, in the first line there, else in a paragraph of their own (docs/adr/0028).
 */
export function typeAnew(transaction: Transaction, base: Node, typed: ReplaceStep, theirs: ReplaceStep): void {
  const $typed = base.resolve(typed.from)
  if (!$typed.parent.inlineContent || typed.to > $typed.end()) return
  const end = theirs.from + theirs.slice.size
  const before = lettersIn(base, theirs.from, theirs.to)
  const after = lettersIn(transaction.doc, theirs.from, end)
  const [left, right] = sharedEnds(before, after)
  const isKept = (index: number) => index < left || index >= before.length - right
  const moved = (index: number) => (index <= left ? index : isKept(index) ? index + after.length - before.length : left)
  const first = before.filter(({ at }) => at < typed.from).length
  const last = before.filter(({ at }) => at < typed.to).length

  const [earlier, later] = [after[moved(first) - 1], after[moved(first)]]
  const isBehind = earlier && ($typed.parentOffset > 0 || !later)
  const at = isBehind ? earlier.at + 1 : (later?.at ?? firstLine(transaction.doc, theirs.from, end))
  for (let index = last - 1; index >= first; index--) {
    const gone = isKept(index) ? after[moved(index)] : undefined
    if (gone) transaction.delete(gone.at, gone.at + 1)
  }
  if (typed.slice.size === 0) return
  if (at !== undefined) put(transaction, at, typed.slice.content)
  else putAlone(transaction, theirs.from, typed.slice.content)
}

interface Letter {
  readonly at: number
  readonly letter: string
}

/** What stands in a line and is no letter counts as one. */
function lettersIn(doc: Node, from: number, to: number): Letter[] {
  const found: Letter[] = []
  doc.nodesBetween(from, to, (node, at) => {
    const letters = node.text ?? (node.isInline && node.isLeaf ? '\ufffc' : '')
    for (let index = 0; index < letters.length; index++) {
      if (at + index >= from && at + index < to) found.push({ at: at + index, letter: letters.charAt(index) })
    }
    return true
  })
  return found
}

/** How many first and last letters two texts have in common. */
function sharedEnds(a: readonly Letter[], b: readonly Letter[]): [left: number, right: number] {
  const most = Math.min(a.length, b.length)
  let left = 0
  while (left < most && a[left]?.letter === b[left]?.letter) left++
  let right = 0
  while (right < most - left && a[a.length - 1 - right]?.letter === b[b.length - 1 - right]?.letter) right++
  return [left, right]
}

function firstLine(doc: Node, from: number, to: number): number | undefined {
  let found: number | undefined
  doc.nodesBetween(from, to, (node, at) => {
    if (node.isTextblock && at >= from) found ??= at + 1
    return found === undefined
  })
  return found
}

function put(transaction: Transaction, at: number, content: Fragment): void {
  const $at = transaction.doc.resolve(at)
  const isWelcome = $at.parent.canReplace($at.index(), $at.index(), content)
  const words = content.textBetween(0, content.size)
  const shown = isWelcome ? content : Fragment.from(words ? $at.doc.type.schema.text(words) : null)
  transaction.step(new ReplaceStep(at, at, new Slice(shown, 0, 0)))
  transaction.setSelection(TextSelection.create(transaction.doc, at + shown.size))
}

function putAlone(transaction: Transaction, at: number, content: Fragment): void {
  const { paragraph } = transaction.doc.type.schema.nodes
  if (!paragraph) return
  transaction.insert(at, paragraph.create(null, content))
  transaction.setSelection(TextSelection.create(transaction.doc, at + 1 + content.size))
}
