import type { Node } from 'prosemirror-model'
import type { NodeView } from 'prosemirror-view'
import { cellSpan, columnWidth } from '#lib/schema/table-nodes'

/**
 * A table on screen: it scrolls sideways by itself where it is wider than the page. Widths go through the CSS object model,
 * because a strict CSP refuses style attributes.
 */
export function createTableView(node: Node): NodeView {
  const dom = document.createElement('div')
  dom.className = 'table-frame'
  const table = dom.appendChild(document.createElement('table'))
  const columns = table.appendChild(document.createElement('colgroup'))
  const contentDOM = table.appendChild(document.createElement('tbody'))
  showWidths(columns, node)
  return {
    dom,
    contentDOM,
    update(next) {
      if (next.type !== node.type) return false
      showWidths(columns, next)
      return true
    },
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
  }
}

function showWidths(columns: HTMLElement, table: Node): void {
  const widths = widthsOf(table)
  while (columns.childElementCount > widths.length) columns.lastElementChild?.remove()
  while (columns.childElementCount < widths.length) columns.append(document.createElement('col'))
  widths.forEach((width, index) => {
    const column = columns.children[index]
    const wanted = width === undefined ? '' : `${width}px`
    if (column instanceof HTMLElement && column.style.width !== wanted) column.style.width = wanted
  })
}

/** For each column the first width that a cell of it has, in pixels. */
function widthsOf(table: Node): (number | undefined)[] {
  const widths: (number | undefined)[] = []
  let open: number[] = []
  table.forEach((row) => {
    const next: number[] = []
    let place = 0
    const skipCovered = () => {
      while ((open[place] ?? 0) > 0) {
        next[place] = (open[place] ?? 0) - 1
        place++
      }
    }
    row.forEach(({ attrs }) => {
      skipCovered()
      if (cellSpan(attrs.colspan) === 1) widths[place] ??= columnWidth(attrs.width)
      for (let span = 0; span < cellSpan(attrs.colspan); span++) next[place++] = cellSpan(attrs.rowspan) - 1
    })
    skipCovered()
    widths.length = Math.max(widths.length, place)
    open = next
  })
  return Array.from(widths)
}
