import type { Node } from 'prosemirror-model'
import { type Command, type EditorState, Selection } from 'prosemirror-state'
import {
  addRowAfter,
  CellSelection,
  goToNextCell,
  isInTable,
  mergeCells,
  moveTableColumn,
  moveTableRow,
  selectedRect,
  splitCell,
} from 'prosemirror-tables'
import { followCells } from '#lib/editor/follow-cells'
import { type CellAlignment, type CellColour, cellAlignment, cellColour, columnWidth } from '#lib/schema/table-nodes'

export {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  deleteColumn,
  deleteRow,
  deleteTable,
  mergeCells,
  splitCell,
} from 'prosemirror-tables'

/** What is on at the cells of the selection. */
export interface TableFacts {
  readonly headerRow: boolean
  readonly headerColumn: boolean
  readonly align: CellAlignment | undefined
  readonly colour: CellColour | undefined
  readonly canMerge: boolean
  readonly canSplit: boolean
}

/** Pixels by which a key makes a column wider. */
export const WIDTH_STEP = 40
const FIRST_WIDTH = 160

/** `undefined` outside of tables. */
export function tableFacts(state: EditorState): TableFacts | undefined {
  if (!isInTable(state)) return undefined
  const cell = cells(state)[0]?.node
  return {
    headerRow: isHeader(state, 'row'),
    headerColumn: isHeader(state, 'column'),
    align: cellAlignment(cell?.attrs.align),
    colour: cellColour(cell?.attrs.colour),
    canMerge: state.selection instanceof CellSelection && mergeCells(state),
    canSplit: splitCell(state),
  }
}

/** Puts a table with a header row in place of an empty block, else after the block, and the cursor into it. */
export function insertTable(rowCount: number, columnCount: number): Command {
  return (state, dispatch) => {
    const { $from } = state.selection
    const { table, table_row: row, table_cell: cell } = state.schema.nodes
    if (!table || !row || !cell || !$from.parent.isTextblock || isInTable(state)) return false
    const at = $from.parent.content.size === 0 ? $from.before() : $from.after()
    const index = $from.index(-1)
    if (!$from.node(-1).canReplaceWith(index, index, table)) return false
    if (dispatch) {
      const made = Array.from({ length: rowCount }, (_, number) =>
        row.create(
          null,
          Array.from({ length: columnCount }, () => cell.createAndFill({ header: number === 0 || null }) as Node),
        ),
      )
      const tr = state.tr.replaceWith(at, $from.after(), table.create(null, made))
      const isLast = tr.doc.resolve(at).index() === tr.doc.resolve(at).parent.childCount - 1
      const below = isLast ? state.schema.nodes.paragraph?.create() : undefined
      if (below) tr.insert(at + (tr.doc.nodeAt(at)?.nodeSize ?? 0), below)
      dispatch(tr.setSelection(Selection.near(tr.doc.resolve(at + 3))).scrollIntoView())
    }
    return true
  }
}

/** Tab: on to the next cell; a row more behind the last. Only where the cell is what is nearest around the cursor. */
export const nextCell: Command = (state, dispatch, view) => {
  if (!isRightInCell(state)) return false
  if (goToNextCell(1)(state, dispatch)) return true
  if (!dispatch || !view) return true
  addRowAfter(state, dispatch)
  return goToNextCell(1)(view.state, view.dispatch)
}

/** Shift-Tab. */
export const previousCell: Command = (state, dispatch) => {
  if (!isRightInCell(state)) return false
  goToNextCell(-1)(state, dispatch)
  return true
}

function isRightInCell({ selection }: EditorState): boolean {
  if (selection instanceof CellSelection) return true
  const { $from } = selection
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth)
    if (node.type.name === 'list' || node.type.spec.code) return false
    if (node.type.spec.tableRole === 'cell') return true
  }
  return false
}

interface CellPlace {
  readonly node: Node
  readonly position: number
}

