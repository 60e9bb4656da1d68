import { Schema } from 'prosemirror-model'
import { blockNodes, inlineNodes } from '#lib/schema/block-nodes'
import { contentsNode } from '#lib/schema/contents-node'
import { dateNode } from '#lib/schema/date-node'
import { fileNodes } from '#lib/schema/file-nodes'
import { listNode } from '#lib/schema/list-node'
import { marks } from '#lib/schema/marks'
import { mentionNode } from '#lib/schema/mention-node'
import { tableNodes } from '#lib/schema/table-nodes'

/**
 * Number of this set of nodes and marks (D14). A new node or mark in group `block` or `inline` needs no migration, only the
 * next number and its line in {@link versionOf}: older clients then open a page that holds one read-only instead of deleting
 * what they do not know.
 */
export const SCHEMA_VERSION = 2

/** What a page without anything newer is written in. */
export const FIRST_VERSION = 1

const SINCE: Readonly<Record<string, number>> = {
  table: 2,
  table_row: 2,
  table_cell: 2,
  callout: 2,
  highlight: 2,
  mention: 2,
  image: 2,
  image_caption: 2,
  file: 2,
  math: 2,
  date: 2,
  contents: 2,
}

/** The first version that has this node or mark. */
export const versionOf = (name: string): number => (Object.hasOwn(SINCE, name) ? (SINCE[name] ?? 1) : FIRST_VERSION)

/** What a page's body may hold. The title is a text of the workspace index, not a node (D15). */
export const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    ...blockNodes,
    list: listNode,
    ...tableNodes,
    ...fileNodes,
    ...inlineNodes,
    mention: mentionNode,
    date: dateNode,
    contents: contentsNode,
  },
  marks,
})

export type NodeName =
  | keyof typeof blockNodes
  | keyof typeof inlineNodes
  | keyof typeof tableNodes
  | keyof typeof fileNodes
  | 'doc'
  | 'list'
  | 'mention'
  | 'date'
  | 'contents'
export type MarkName = keyof typeof marks
