import type { Node } from 'prosemirror-model'

/** Blocks in blocks that a page may have where Markdown is read, too. */
export const MAX_DEPTH = 48

/** How many blocks stand in each other where it goes deepest; a page of paragraphs has 1. */
export function depthOf(node: Node): number {
  let deepest = 0
  node.forEach((child) => {
    if (!child.isInline) deepest = Math.max(deepest, 1 + depthOf(child))
  })
  return deepest
}
