import { TextSelection } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'

/**
 * Browsers tell of a moved caret in a task of its own, a moment later. What acts on the state before that, a key that
 * follows at once say, would act where the caret was, or put it back there; this makes the view look now, unless the caret
 * stands where the state says.
 */
export function noteMovedCaret(view: EditorView): void {
  if (!view.composing && !isCaretKnown(view)) view.dom.ownerDocument.dispatchEvent(new Event('selectionchange'))
}

function isCaretKnown(view: EditorView): boolean {
  const { selection } = view.state
  const shown = view.dom.ownerDocument.getSelection()
  if (!shown?.isCollapsed || !(selection instanceof TextSelection) || !selection.empty) return false
  const { node, offset } = view.domAtPos(selection.head)
  return node === shown.anchorNode && offset === shown.anchorOffset
}