/** The selected cells; those of the whole first row or column of the table when asked for. */
function cells(state: EditorState, part?: 'row' | 'column'): CellPlace[] {
  const { map, table, tableStart, left, right, top, bottom } = selectedRect(state)
  const rect =
    part === 'row'
      ? { left: 0, top: 0, right: map.width, bottom: 1 }
      : part === 'column'
        ? { left: 0, top: 0, right: 1, bottom: map.height }
        : { left, top, right, bottom }
  return map.cellsInRect(rect).flatMap((at) => {
    const node = table.nodeAt(at)
    return node ? [{ node, position: tableStart + at }] : []
  })
}

const isHeader = (state: EditorState, part: 'row' | 'column'): boolean =>
  cells(state, part).every(({ node }) => node.attrs.header === true)

const setCells = (
  choose: (state: EditorState) => CellPlace[],
  name: string,
  value: (state: EditorState) => unknown,
): Command => {
  return (state, dispatch) => {
    if (!isInTable(state)) return false
    if (dispatch) {
      const { tr } = state
      const wanted = value(state)
      for (const { node, position } of choose(state))
        if (node.attrs[name] !== wanted) tr.setNodeAttribute(position, name, wanted)
      dispatch(tr)
    }
    return true
  }
}

/** Makes the first row or column header; plain when it is. The corner belongs to both and stays while the other is on. */
export const toggleHeader = (part: 'row' | 'column'): Command => {
  const other = part === 'row' ? 'column' : 'row'
  return setCells(
    (state) =>
      cells(state, part).filter((_, index) => index > 0 || !isHeader(state, other) || cells(state, part).length < 2),
    'header',
    (state) => !isHeader(state, part) || null,
  )
}

export const alignCells = (align: CellAlignment | undefined): Command =>
  setCells(
    (state) => cells(state),
    'align',
    () => align ?? null,
  )

export const colourCells = (colour: CellColour | undefined): Command =>
  setCells(
    (state) => cells(state),
    'colour',
    () => colour ?? null,
  )

/** Makes the columns of the selection wider or narrower by so many pixels. */
export const widenColumns = (pixels: number): Command =>
  setCells(columnCells, 'width', (state) => {
    const now = columnCells(state).flatMap(({ node }) => columnWidth(node.attrs.width) ?? [])[0] ?? FIRST_WIDTH
    return columnWidth(Math.max(1, now + pixels)) ?? null
  })

/** Gives the column of the cell at `position` so many pixels. */
export const setColumnWidth = (position: number, pixels: number): Command => {
  return (state, dispatch) => {
    const near = state.apply(state.tr.setSelection(Selection.near(state.doc.resolve(position + 1))))
    if (!isInTable(near)) return false
    if (dispatch) {
      const { tr } = state
      for (const cell of columnCells(near)) tr.setNodeAttribute(cell.position, 'width', columnWidth(pixels) ?? null)
      dispatch(tr)
    }
    return true
  }
}

function columnCells(state: EditorState): CellPlace[] {
  const { map, table, tableStart, left, right } = selectedRect(state)
  return map.cellsInRect({ left, right, top: 0, bottom: map.height }).flatMap((at) => {
    const node = table.nodeAt(at)
    return node ? [{ node, position: tableStart + at }] : []
  })
}

/** Moves the row or column of the cursor by one place; not out of the table, and not past what is merged. */
export function moveInTable(part: 'row' | 'column', step: 1 | -1): Command {
  return (state, dispatch) => {
    if (!isInTable(state)) return false
    const { map, top, left } = selectedRect(state)
    const [from, end] = part === 'row' ? [top, map.height] : [left, map.width]
    const to = from + step
    if (to < 0 || to >= end) return false
    const move = (part === 'row' ? moveTableRow : moveTableColumn)({ from, to, select: false })
    const side = part === 'row' ? 'top' : 'left'
    return move(state, dispatch && ((transaction) => dispatch(followCells(state, transaction, side, step))))
  }
}
