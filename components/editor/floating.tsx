import {
  autoUpdate,
  type ComputePositionConfig,
  computePosition,
  flip,
  limitShift,
  offset,
  type Placement,
  shift,
} from '@floating-ui/dom'
import { type RefObject, useLayoutEffect } from 'react'
import type { Editor } from '#lib/editor/create-editor'

/** Where the selection is on screen. */
export function selectionRect(editor: Editor): DOMRect {
  const { from, to } = editor.view.state.selection
  const start = editor.view.coordsAtPos(from, 1)
  const end = editor.view.coordsAtPos(to, from === to ? 1 : -1)
  const sameLine = start.top === end.top
  const left = sameLine ? start.left : editor.view.dom.getBoundingClientRect().left
  const right = sameLine ? end.right : editor.view.dom.getBoundingClientRect().right
  return new DOMRect(left, start.top, Math.max(0, right - left), end.bottom - start.top)
}

/** Keeps `floating` where `options` say until the returned function is called. Positions go through the CSS object model (strict CSP). */
function keepBeside(
  editor: Editor,
  rect: () => DOMRect,
  floating: HTMLElement,
  options: Partial<ComputePositionConfig>,
): () => void {
  const reference = { getBoundingClientRect: rect, contextElement: editor.view.dom }
  const place = () => {
    void computePosition(reference, floating, { strategy: 'fixed', ...options }).then(({ x, y }) => {
      floating.style.left = `${Math.round(x)}px`
      floating.style.top = `${Math.round(y)}px`
      floating.style.opacity = '1'
    })
  }
  const stop = autoUpdate(reference, floating, place)
  document.addEventListener('selectionchange', place)
  return () => {
    stop()
    document.removeEventListener('selectionchange', place)
  }
}

/** Keeps `floating` beside the selection while `open`; one that stands above it stands over it where both its ends are out of sight. */
export function useBesideSelection(
  editor: Editor,
  floating: RefObject<HTMLElement | null>,
  open: boolean,
  placement: Placement,
): void {
  useLayoutEffect(() => {
    if (!open || !floating.current) return
    const boundary = editor.view.dom.closest('main') ?? 'clippingAncestors'
    const inSight =
      placement === 'top'
        ? [shift({ padding: 8, mainAxis: false, crossAxis: true, boundary, limiter: limitShift() })]
        : []
    const middleware = [offset(8), flip({ padding: 8 }), shift({ padding: 8 }), ...inSight]
    return keepBeside(editor, () => selectionRect(editor), floating.current, { placement, middleware })
  }, [editor, floating, open, placement])
}

/** Keeps `floating` above the element that is selected or around the cursor, which `selector` finds, and within the page's part of the screen. */
export function useBesideBlock(editor: Editor, floating: RefObject<HTMLElement | null>, selector: string): void {
  useLayoutEffect(() => {
    if (!floating.current) return
    const block = () => {
      const { from } = editor.view.state.selection
      const selected = editor.view.nodeDOM(from)
      if (selected instanceof Element && selected.matches(selector)) return selected
      const { node } = editor.view.domAtPos(from)
      return (node instanceof Element ? node : node.parentElement)?.closest(selector)
    }
    const rect = () => block()?.getBoundingClientRect() ?? selectionRect(editor)
    const boundary = editor.view.dom.closest('main') ?? 'clippingAncestors'
    const middleware = [offset(6), shift({ padding: 8, crossAxis: true, boundary })]
    return keepBeside(editor, rect, floating.current, { placement: 'top-end', middleware })
  }, [editor, floating, selector])
}
