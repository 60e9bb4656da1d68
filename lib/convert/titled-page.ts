import type { Node } from 'prosemirror-model'
import { schema } from '#lib/schema/schema'

/** A page's body, and its title where the text has one. */
export interface TitledPage {
  readonly doc: Node
  readonly title?: string
}

/** A first heading of level 1 becomes the title, and is no part of the body. */
export function titledPage(doc: Node): TitledPage {
  const first = doc.firstChild
  if (first?.type.name !== 'heading' || first.attrs.level !== 1) return { doc }
  const rest = schema.topNodeType.createAndFill(null, doc.content.cut(first.nodeSize))
  if (!rest) throw new Error('blocks of a page make no page')
  return { doc: rest, title: first.textContent.trim() }
}
