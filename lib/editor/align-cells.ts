import type { Node, ResolvedPos } from 'prosemirror-model'
import * as Y from 'yjs'
import type { SharedMapping } from '#lib/editor/projection'
import { columnName } from '#lib/schema/table-nodes'

/**
 * Before a changed table is written: gives each shared row exactly the cells that it now has, found by their columns' names.
 * y-prosemirror pairs cells by their order; where a row is shown otherwise than it stands it would write the words of one
 * cell into another, and whoever deletes that one at the same time would take them along.
 * To be called inside the transaction that writes, with a place inside the table.
 */
export function alignCells(body: Y.XmlFragment, mapping: SharedMapping, $inside: ResolvedPos): void {
  let type = body
  for (let depth = 0; depth <= $inside.depth; depth++) {
    const node = $inside.node(depth)
    if (node.type.spec.tableRole === 'table') {
      alignRows(type, node, mapping)
      return
    }
    const child = type.length === node.childCount ? type.get($inside.index(depth)) : undefined
    if (!(child instanceof Y.XmlElement) || child.nodeName !== $inside.node(depth + 1)?.type.name) return
    type = child
  }
}

function alignRows(type: Y.XmlFragment, table: Node, mapping: SharedMapping): void {
  const rows = type.toArray()
  if (rows.length !== table.childCount) return
  for (const [index, row] of rows.entries()) {
    const node = table.child(index)
    if (row instanceof Y.XmlElement && mapping.get(row) !== node && alignRow(row, node)) mapping.delete(row)
  }
}

/** Whether anything was changed. A row whose cells were moved past each other is left to y-prosemirror. */
function alignRow(row: Y.XmlElement, node: Node): boolean {
  const wanted = node.content.content.map((cell) => columnName(cell.attrs.column))
  const standing = row.toArray().map((cell) => (cell instanceof Y.XmlElement ? cell.getAttribute('column') : undefined))
  const kept = wanted.flatMap((name) => (standing.includes(name) ? standing.indexOf(name) : []))
  const isPlain = wanted.every((name, index) => name !== undefined && wanted.indexOf(name) === index)
  if (!isPlain || kept.some((at, index) => index > 0 && at < (kept[index - 1] ?? 0))) return false
  for (let at = standing.length - 1; at >= 0; at--) if (!kept.includes(at)) row.delete(at, 1)
  for (const [at, name] of wanted.entries()) {
    if (!standing.includes(name)) row.insert(at, [new Y.XmlElement('table_cell')])
  }
  return kept.length < standing.length || kept.length < wanted.length
}
