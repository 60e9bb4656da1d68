import { Plugin } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { setColumnWidth } from '#lib/editor/table-commands'

/** How near to a column's edge a pointer takes hold of it, in pixels. */
const REACH = 5
const MIN_WIDTH = 48

/** Lets a pointer drag the edge between two columns; the width is written once, when it is let go. */
export function createTableResize(): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: {
        pointermove(view, event) {
          const near = view.editable && event.buttons === 0 && edgeAt(event) !== undefined
          view.dom.classList.toggle('is-at-column-edge', near)
          return false
        },
        pointerdown(view, event) {
          const cell = view.editable && event.button === 0 ? edgeAt(event) : undefined
          if (!cell) return false
          event.preventDefault()
          drag(view, cell, event)
          return true
        },
        mousedown: (view, event) => {
          if (!view.editable || edgeAt(event) === undefined) return false
          event.preventDefault()
          return true
        },
      },
    },
  })
}

/** The cell whose right edge, or left edge of its neighbour, is under the pointer. */
function edgeAt(event: MouseEvent): HTMLTableCellElement | undefined {
  const cell =
    event.target instanceof Element ? event.target.closest<HTMLTableCellElement>('.page-body :is(td, th)') : null
  if (!cell) return undefined
  const { left, right } = cell.getBoundingClientRect()
  if (Math.abs(event.clientX - right) <= REACH) return cell
  const before = cell.previousElementSibling
  return Math.abs(event.clientX - left) <= REACH && before instanceof HTMLTableCellElement ? before : undefined
}

function drag(view: EditorView, cell: HTMLTableCellElement, start: PointerEvent): void {
  const before = cell.getBoundingClientRect().width
  const width = (event: PointerEvent) => Math.max(MIN_WIDTH, Math.round(before + event.clientX - start.clientX))
  const column = columnOf(cell)
  const move = (event: PointerEvent) => {
    if (column) column.style.width = `${width(event)}px`
  }
  const end = (event: PointerEvent) => {
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', end)
    window.removeEventListener('pointercancel', end)
    if (view.isDestroyed || !cell.isConnected || event.type === 'pointercancel') return
    const position = view.posAtDOM(cell, 0) - 1
    setColumnWidth(position, width(event))(view.state, (tr) => view.dispatch(tr.setMeta('separate', true)), view)
  }
  window.addEventListener('pointermove', move)
  window.addEventListener('pointerup', end)
  window.addEventListener('pointercancel', end)
}

function columnOf(cell: HTMLTableCellElement): HTMLElement | undefined {
  let place = cell.colSpan - 1
  for (let before = cell.previousElementSibling; before; before = before.previousElementSibling) {
    if (before instanceof HTMLTableCellElement) place += before.colSpan
  }
  const column = cell.closest('table')?.querySelectorAll('col')[place]
  return column instanceof HTMLElement ? column : undefined
}
