import type { Node } from 'prosemirror-model'
import { cellAlignment, cellColour, cellSpan } from '#lib/schema/table-nodes'

const WIDTH = 9026
const BORDER = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV']
  .map((side) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="BBBBBB"/>`)
  .join('')
const FILLS = { sand: 'F3EDE2', yellow: 'FBF1C7', green: 'E3F0DC', red: 'F8E0DC' } as const

/** A table as Word's own: what spans columns and rows is one cell there, too. `cellXml` writes what stands in a cell,
 * in paragraphs with these properties. */
export function tableXml(table: Node, cellXml: (cell: Node, paragraph: string) => string): string {
  /** Rows that a cell from above still reaches into, and how wide it is, by place. */
  let reaching = new Map<number, { readonly left: number; readonly across: number }>()
  let columns = 1
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
      const inside = cellXml(cell, side ? `<w:jc w:val="${side}"/>` : '')
      const ended = inside.endsWith('</w:p>') ? inside : `${inside}<w:p/>`
      cells.push(`<w:tc><w:tcPr>${properties.join('')}</w:tcPr>${ended}</w:tc>`)
      if (down > 1) next.set(place, { left: down - 1, across })
      place += across
    })
    passReaching()
    columns = Math.max(columns, place)
    reaching = next
    const isHeader = row.childCount > 0 && row.content.content.every((cell) => cell.attrs.header === true)
    return `<w:tr>${isHeader ? '<w:trPr><w:tblHeader/></w:trPr>' : ''}${cells.join('') || '<w:tc><w:p/></w:tc>'}</w:tr>`
  })
  const grid = `<w:gridCol w:w="${Math.floor(WIDTH / columns)}"/>`.repeat(columns)
  return `<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>${BORDER}</w:tblBorders></w:tblPr><w:tblGrid>${grid}</w:tblGrid>${rows.join('')}</w:tbl><w:p/>`
}

const span = (across: number): string => (across > 1 ? `<w:gridSpan w:val="${across}"/>` : '')
