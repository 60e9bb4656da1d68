import { Fragment, type Node } from 'prosemirror-model'
import { cellAlignment, cellSpan } from '#lib/schema/table-nodes'

const SIGNS = { left: ':---', center: ':---:', right: '---:' } as const

/**
 * A table as Markdown's own. Its first row is header there in any case; a cell is one line, so that its blocks are parted by
 * breaks; what a cell spans besides its own place is left empty. `lineOf` writes a stretch of text, or a picture or file.
 */
export function tableLines(table: Node, lineOf: (piece: Fragment | Node) => string): string[] {
  const grid: string[][] = []
  const signs: string[] = []
  table.forEach((row, _offset, index) => {
    let place = 0
    const cells = lineAt(grid, index)
    row.forEach((cell) => {
      while (cells[place] !== undefined) place++
      const { colspan, rowspan, align } = cell.attrs
      for (let down = 0; down < Math.min(cellSpan(rowspan), table.childCount - index); down++) {
        for (let across = 0; across < cellSpan(colspan); across++) lineAt(grid, index + down)[place + across] = ''
      }
      cells[place] = piecesOf(cell).map(lineOf).join('<br>')
      const side = cellAlignment(align)
      signs[place] ??= side ? SIGNS[side] : '---'
    })
  })
  const width = Math.max(1, ...grid.map((cells) => cells.length))
  const line = (cells: readonly (string | undefined)[], filler = '') =>
    `| ${Array.from({ length: width }, (_, place) => cells[place] ?? filler).join(' | ')} |`
  const [first = [], ...rest] = grid
  return [line(first), line(signs, '---'), ...rest.map((cells) => line(cells))]
}

function lineAt(grid: string[][], index: number): string[] {
  const line = grid[index] ?? []
  grid[index] = line
  return line
}

/** The text of all blocks of a cell, parted by breaks; pictures and files between. */
function piecesOf(cell: Node): (Fragment | Node)[] {
  const pieces: (Fragment | Node)[] = []
  const add = (content: Fragment) => {
    if (content.size === 0) return
    const before = pieces.at(-1)
    const parted = Fragment.from(cell.type.schema.nodes.hard_break?.create()).append(content)
    if (before instanceof Fragment) pieces[pieces.length - 1] = before.append(parted)
    else pieces.push(isUncaptioned(before) ? parted : content)
  }
  cell.descendants((block) => {
    const isFile = block.type.name === 'image' || block.type.name === 'file'
    if (isFile) pieces.push(block)
    if (!block.isTextblock) return true
    const lines = block.type.spec.code ? block.textContent.split('\n') : [undefined]
    for (const line of lines) {
      add(line === undefined ? block.content : Fragment.from(line ? block.type.schema.text(line) : null))
    }
    return false
  })
  return pieces
}

/** One line below a picture is read as its caption. */
const isUncaptioned = (node: Node | undefined): boolean => node?.type.name === 'image' && node.textContent === ''
