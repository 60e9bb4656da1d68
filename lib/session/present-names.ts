import { Fragment, type Node } from 'prosemirror-model'
import { mentionFrom } from '#lib/schema/mention-node'

/** Today's names, by id; `undefined` or '' for whom and what nobody knows. */
export interface PresentNames {
  nameOf(person: string): string | undefined
  titleOf(page: string): string | undefined
}

/** The page with its mentions as they are called today; what nobody knows keeps the name that was written. */
export function withPresentNames(node: Node, names: PresentNames): Node {
  const mention = node.type.name === 'mention' ? mentionFrom(node.attrs) : undefined
  if (mention) {
    const name = mention.kind === 'person' ? names.nameOf(mention.id) : names.titleOf(mention.id)
    return name ? node.type.create({ ...mention, name }, null, node.marks) : node
  }
  if (node.isLeaf) return node
  return node.copy(Fragment.from(node.content.content.map((child) => withPresentNames(child, names))))
}
