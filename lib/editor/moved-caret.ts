import type { EditorView } from 'prosemirror-view'

/**
 * Browsers tell of a moved caret in a task of its own, a moment later. What acts on the state before that, a key that
 * follows at once say, would act where the caret was, or put it back there; this makes the view look now.
 */
export function noteMovedCaret(view: EditorView): void {
  if (!view.composing) view.dom.ownerDocument.dispatchEvent(new Event('selectionchange'))
}
