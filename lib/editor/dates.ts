import { type Command, type EditorState, NodeSelection, Plugin } from 'prosemirror-state'
import { dateValue } from '#lib/schema/date-node'

export { dateValue } from '#lib/schema/date-node'

/** The day at `offsetDays` from `now`, by this device's calendar, as `2026-11-26`. */
export function dayFrom(now: Date, offsetDays = 0): string {
  const day = new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() + offsetDays))
  return day.toISOString().slice(0, 10)
}

/** The selected day; '' for one that cannot be read. */
export function selectedDate({ selection }: EditorState): string | undefined {
  const isDate = selection instanceof NodeSelection && selection.node.type.name === 'date'
  return isDate ? (dateValue(selection.node.attrs.value) ?? '') : undefined
}

/** Makes the selected day another one, and keeps it selected. */
export const setDate =
  (value: string): Command =>
  (state, dispatch) => {
    if (selectedDate(state) === undefined || dateValue(value) === undefined) return false
    const { from } = state.selection
    const tr = state.tr.setNodeAttribute(from, 'value', value)
    dispatch?.(tr.setSelection(NodeSelection.create(tr.doc, from)))
    return true
  }

/** Shows days in words. Enter on one that is selected asks for another. */
export const createDates = (words: (value: string) => string, askDate: () => void): Plugin =>
  new Plugin({
    props: {
      nodeViews: {
        date({ attrs }) {
          const dom = document.createElement('time')
          const value = dateValue(attrs.value)
          dom.className = 'date'
          if (value) dom.dateTime = value
          dom.textContent = value ? words(value) : '…'
          return { dom, ignoreMutation: () => true }
        },
      },
      handleKeyDown(view, event) {
        if (event.key !== 'Enter' || event.isComposing || !view.editable) return false
        if (selectedDate(view.state) === undefined) return false
        askDate()
        return true
      },
    },
  })
