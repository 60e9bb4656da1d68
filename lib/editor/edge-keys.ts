import { joinTextblockBackward, joinTextblockForward, lift } from 'prosemirror-commands'
import type { Node } from 'prosemirror-model'
import { type Command, NodeSelection, TextSelection } from 'prosemirror-state'
import { listKind } from '#lib/schema/list-node'

/** Keys at the edges of blocks, where the usual commands join or select more than a hand expects. */

/** Backspace at the start of a quote or callout takes its first block out, before anything is joined to the text above. */
export const unwrapAtStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  if (!empty || $from.parentOffset > 0 || $from.depth < 2 || $from.index(-1) > 0) return false
  const around = $from.node(-1).type.name
  return (around === 'blockquote' || around === 'callout') && lift(state, dispatch)
}

/** A quote, a callout or a list item: their words are not what stands beside an empty line. */
const isWrapper = (node: Node): boolean => !node.isLeaf && !node.isTextblock && node.type.spec.isolating !== true

/** The block that is seen beside this place, and where it begins: inside wrappers, their last or first. */
function blockBeside(doc: Node, at: number, side: 'above' | 'below'): { node: Node; at: number } | undefined {
  const isAbove = side === 'above'
  const $at = doc.resolve(at)
  const node = isAbove ? $at.nodeBefore : $at.nodeAfter
  if (!node) return undefined
  if (!isWrapper(node)) return { node, at: isAbove ? at - node.nodeSize : at }
  return isAbove && node.attrs.collapsed === true ? undefined : blockBeside(doc, isAbove ? at - 1 : at + 1, side)
}

/**
 * Backspace or Delete in an empty paragraph takes that away and selects the picture, table or line beside it, which a second
 * press deletes.
 */
export const deleteEmptyBeside =
  (side: 'above' | 'below'): Command =>
  (state, dispatch) => {
    const { $from, empty } = state.selection
    if (!empty || $from.parent.type.name !== 'paragraph' || $from.parent.content.size > 0) return false
    const join = side === 'above' ? joinTextblockBackward : joinTextblockForward
    const [start, end] = [$from.before(), $from.after()]
    const beside = blockBeside(state.doc, side === 'above' ? start : end, side)
    if (!beside || !NodeSelection.isSelectable(beside.node) || join(state)) return false
    const tr = state.tr.delete(start, end)
    tr.setSelection(NodeSelection.create(tr.doc, tr.mapping.map(beside.at)))
    dispatch?.(tr.scrollIntoView())
    return true
  }

/** Enter behind the first line of an open toggle goes on inside it; on an empty last line inside it leaves it. */
export const enterToggle: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  const paragraph = state.schema.nodes.paragraph
  if (!empty || !paragraph || $from.depth < 2 || $from.parentOffset < $from.parent.content.size) return false
  const item = $from.node(-1)
  if (item.type.name !== 'list' || listKind(item.attrs.kind) !== 'toggle' || item.attrs.collapsed === true) return false
  const isEmpty = $from.parent.content.size === 0
  if ($from.index(-1) > 0) return isEmpty && $from.indexAfter(-1) === item.childCount && lift(state, dispatch)
  if (isEmpty) return false
  const tr = state.tr.insert($from.after(), paragraph.create())
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, $from.after() + 1)).scrollIntoView())
  return true
}
