import { Fragment, Slice } from 'prosemirror-model'
import { NodeSelection } from 'prosemirror-state'
import { dropPoint } from 'prosemirror-transform'
import type { EditorView } from 'prosemirror-view'
import { blockAtHeight } from '#lib/editor/blocks'

/** Where a dragged block would go. */
export interface Gap {
  readonly position: number
  /** Height in the window of the line that shows it. */
  readonly y: number
}

/**
 * Where what is dragged goes at this height of the window, whatever is beside it: before or after the block there, by the nearer
 * edge. Undefined while nothing is dragged from this page, and where it fits nowhere near.
 */
export function gapAtHeight(view: EditorView, y: number): Gap | undefined {
  const slice = view.dragging?.slice
  const block = slice && blockAtHeight(view, y)
  const node = block && view.state.doc.nodeAt(block.position)
  if (!node) return undefined
  const { top, bottom } = block.element.getBoundingClientRect()
  const isBelow = y > (top + bottom) / 2
  const position = dropPoint(view.state.doc, block.position + (isBelow ? node.nodeSize : 0), slice)
  return position === null ? undefined : { position, y: isBelow ? bottom : top }
}

/** Moves the selected block to a {@link Gap}, as ProseMirror does with what is dropped on the text. */
export function dropBlock(view: EditorView, position: number): void {
  const { selection, tr } = view.state
  if (!(selection instanceof NodeSelection)) return
  tr.deleteSelection()
  const at = tr.mapping.map(position)
  tr.replaceRange(at, at, new Slice(Fragment.from(selection.node), 0, 0))
  const moved = tr.mapping.map(position, -1)
  if (tr.doc.nodeAt(moved)?.eq(selection.node)) tr.setSelection(NodeSelection.create(tr.doc, moved))
  view.dispatch(tr.setMeta('uiEvent', 'drop'))
}
