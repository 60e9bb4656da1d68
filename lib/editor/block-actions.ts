import { type Node, NodeRange } from 'prosemirror-model'
import { type Command, type EditorState, NodeSelection, Selection, TextSelection } from 'prosemirror-state'

/** What a person can do with whole blocks: those that the selection touches, or the one around the cursor. */

/** The selected blocks; text right behind a list's mark stands for the whole item. */
export function selectedBlocks({ selection: { $from, $to } }: EditorState): NodeRange | undefined {
  const range = $from.blockRange($to, holdsBlocks) ?? undefined
  if (range?.parent.type.name !== 'list' || range.startIndex > 0) return range
  return $from.blockRange($to, (parent) => parent !== range.parent) ?? range
}

/** Rows, cells and captions are no blocks: whoever selects several, or is in one, has the table or the picture. */
const holdsBlocks = ({ type: { name, spec } }: Node): boolean =>
  name !== 'image' && spec.tableRole !== 'table' && spec.tableRole !== 'row'

/** Puts a copy of the selected blocks after them and the selection into the copy. */
export const duplicateBlock: Command = (state, dispatch) => {
  const range = selectedBlocks(state)
  if (!range) return false
  if (dispatch) {
    const copy = state.doc.slice(range.start, range.end).content
    const tr = state.tr.insert(range.end, copy)
    const selection = shifted(state.selection, tr.doc, range.end - range.start)
    dispatch(tr.setSelection(selection).scrollIntoView())
  }
  return true
}

/** The same selection so many positions on, in blocks that were moved or copied as they were. */
export function shifted(selection: Selection, doc: Node, by: number): Selection {
  const [anchor, head] = [selection.anchor + by, selection.head + by]
  if (selection instanceof NodeSelection) return NodeSelection.create(doc, anchor)
  return selection instanceof TextSelection
    ? TextSelection.create(doc, anchor, head)
    : Selection.near(doc.resolve(selection.from + by))
}

/** Takes the selected blocks away; a page or a quote that would be left empty keeps an empty paragraph. */
export const deleteBlock: Command = (state, dispatch) => {
  let range = selectedBlocks(state)
  while (range && range.depth > 0 && range.startIndex === 0 && range.endIndex === range.parent.childCount) {
    if (range.parent.type.name !== 'list') break
    range = new NodeRange(range.$from, range.$to, range.depth - 1)
  }
  if (!range) return false
  if (dispatch) {
    const isAll = range.startIndex === 0 && range.endIndex === range.parent.childCount
    const filler = isAll ? state.schema.nodes.paragraph?.create() : undefined
    const tr = filler ? state.tr.replaceWith(range.start, range.end, filler) : state.tr.delete(range.start, range.end)
    const at = Math.min(range.start + (filler ? 1 : 0), tr.doc.content.size)
    dispatch(tr.setSelection(Selection.near(tr.doc.resolve(at))).scrollIntoView())
  }
  return true
}
