import type { Node } from 'prosemirror-model'
import { isFormulaBlock } from '#lib/schema/formula'

/** A formula in the text: the characters with the mark, or a block of its own. */
export interface Formula {
  /** Around its characters; for a block, around the block. */
  readonly from: number
  readonly to: number
  readonly tex: string
  readonly isBlock: boolean
}

/** All formulas of a page, in order. Looks at the whole page: not for a keystroke. */
export function formulasIn(doc: Node): readonly Formula[] {
  const found: Formula[] = []
  doc.descendants((node, position) => {
    if (isFormulaBlock(node)) {
      found.push({ from: position, to: position + node.nodeSize, tex: node.textContent, isBlock: true })
      return false
    }
    if (!node.isTextblock) return true
    let [from, tex] = [position + 1, '']
    const end = (to: number) => {
      if (tex) found.push({ from, to, tex, isBlock: false })
      tex = ''
    }
    node.forEach((child, offset) => {
      const at = position + 1 + offset
      if (child.isText && child.marks.some(({ type }) => type.name === 'math')) {
        if (!tex) from = at
        tex += child.text ?? ''
      } else end(at)
    })
    end(position + 1 + node.content.size)
    return false
  })
  return found
}
