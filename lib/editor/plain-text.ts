import type { Fragment, Node, Slice } from 'prosemirror-model'
import { listKind, listOrder } from '#lib/schema/list-node'

/** What programs that know no structure get of a copied slice: its words, with the signs of lists and quotes before them. */
export const plainText = (slice: Slice): string => linesOf(slice.content, false).join('\n')

function linesOf(content: Fragment, inItem: boolean): string[] {
  const lines: string[] = []
  let previous: Node | undefined
  let number = 0
  content.forEach((node) => {
    const isItem = node.type.name === 'list'
    number = isOrdered(node) ? (isOrdered(previous) ? number + 1 : (listOrder(node.attrs.order) ?? 1)) : 0
    if (previous && !(isItem && (inItem || previous.type.name === 'list'))) lines.push('')
    lines.push(...(isItem ? itemLines(node, number) : blockLines(node)))
    previous = node
  })
  return lines
}

function blockLines(node: Node): string[] {
  if (node.type.name === 'horizontal_rule') return ['---']
  if (node.type.name === 'file') return [`[${node.attrs.name}]`]
  if (node.type.name === 'image') return [`[${node.attrs.alt || node.attrs.name}]`, ...captionLines(node)]
  if (node.type.name === 'blockquote') return linesOf(node.content, false).map((line) => `> ${line}`.trimEnd())
  if (node.type.name === 'table') return node.content.content.map(rowLine)
  if (node.type.name === 'table_row') return [rowLine(node)]
  if (node.type.name === 'table_cell' || node.type.name === 'callout') return linesOf(node.content, false)
  if (node.isText) return [node.text ?? '']
  return node.textContent.split('\n')
}

const captionLines = (image: Node): string[] => (image.textContent ? image.textContent.split('\n') : [])

/** Cells parted by tabs, as spreadsheets read them. */
const rowLine = (row: Node): string =>
  row.content.content.map((cell) => cell.textBetween(0, cell.content.size, ' ', ' ').replace(/\s+/g, ' ')).join('\t')

function itemLines(item: Node, number: number): string[] {
  const kind = listKind(item.attrs.kind)
  const box = kind === 'task' ? (item.attrs.checked === true ? '[x] ' : '[ ] ') : ''
  const marker = kind === 'ordered' ? `${number}. ` : '- '
  const indent = ' '.repeat(marker.length)
  return linesOf(item.content, true).map((line, at) => (at === 0 ? marker + box + line : line && indent + line))
}

const isOrdered = (node: Node | undefined): boolean => node?.type.name === 'list' && node.attrs.kind === 'ordered'
