import type { Node } from 'prosemirror-model'
import { cellAlignment, cellColour, cellSpan } from '#lib/schema/table-nodes'

const BORDER = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
  .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="BBBBBB"/>`)
  .join('')
/** Left and right of what stands in a cell. */
const CELL_EDGES = 216
const MIN_ROOM = 240
const FILLS = { sand: 'F3EDE2', yellow: 'FBF1C7', green: 'E3F0DC', red: 'F8E0DC' } as const

/** What {@link tableXml} asks for: the blocks of a cell, in paragraphs with these properties and with so much room. */
export type WriteCell = (cell: Node, place: { readonly paragraph: string; readonly room: number }) => string

/** A table as Word's own, of a width in twentieths of a point: what spans columns and rows is one cell there, too. */
export function tableXml(table: Node, width: number, cellXml: WriteCell): string {
  /** Rows that a cell from above still reaches into, and how wide it is, by place. */
  let reaching = new Map<number, { readonly left: number; readonly across: number }>()
  const columns = columnsOf(table)
  const column = Math.floor(width / columns)
  const rows = table.content.content.map((row) => {
    const next: typeof reaching = new Map()
    const cells: string[] = []
    let place = 0
    const passReaching = () => {
      for (let above = reaching.get(place); above; above = reaching.get(place)) {
        cells.push(`<w:tc><w:tcPr>${span(above.across)}<w:vMerge/></w:tcPr><w:p/></w:tc>`)
        if (above.left > 1) next.set(place, { ...above, left: above.left - 1 })
        place += above.across
      }
    }
    row.forEach((cell) => {
      passReaching()
      const [across, down] = [cellSpan(cell.attrs.colspan), cellSpan(cell.attrs.rowspan)]
      const colour = cellColour(cell.attrs.colour)
      const side = cellAlignment(cell.attrs.align)
      const isHeader = cell.attrs.header === true
      const fill = colour ? FILLS[colour] : isHeader ? 'F2F2F2' : undefined
      const properties = [
        span(across),
        down > 1 ? '<w:vMerge w:val="restart"/>' : '',
        fill ? `<w:shd w:val="clear" w:color="auto" w:fill="${fill}"/>` : '',
      ]
      const paragraph = side ? `<w:jc w:val="${side}"/>` : ''
      const inside = cellXml(cell, { paragraph, room: Math.max(column * across - CELL_EDGES, MIN_ROOM) })
      const ended = inside.endsWith('</w:p>') ? inside : `${inside}<w:p/>`
      cells.push(`<w:tc><w:tcPr>${properties.join('')}</w:tcPr>${ended}</w:tc>`)
      if (down > 1) next.set(place, { left: down - 1, across })
      place += across
    })
    passReaching()
    reaching = next
    const isHeader = row.childCount > 0 && row.content.content.every((cell) => cell.attrs.header === true)
    return `<w:tr>${isHeader ? '<w:trPr><w:tblHeader/></w:trPr>' : ''}${cells.join('') || '<w:tc><w:p/></w:tc>'}</w:tr>`
  })
  const grid = `<w:gridCol w:w="${column}"/>`.repeat(columns)
  return `<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>${BORDER}</w:tblBorders></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${rows.join('')}</w:tbl><w:p/>`
}

const span = (across: number): string => (across > 1 ? `<w:gridSpan w:val="${across}"/>` : '')

/** The widest row with what reaches into it from above, in places. */
function columnsOf(table: Node): number {
  let reaching: readonly (readonly [across: number, down: number])[] = []
  let columns = 1
  table.forEach((row) => {
    const own = row.content.content.map(({ attrs }) => [cellSpan(attrs.colspan), cellSpan(attrs.rowspan)] as const)
    const all = [...reaching, ...own]
    columns = Math.max(
      columns,
      all.reduce((sum, [across]) => sum + across, 0),
    )
    reaching = all.flatMap(([across, down]) => (down > 1 ? [[across, down - 1] as const] : []))
  })
  return columns
}
