import type { Node } from 'prosemirror-model'
import { type EditorState, Plugin, type Transaction } from 'prosemirror-state'
import { CellSelection, TableMap, tableEditing } from 'prosemirror-tables'
import { pasteIntoCells } from '#lib/editor/paste-rows'
import { showsShared } from '#lib/editor/shared-binding'
import { columnName } from '#lib/schema/table-nodes'

/**
 * Tables: prosemirror-tables selects cells and keeps what a person edits in shape; here every new cell is told which column
 * it stands in, so that what others do at the same time meets it (lib/schema/arrange-table.ts).
 */
export function createTables(): Plugin[] {
  return [
    new Plugin({ appendTransaction: nameColumns, props: { handlePaste: pasteIntoCells } }),
    tableEditing({ allowTableNodeSelection: true }),
    new Plugin({ props: { handleKeyDown: keepCells } }),
  ]
}

/** Where there is no further cell to select, the browser would select words of others instead. */
const keepCells = ({ state }: { state: EditorState }, { key, shiftKey }: KeyboardEvent): boolean =>
  shiftKey && key.startsWith('Arrow') && state.selection instanceof CellSelection

/** Only after a person's edit: what others wrote is shown as it is. */
function nameColumns(
  transactions: readonly Transaction[],
  before: EditorState,
  after: EditorState,
): Transaction | null {
  if (!transactions.some((one) => one.docChanged) || transactions.some(showsShared)) return null
  const from = after.doc.content.findDiffStart(before.doc.content)
  const end = from === null ? null : after.doc.content.findDiffEnd(before.doc.content)
  if (from === null || !end) return null
  const { tr } = after
  const cell = namedCellAround(after.doc, from, end.a)
  const isInside = cell >= 0 && namedCellAround(before.doc, from, end.b) === cell
  after.doc.nodesBetween(Math.min(from, end.a), Math.max(from, end.a), (node, position) => {
    const isAround = isInside && position < cell
    if (node.type.spec.tableRole === 'table' && !isAround) nameCells(tr, node, position + 1)
    return !node.isTextblock
  })
  return tr.docChanged ? tr : null
}

/** Where the innermost cell begins that holds both places; -1 for none, and for one whose column has no name yet. */
function namedCellAround(doc: Node, one: number, other: number): number {
  const $from = doc.resolve(Math.min(one, other))
  for (let depth = $from.sharedDepth(Math.max(one, other)); depth > 0; depth--) {
    const { type, attrs } = $from.node(depth)
    if (type.spec.tableRole === 'cell') return columnName(attrs.column) === undefined ? -1 : $from.before(depth)
  }
  return -1
}

function nameCells(transaction: Transaction, table: Node, start: number): void {
  const { map, width, height } = TableMap.get(table)
  const taken = new Set<string>()
  const isHeaderRow = areHeaders(table, map.slice(0, width))
  const isHeaderColumn = areHeaders(
    table,
    Array.from({ length: height - 1 }, (_, row) => map[(row + 1) * width] ?? 0),
  )
  for (let column = 0; column < width; column++) {
    const cells = beginningIn(map, width, height, column)
    const name = agreedName(table, cells, taken) ?? freshName()
    taken.add(name)
    for (const [row, cell] of cells) {
      const node = table.nodeAt(cell)
      if (!node || node.attrs.column === name) continue
      const isNew = columnName(node.attrs.column) === undefined
      transaction.setNodeAttribute(start + cell, 'column', name)
      if (isNew && ((row === 0 && isHeaderRow) || (column === 0 && isHeaderColumn))) {
        transaction.setNodeAttribute(start + cell, 'header', true)
      }
    }
  }
}

/** The cells that begin in a column, with their rows. */
function beginningIn(map: readonly number[], width: number, height: number, column: number): [number, number][] {
  const cells: [number, number][] = []
  for (let row = 0; row < height; row++) {
    const cell = map[row * width + column] ?? 0
    const [left, above] = [map[row * width + column - 1], map[(row - 1) * width + column]]
    if ((column > 0 && left === cell) || (row > 0 && above === cell)) continue
    cells.push([row, cell])
  }
  return cells
}

/** The name that most cells of the column have, and no column before it. */
function agreedName(table: Node, cells: readonly [number, number][], taken: ReadonlySet<string>): string | undefined {
  const votes = new Map<string, number>()
  for (const [, cell] of cells) {
    const name = columnName(table.nodeAt(cell)?.attrs.column)
    if (name !== undefined && !taken.has(name)) votes.set(name, (votes.get(name) ?? 0) + 1)
  }
  let best: string | undefined
  for (const [name, count] of votes) if (best === undefined || count > (votes.get(best) ?? 0)) best = name
  return best
}

/** Whether those of the cells that are not new are headers, one at least. */
function areHeaders(table: Node, cells: readonly number[]): boolean {
  const known = cells.map((cell) => table.nodeAt(cell)).filter((cell) => columnName(cell?.attrs.column) !== undefined)
  return known.length > 0 && known.every((cell) => cell?.attrs.header === true)
}

const freshName = (): string =>
  [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => (byte % 36).toString(36)).join('')
