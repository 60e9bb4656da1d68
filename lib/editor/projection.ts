import { Fragment, Mark, type Node, type NodeType, type Schema } from 'prosemirror-model'
import type { relativePositionToAbsolutePosition } from 'y-prosemirror'
import * as Y from 'yjs'
import { arrangeTable } from '#lib/schema/arrange-table'

/** What y-prosemirror keeps for each shared type: the node that shows it, or the text nodes of a text. */
export type SharedMapping = Parameters<typeof relativePositionToAbsolutePosition>[3]
export type SharedType = SharedMapping extends Map<infer Type, unknown> ? Type : never

/**
 * Shows a shared body as ProseMirror nodes and never writes to it. y-prosemirror's own reading deletes what it cannot
 * build and moves texts, on whatever screen happens to look (E11); here a block left without content is shown filled, and
 * content that the schema does not know is shown as its plain text and reported, so that the editor turns read-only.
 */
export interface Projection {
  readonly mapping: SharedMapping
  /**
   * For each child of a node that is shown otherwise than it stands, a table's row, its index among the shared children or -1;
   * `undefined` for a node that is shown as it stands.
   */
  standing(node: Node): readonly number[] | undefined
  /** The page's blocks in order, at least one. Unchanged parts are the same objects as before. */
  blocks(): readonly Node[]
  /** Makes the next `blocks()` read anew whatever `transaction` touched. */
  forget(transaction: Y.Transaction): void
  /** Whether anything on the page cannot be said in this schema. */
  hasForeign(): boolean
}

/** Deeper nesting than any command makes; guards the stack against a hostile document. */
const MAX_DEPTH = 128
const MAX_FOREIGN_TEXT = 20_000

export function createProjection(fragment: Y.XmlFragment, schema: Schema): Projection {
  const mapping: SharedMapping = new Map()
  const foreign = new Set<SharedType>()
  /** Rows as they stand, by the row that is shown. */
  const rows = new WeakMap<Node, { readonly row: Node; readonly from: readonly number[] }>()

  function project(element: Y.XmlElement, depth: number): Node {
    const known = mapping.get(element)
    if (known && !Array.isArray(known)) return known
    foreign.delete(element)
    return remember(element, nodeOf(element, depth) ?? foreignNode(element))
  }

  function remember(element: Y.XmlElement, node: Node): Node {
    mapping.set(element, node)
    return node
  }

  function nodeOf(element: Y.XmlElement, depth: number): Node | undefined {
    const type = schema.nodes[element.nodeName]
    if (!type || type === schema.topNodeType || type.isText || depth > MAX_DEPTH) return undefined
    const content: Node[] = []
    for (const child of element.toArray()) {
      if (child instanceof Y.XmlText) content.push(...textNodes(child, type))
      else if (child instanceof Y.XmlElement) content.push(project(child, depth + 1))
      else return undefined
    }
    const node = filled(type, plainAttributes(element, type), Fragment.from(content))
    return node?.type.spec.tableRole === 'table' ? arranged(node, element) : node
  }

  /** Later readings of the table begin with the rows as they stand again, or what fills a place would become a reason for it. */
  function arranged(table: Node, element: Y.XmlElement): Node | undefined {
    const before = table.content.content.map((row) => rows.get(row)?.row ?? row)
    const after = arrangeTable(table.copy(Fragment.from(before)))
    if (!after) return undefined
    const children = element.toArray()
    const shown = after.map(({ row, from }, index) => {
      const standing = before[index]
      const known = table.maybeChild(index)
      if (!standing || !known || known === row) return row
      if (known !== standing && known.eq(row)) return known
      if (row !== standing) rows.set(row, { row: standing, from })
      const child = children[index]
      if (child instanceof Y.XmlElement) mapping.set(child, row)
      return row
    })
    return table.copy(Fragment.from(shown))
  }

  function textNodes(text: Y.XmlText, parent: NodeType): Node[] {
    foreign.delete(text)
    const nodes: Node[] = []
    for (const part of text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]) {
      if (typeof part.insert !== 'string') foreign.add(text)
      else if (part.insert) nodes.push(schema.text(part.insert, parent.allowedMarks(marksOf(text, part.attributes))))
    }
    mapping.set(text, nodes)
    return nodes
  }

  function marksOf(text: Y.XmlText, attributes: Record<string, unknown> = {}): readonly Mark[] {
    let marks: readonly Mark[] = Mark.none
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null) continue
      const type = schema.marks[name]
      if (type) marks = type.create(typeof value === 'object' ? (value as Record<string, unknown>) : {}).addToSet(marks)
      else foreign.add(text)
    }
    return marks
  }

  function foreignNode(element: Y.XmlElement): Node {
    foreign.add(element)
    const text = plainText(element)
    const inline = element.parent instanceof Y.XmlElement && schema.nodes[element.parent.nodeName]?.inlineContent
    return inline
      ? schema.text(text || '\u{fffd}')
      : emptyBlock(schema).type.create(null, text ? schema.text(text) : null)
  }

  return {
    mapping,
    standing: (node) => rows.get(node)?.from,
    blocks() {
      const blocks: Node[] = []
      for (const child of fragment.toArray()) {
        if (child instanceof Y.XmlElement) {
          const node = project(child, 1)
          const fits = schema.topNodeType.contentMatch.matchType(node.type) !== null
          blocks.push(fits ? node : remember(child, foreignNode(child)))
        } else foreign.add(child)
      }
      return blocks.length > 0 ? blocks : [emptyBlock(schema)]
    },
    forget(transaction) {
      const drop = (type: SharedType) => {
        mapping.delete(type)
        foreign.delete(type)
      }
      Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
        if (struct instanceof Y.Item && struct.content instanceof Y.ContentType) drop(struct.content.type)
      })
      for (const type of transaction.changed.keys()) drop(type)
      for (const type of transaction.changedParentTypes.keys()) drop(type)
    },
    hasForeign: () => foreign.size > 0,
  }
}

/** The node with this content, completed where concurrent deletions left too little; `undefined` if it cannot be. */
function filled(type: NodeType, attributes: Record<string, unknown>, content: Fragment): Node | undefined {
  if (type.validContent(content)) return type.create(attributes, content)
  return type.createAndFill(attributes, content) ?? undefined
}

/** What an empty page shows: the schema's first block. It is not in the shared body until a person types. */
function emptyBlock(schema: Schema): Node {
  const block = schema.topNodeType.createAndFill()?.firstChild
  if (!block) throw new Error('the schema has no default block')
  return block
}

function plainAttributes(element: Y.XmlElement, type: NodeType): Record<string, unknown> {
  const attributes: Record<string, unknown> = {}
  const known = new Set(Object.keys(type.spec.attrs ?? {}))
  for (const [name, value] of Object.entries(element.getAttributes() as Record<string, unknown>)) {
    if (known.has(name) && (value === null || typeof value !== 'object')) attributes[name] = value
  }
  return attributes
}

/** All characters under `element` in order, at most {@link MAX_FOREIGN_TEXT}; iterative, for any depth. */
function plainText(element: Y.XmlElement): string {
  let text = ''
  const rest: SharedType[] = [element]
  for (let type = rest.pop(); type && text.length < MAX_FOREIGN_TEXT; type = rest.pop()) {
    if (type instanceof Y.XmlText) {
      for (const part of type.toDelta() as { insert: unknown }[])
        if (typeof part.insert === 'string') text += part.insert
    } else if (type instanceof Y.XmlElement) rest.push(...(type.toArray() as SharedType[]).reverse())
  }
  return text.slice(0, MAX_FOREIGN_TEXT)
}
