import type { Node } from 'prosemirror-model'
import * as Y from 'yjs'
import { writeBody } from '#lib/editor/shared-body'
import { schema } from '#lib/schema/schema'

/**
 * What a long page is made of: paragraphs; a heading, a list, a table or a block of code among every few paragraphs; or one
 * table with a paragraph before and behind it.
 */
export type LongKind = 'plain' | 'mixed' | 'table'

/** Of the one table. */
const COLUMNS = 10

const SENTENCE = 'The quick brown fox jumps over the lazy dog, once more and once again. '
const CODE = 'for (const bird of birds) {\n  if (bird.sings) listen(bird, 12) // until it is dark\n}\n'

const paragraph = (index: number): Node =>
  schema.node('paragraph', null, schema.text(`p${index} ${SENTENCE.repeat(4)}`))

function table(index: number, rows: number, columns: number): Node {
  const cell = (row: number, column: number) =>
    schema.node(
      'table_cell',
      { column: `c${column}`, header: row === 0 },
      schema.node('paragraph', null, schema.text(`${index} ${row} ${column}`)),
    )
  const row = (at: number) =>
    schema.node(
      'table_row',
      null,
      Array.from({ length: columns }, (_, column) => cell(at, column)),
    )
  return schema.node(
    'table',
    null,
    Array.from({ length: rows }, (_, at) => row(at)),
  )
}

function blocksOf(kind: LongKind, size: number): readonly Node[] {
  if (kind === 'table') return [paragraph(0), table(0, size / COLUMNS, COLUMNS), paragraph(1)]
  return Array.from({ length: size }, (_, index) => block(kind, index))
}

function block(kind: LongKind, index: number): Node {
  if (kind === 'plain') return paragraph(index)
  const place = index % 20
  if (place === 3) return schema.node('heading', { level: 2 }, schema.text(`Heading ${index}`))
  if (place === 6) return schema.node('list', { kind: 'task' }, paragraph(index))
  if (place === 9) return table(index, 5, 4)
  if (place === 13) return schema.node('code_block', { language: 'js' }, schema.text(CODE.repeat(6)))
  if (place === 16) return schema.node('callout', null, paragraph(index))
  return paragraph(index)
}

/** A Yjs state (version 2) of a page of so many blocks, or cells of the one table; the same client id on both sides. */
export function longBody(kind: LongKind, size: number): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = 1_234_567_891
  writeBody(doc, schema.node('doc', null, blocksOf(kind, size)))
  return Y.encodeStateAsUpdateV2(doc)
}
