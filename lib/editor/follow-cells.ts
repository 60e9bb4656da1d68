import type { ResolvedPos } from 'prosemirror-model'
import { type EditorState, TextSelection, type Transaction } from 'prosemirror-state'
import { CellSelection, cellAround, selectedRect, TableMap } from 'prosemirror-tables'

/**
 * prosemirror-tables writes a whole new table where a row or column is moved, and the selection would end behind it: puts it
 * into its cells again. `step` is by how many places they went along `side`, or more where they passed what is merged.
 */
export function followCells(
  state: EditorState,
  transaction: Transaction,
  side: 'top' | 'left',
  step: number,
): Transaction {
  const { selection } = state
  const { map, tableStart } = selectedRect(state)
  const table = transaction.doc.resolve(tableStart).parent
  const moved = TableMap.get(table)

  /** Cells that were pasted may share their content, so that the nearest to where the cell should be is the one. */
  function whereIs($cell: ResolvedPos): number {
    const aim = map.findCell($cell.pos - tableStart)[side] + step
    const distance = (at: number) => Math.abs(moved.findCell(at)[side] - aim)
    const alike = [...new Set(moved.map)].filter((at) => table.nodeAt(at)?.content === $cell.nodeAfter?.content)
    const [nearest = $cell.pos - tableStart] = alike.sort((a, b) => distance(a) - distance(b))
    return tableStart + nearest
  }

  if (selection instanceof CellSelection) {
    const [anchor, head] = [selection.$anchorCell, selection.$headCell].map(whereIs)
    return anchor && head ? transaction.setSelection(CellSelection.create(transaction.doc, anchor, head)) : transaction
  }
  const $cell = cellAround(selection.$from)
  if (!$cell) return transaction
  const by = whereIs($cell) - $cell.pos
  const [$anchor, $head] = [selection.anchor + by, selection.head + by].map((at) => transaction.doc.resolve(at))
  return $anchor && $head ? transaction.setSelection(TextSelection.between($anchor, $head)) : transaction
}
