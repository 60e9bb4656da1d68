import { type Command, NodeSelection, Selection, TextSelection } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'

/** A block of the page itself or an item of a list, not what is inside a quote or an item, and where it is. */
export interface PageBlock {
  /** Position right before the block. */
  readonly position: number
  readonly element: HTMLElement
}

/** The block at this height of the window, or the nearest one above; looks at few blocks even in a long page. */
export function blockAtHeight(view: EditorView, y: number): PageBlock | undefined {
  let element = lastAbove(view.dom.children, y)
  let depth = 1
  for (let item = element; item; depth++) {
    const inner = [...item.querySelectorAll(':scope > .list-content > .prosemirror-flat-list')]
    item = inner[0] && inner[0].getBoundingClientRect().top <= y ? lastAbove(inner, y) : undefined
    if (!item) break
    element = item
  }
  if (!(element instanceof HTMLElement)) return undefined
  const inside = view.state.doc.resolve(view.posAtDOM(element, 0))
  return { position: inside.depth >= depth ? inside.before(depth) : inside.pos, element }
}

/** The last of these that begins at this height or above; the first where none does. */
function lastAbove(elements: ArrayLike<Element>, y: number): Element | undefined {
  let [low, high] = [0, elements.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((elements[middle]?.getBoundingClientRect().top ?? 0) <= y) low = middle
    else high = middle - 1
  }
  return elements[low]
}

/** Puts the cursor in an empty paragraph under the block at `position`; an empty block serves itself. */
export const beginBelow =
  (position: number): Command =>
  ({ doc, schema, tr }, dispatch) => {
    const block = doc.nodeAt(position)
    const paragraph = schema.nodes.paragraph
    if (!block || !paragraph) return false
    const isEmpty = block.isTextblock && block.content.size === 0
    const at = isEmpty ? position : position + block.nodeSize
    if (!isEmpty) tr.insert(at, paragraph.create())
    dispatch?.(tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView())
    return true
  }

/**
 * Puts the cursor at the end of the page; under a last block that keeps the cursor inside or cannot hold it, code say, into
 * an empty paragraph.
 */
export const enterBelow: Command = (state, dispatch) => {
  const { doc, tr } = state
  const last = doc.lastChild
  if (!last) return false
  const isOpen = last.type.name === 'list' || (last.isTextblock && !last.type.spec.code)
  if (!isOpen) return beginBelow(doc.content.size - last.nodeSize)(state, dispatch)
  dispatch?.(tr.setSelection(Selection.atEnd(doc)).scrollIntoView())
  return true
}

/** Selects the block at `position` as a whole. */
export const selectBlock =
  (position: number): Command =>
  ({ doc, tr }, dispatch) => {
    const node = doc.nodeAt(position)
    if (!node || !NodeSelection.isSelectable(node)) return false
    dispatch?.(tr.setSelection(NodeSelection.create(doc, position)))
    return true
  }

/** Lets a person drag the block at `position` by something outside the text; to be called at `dragstart`. */
export function dragBlock(view: EditorView, { position, element }: PageBlock, data: DataTransfer): void {
  const selection = NodeSelection.create(view.state.doc, position)
  view.dispatch(view.state.tr.setSelection(selection))
  const slice = selection.content()
  const { dom, text } = view.serializeForClipboard(slice)
  data.clearData()
  data.setData('text/html', dom.innerHTML)
  data.setData('text/plain', text)
  data.effectAllowed = 'copyMove'
  data.setDragImage(element, 0, 0)
  view.dragging = { slice, move: true }
}
