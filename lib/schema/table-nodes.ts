import type { DOMOutputSpec, Node, NodeSpec } from 'prosemirror-model'
import type { ElementLike } from '#lib/schema/element-like'

/**
 * A table is a row of rows of cells, as prosemirror-tables wants it. Every cell names its column, so that rows and columns
 * that people add and delete at once still meet (arrange-table.ts). What spans several places is one cell with numbers.
 */

/** More rows or columns than any cell may span. */
export const MAX_SPAN = 1000

const ALIGNMENTS = ['left', 'center', 'right'] as const
export type CellAlignment = (typeof ALIGNMENTS)[number]

const COLOURS = ['sand', 'yellow', 'green', 'red'] as const
export type CellColour = (typeof COLOURS)[number]

const MIN_WIDTH = 48
const MAX_WIDTH = 2000

/** Rows or columns that a cell spans, for any value that an edit may carry. */
export const cellSpan = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 ? Math.min(value, MAX_SPAN) : 1

/** `undefined` for the page's own. */
export const cellAlignment = (value: unknown): CellAlignment | undefined => ALIGNMENTS.find((one) => one === value)

/** `undefined` for none. */
export const cellColour = (value: unknown): CellColour | undefined => COLOURS.find((one) => one === value)

/** Pixels; `undefined` for as wide as there is room. */
export const columnWidth = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
    ? Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, value)))
    : undefined

/** The name of a column, or `undefined` for any value that is none. */
export const columnName = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w-]{1,24}$/.test(value) ? value : undefined

const numberFrom = (text: string | null): number | undefined =>
  text !== null && /^\d{1,6}$/.test(text) ? Number.parseInt(text, 10) : undefined

function cellElement(node: Node): DOMOutputSpec {
  const { colspan, rowspan, header, align, colour, column, width } = node.attrs
  const [across, down] = [cellSpan(colspan), cellSpan(rowspan)]
  return [
    header === true ? 'th' : 'td',
    {
      colspan: across > 1 ? String(across) : undefined,
      rowspan: down > 1 ? String(down) : undefined,
      'data-align': cellAlignment(align),
      'data-colour': cellColour(colour),
      'data-column': columnName(column),
      'data-width': columnWidth(width)?.toString(),
    },
    0,
  ]
}

const cellAttributes = (element: ElementLike, header: boolean) => ({
  colspan: cellSpan(numberFrom(element.getAttribute('colspan'))),
  rowspan: cellSpan(numberFrom(element.getAttribute('rowspan'))),
  header: header || null,
  align: cellAlignment(element.getAttribute('data-align') ?? element.getAttribute('align')) ?? null,
  colour: cellColour(element.getAttribute('data-colour')) ?? null,
  column: columnName(element.getAttribute('data-column')) ?? null,
  width: columnWidth(numberFrom(element.getAttribute('data-width'))) ?? null,
})

const table: NodeSpec = {
  content: 'table_row+',
  group: 'block',
  tableRole: 'table',
  isolating: true,
  parseDOM: [{ tag: 'table' }],
  toDOM: (): DOMOutputSpec => ['table', ['tbody', 0]],
}

const tableRow: NodeSpec = {
  content: 'table_cell*',
  tableRole: 'row',
  parseDOM: [{ tag: 'tr' }],
  toDOM: (): DOMOutputSpec => ['tr', 0],
}

/** See {@link cellSpan}, {@link cellAlignment}, {@link cellColour}, {@link columnName}, {@link columnWidth}. */
const tableCell: NodeSpec = {
  attrs: {
    colspan: { default: 1 },
    rowspan: { default: 1 },
    header: { default: null },
    align: { default: null },
    colour: { default: null },
    column: { default: null },
    width: { default: null },
  },
  content: 'block+',
  tableRole: 'cell',
  isolating: true,
  parseDOM: [
    { tag: 'td', getAttrs: (element: ElementLike) => cellAttributes(element, false) },
    { tag: 'th', getAttrs: (element: ElementLike) => cellAttributes(element, true) },
  ],
  toDOM: cellElement,
}

export const tableNodes = { table, table_row: tableRow, table_cell: tableCell } satisfies Record<string, NodeSpec>
