import type { Node } from 'prosemirror-model'
import { readCsv } from '#lib/convert/csv-rows'
import type { FileAttributes } from '#lib/convert/enclosed-files'
import type { Losses } from '#lib/convert/losses'
import { schema } from '#lib/schema/schema'

/** Cells of a table that a page shows, of a longer one the first rows: a browser lays the whole table out at every key. */
export const MAX_CELLS = 2000
const MAX_COLUMNS = 100

export interface CsvReading {
  readonly name: string
  readonly losses: Losses
  /** Where the first cell of a row leads, where a page stands for the row. */
  hrefOfRow(name: string): string | undefined
  /** Takes the file itself, to be offered below a table that does not hold all of it. */
  keepWhole(): FileAttributes
}

/** A page with one table, its first row a header; what it has no room for is told of. */
export function csvToDoc(text: string, { name, losses, hrefOfRow, keepWhole }: CsvReading): Node {
  const { rows, more } = readCsv(text, (columns) => Math.max(1, Math.floor(MAX_CELLS / Math.min(columns, MAX_COLUMNS))))
  const widest = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const columns = Math.min(widest, MAX_COLUMNS)
  if (columns === 0) return schema.node('doc', null, [schema.node('paragraph')])
  if (more > 0) losses.note('row', name, more)
  if (widest > columns) losses.note('column', name, widest - columns)
  const table = rows.map((row, at) => {
    const cells = Array.from({ length: columns }, (_, place) => {
      const href = at > 0 && place === 0 ? hrefOfRow(row[0] ?? '') : undefined
      const attributes = { header: at === 0 || null, column: `c${place}` }
      return schema.node('table_cell', attributes, paragraphsOf(row[place] ?? '', href))
    })
    return schema.node('table_row', null, cells)
  })
  const isWhole = more === 0 && widest === columns
  const whole = isWhole ? [] : [schema.node('file', { ...keepWhole() })]
  return schema.node('doc', null, [schema.node('table', null, table), ...whole])
}

function paragraphsOf(value: string, href: string | undefined): Node[] {
  const marks = href === undefined ? [] : [schema.marks.link.create({ href })]
  const lines = value.split('\n').map((line) => line.trim())
  const shown = lines.filter((line, at) => line !== '' || (at === 0 && lines.length === 1))
  return (shown.length > 0 ? shown : ['']).map((line) =>
    schema.node('paragraph', null, line ? [schema.text(line, marks)] : []),
  )
}
