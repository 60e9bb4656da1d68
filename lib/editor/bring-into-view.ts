import type { EditorView } from 'prosemirror-view'

/** Pixels at the window's upper and lower edge where words are not well seen. */
export const EDGE = { top: 96, bottom: 140 }

/**
 * Brings what stands at `position` to the middle of the window, if it is not well in view. ProseMirror scrolls to a selection only
 * while the focus is on the page, not from a field or a list beside it.
 */
export function bringIntoView(view: EditorView, position: number): void {
  const { node } = view.domAtPos(Math.min(position, view.state.doc.content.size), 1)
  const element = node instanceof Element ? node : node.parentElement
  if (!element) return
  const { top, bottom } = element.getBoundingClientRect()
  if (top < EDGE.top || bottom > window.innerHeight - EDGE.bottom) element.scrollIntoView({ block: 'center' })
}
