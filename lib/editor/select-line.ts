import type { Command } from 'prosemirror-state'
import { CellSelection, cellAround, isInTable } from 'prosemirror-tables'

/** Selects the whole row or column of the cursor, or those of the selected cells. */
export const selectLine =
  (part: 'row' | 'column'): Command =>
  (state, dispatch) => {
    if (!isInTable(state)) return false
    const { selection, doc } = state
    const $cell = selection instanceof CellSelection ? selection.$anchorCell : cellAround(selection.$from)
    const $other = selection instanceof CellSelection ? selection.$headCell : $cell
    if (!$cell || !$other) return false
    const select = part === 'row' ? CellSelection.rowSelection : CellSelection.colSelection
    dispatch?.(state.tr.setSelection(select.call(CellSelection, doc.resolve($cell.pos), doc.resolve($other.pos))))
    return true
  }
