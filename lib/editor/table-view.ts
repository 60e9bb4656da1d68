import type { Node } from 'prosemirror-model'
import type { NodeView } from 'prosemirror-view'
import { cellSpan, columnWidth } from '#lib/schema/table-nodes'

/** With more cells than this, a table's columns are as wide as they are told, whatever their words: else a letter moves all of them. */
const MOST_FITTED = 500
/** Pixels of a column of a large table that is not told a width, at least. */
const MIN_LARGE = 96

interface TableView extends NodeView {
  readonly dom: HTMLElement
  update(node: Node): boolean
}

/**
 * A table on screen: it scrolls sideways by itself where it is wider than the page. Widths go through the CSS object model,
 * because a strict CSP refuses style attributes.
 */
export function createTableView(node: Node): TableView {
  const dom = document.createElement('div')
  dom.className = 'table-frame'
  const table = dom.appendChild(document.createElement('table'))
  const columns = table.appendChild(document.createElement('colgroup'))
  const contentDOM = table.appendChild(document.createElement('tbody'))
  /** Widths in pixels that its words had given to the columns when it grew large: they stay, so that nothing jumps. */
  let taken: readonly (number | undefined)[] = []
  show(node)

  function show(next: Node): void {
    const told = widthsOf(next)
    const isLarge = next.childCount * told.length > MOST_FITTED
    if (isLarge && !dom.classList.contains('is-large')) taken = shownWidths(columns)
    if (!isLarge || taken.length !== told.length) taken = []
    const widths = told.map((width, at) => width ?? taken[at])
    showWidths(columns, widths)
    dom.classList.toggle('is-large', isLarge)
    const least = widths.reduce((sum: number, width) => sum + (width ?? MIN_LARGE), 0)
    if (isLarge) setStyle(table, '--least-width', `${least}px`)
  }

  return {
    dom,
    contentDOM,
    update(next) {
      if (next.type !== node.type) return false
      show(next)
      return true
    },
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
  }
}

function showWidths(columns: HTMLElement, widths: readonly (number | undefined)[]): void {
  while (columns.childElementCount > widths.length) columns.lastElementChild?.remove()
  while (columns.childElementCount < widths.length) columns.append(document.createElement('col'))
  widths.forEach((width, index) => {
    const column = columns.children[index]
    if (column instanceof HTMLElement) setStyle(column, 'width', width === undefined ? '' : `${width}px`)
  })
}

/** Whole pixels, so that together they are no wider than the table; undefined for each where none is laid out. */
const shownWidths = (columns: HTMLElement): (number | undefined)[] =>
  [...columns.children].map((column) => Math.floor(column.getBoundingClientRect().width) || undefined)

function setStyle({ style }: HTMLElement, name: string, value: string): void {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value)
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
