import { Schema } from 'prosemirror-model'
import { blockNodes, inlineNodes } from '#lib/schema/block-nodes'
import { listNode } from '#lib/schema/list-node'
import { marks } from '#lib/schema/marks'

/**
 * Number of this set of nodes and marks; it stands in every document (D14). A new node or mark in group `block` or
 * `inline` needs no migration, only the next number: older clients then open the document read-only instead of deleting
 * what they do not know.
 */
export const SCHEMA_VERSION = 1

/** What a page's body may hold. The title is a text of the workspace index, not a node (D15). */
export const schema = new Schema({
  nodes: { doc: { content: 'block+' }, ...blockNodes, list: listNode, ...inlineNodes },
  marks,
})

export type NodeName = keyof typeof blockNodes | keyof typeof inlineNodes | 'doc' | 'list'
export type MarkName = keyof typeof marks
