import { Fragment, type Node } from 'prosemirror-model'
import { cellSpan, columnName } from '#lib/schema/table-nodes'

/**
 * Makes a whole table of whatever rows and cells people's edits add up to: every place of the grid belongs to exactly one
 * cell. Pure and the same everywhere, and it takes no cell's text away: columns come in the order that the rows agree on,
 * places without a cell get an empty one, what spans too far is cut, two cells in one place become one. Nothing is written;
 * the next edit of a row by a person makes what is shown there real.
 */

/** More places than this and a table is not shown as one; a hostile one would fill the memory. */
export const MAX_PLACES = 50_000

export interface ArrangedRow {
  readonly row: Node
  /** For each cell of `row`, its index in the row as it stood, or -1 for one that only fills a place. */
  readonly from: readonly number[]
}

interface Standing {
  readonly cell: Node
  readonly index: number
}

/** The rows of a table, at least one, each with at least one place; `undefined` for more than {@link MAX_PLACES}. */
export function arrangeTable(table: Node): readonly ArrangedRow[] | undefined {
  const named = table.content.content.map(namedCells)
  const columns = columnsOf(named.map((cells) => cells.map(({ name }) => name)))
  if (columns.length * named.length > MAX_PLACES) return undefined
  const placeOf = new Map(columns.map((name, place) => [name, place]))
  const grid = named.map((cells) => {
    const standing = new Map<number, Standing>()
    for (const { name, cell, index } of cells) {
      const place = placeOf.get(name) ?? 0
      const first = standing.get(place)
      standing.set(place, first ? { cell: together(first.cell, cell), index: first.index } : { cell, index })
    }
    return standing
  })
  return fill(table, grid, columns)
}

interface NamedCell extends Standing {
  readonly name: string
}

/** A cell without a name, of an import say, is named after its place. */
function namedCells(row: Node): NamedCell[] {
  let place = 0
  return row.content.content.map((cell, index) => {
    const name = columnName(cell.attrs.column) ?? `#${place}`
    place += cellSpan(cell.attrs.colspan)
    return { name, cell, index }
  })
}

/** One order for all columns: a column stands behind the one that it follows in the first row that has it. */
function columnsOf(rows: readonly (readonly string[])[]): readonly string[] {
  const columns: string[] = []
  const known = new Set<string>()
  for (const names of rows) {
    let before = -1
    for (const name of names) {
      if (known.has(name)) before = columns.indexOf(name)
      else {
        before++
        known.add(name)
        columns.splice(before, 0, name)
      }
    }
  }
  return columns.length > 0 ? columns : ['#0']
}

function together(first: Node, second: Node): Node {
  if (isEmpty(second)) return first
  if (isEmpty(first)) return first.copy(second.content)
  return first.copy(first.content.append(second.content))
}

const isEmpty = (cell: Node): boolean =>
  cell.childCount === 1 && cell.firstChild?.isTextblock === true && cell.firstChild.content.size === 0

function fill(table: Node, grid: readonly Map<number, Standing>[], columns: readonly string[]): ArrangedRow[] {
  const covered = grid.map(() => new Set<number>())
  const isFree = (row: number, place: number) => !covered[row]?.has(place) && !grid[row]?.has(place)

  function spanAt(row: number, place: number, cell: Node): { across: number; down: number } {
    const [wide, high] = [cellSpan(cell.attrs.colspan), cellSpan(cell.attrs.rowspan)]
    let across = 1
    while (across < wide && place + across < columns.length && isFree(row, place + across)) across++
    const isRowFree = (below: number) => {
      for (let offset = 0; offset < across; offset++) if (!isFree(below, place + offset)) return false
      return true
    }
    let down = 1
    while (down < high && row + down < grid.length && isRowFree(row + down)) down++
    return { across, down }
  }

  return grid.map((standing, row) => {
    const cells: Node[] = []
    const from: number[] = []
    columns.forEach((name, place) => {
      if (covered[row]?.has(place)) return
      const own = standing.get(place)
      const column = name.startsWith('#') ? null : name
      if (!own) {
        cells.push(emptyCell(table, { column }))
        from.push(-1)
        return
      }
      const { across, down } = spanAt(row, place, own.cell)
      for (let below = row; below < row + down; below++) {
        for (let beside = place; beside < place + across; beside++) covered[below]?.add(beside)
      }
      cells.push(spanning(own.cell, across, down))
      from.push(own.index)
    })
    const shown = table.child(row)
    return { row: sameCells(shown, cells) ? shown : shown.copy(Fragment.from(cells)), from }
  })
}

function emptyCell(table: Node, attributes: { readonly column: string | null }): Node {
  const cell = table.type.schema.nodes.table_cell?.createAndFill(attributes)
  if (!cell) throw new Error('the schema has no empty cell')
  return cell
}

const spanning = (cell: Node, colspan: number, rowspan: number): Node =>
  cell.attrs.colspan === colspan && cell.attrs.rowspan === rowspan
    ? cell
    : cell.type.create({ ...cell.attrs, colspan, rowspan }, cell.content, cell.marks)

const sameCells = (row: Node, cells: readonly Node[]): boolean =>
  row.childCount === cells.length && cells.every((cell, index) => row.child(index) === cell)
