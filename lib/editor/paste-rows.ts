import { type Node, type Schema, Slice } from 'prosemirror-model'
import { Selection, type Transaction } from 'prosemirror-state'
import { handlePaste, isInTable } from 'prosemirror-tables'
import type { EditorView } from 'prosemirror-view'
import type { AppliedRule } from '#lib/editor/input-rules'

/** Rows of cells parted by tabs, as spreadsheets give them beside or without HTML. */

/** Into the cells of a table. */
export function pasteIntoCells(view: EditorView, event: ClipboardEvent): boolean {
  const text = event.clipboardData?.getData('text/plain') ?? ''
  const html = event.clipboardData?.getData('text/html') ?? ''
  if (!text.includes('\t') || /<table\b/i.test(html) || !isInTable(view.state)) return false
  return handlePaste(view, event, new Slice(tableOf(view.state.schema, rowsIn(text)).content, 0, 0))
}

/** More cells than this stay text: a browser lays the whole table out at every key. */
const MAX_CELLS = 2000

/** As a table where a paragraph is. The plain text is written before, so that undo, or Backspace right after, brings that back. */
export function pasteAsTable(view: EditorView, text: string): boolean {
  const { selection, schema } = view.state
  const { $from, from } = selection
  const rows = text.includes('\t') ? rowsIn(text) : []
  const isInList = $from.depth > 1 && $from.node(-1).type.name === 'list'
  if (!isRectangle(rows) || $from.parent.type.name !== 'paragraph' || isInList) return false
  view.pasteText(rows.map((row) => row.join('\t')).join('\n'))
  const rules = view.state.plugins.find(({ spec }) => 'isInputRules' in spec)
  const tr = view.state.tr.delete(from, view.state.selection.to).replaceRangeWith(from, from, tableOf(schema, rows))
  tr.mapping.maps.at(-1)?.forEach((_start, _end, _from, end) => {
    tr.setSelection(Selection.near(tr.doc.resolve(end), -1))
  })
  const applied: AppliedRule & { readonly transform: Transaction } = { transform: tr, from, to: from, text: '' }
  if (rules) tr.setMeta(rules, applied)
  view.dispatch(tr.setMeta('separate', true).scrollIntoView())
  return true
}

const rowsIn = (text: string): string[][] =>
  text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.split('\t'))

/** Not code, whose lines begin with tabs. */
function isRectangle(rows: readonly string[][]): boolean {
  const columns = rows[0]?.length ?? 0
  const isWhole = rows.length > 1 && columns > 1 && rows.every((row) => row.length === columns)
  return isWhole && rows.length * columns <= MAX_CELLS && rows.some(([first]) => first !== '')
}

function tableOf(schema: Schema, rows: readonly string[][]): Node {
  const paragraph = (words: string) => schema.node('paragraph', null, words ? [schema.text(words)] : [])
  const cell = (words: string, column: number) =>
    schema.node('table_cell', { column: `c${column}` }, [paragraph(words)])
  return schema.node(
    'table',
    null,
    rows.map((row) => schema.node('table_row', null, row.map(cell))),
  )
}
