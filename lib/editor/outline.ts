import type { Node } from 'prosemirror-model'
import { type Command, Selection } from 'prosemirror-state'
import { headingLevel } from '#lib/schema/block-nodes'

export interface OutlineEntry {
  readonly level: 1 | 2 | 3 | 4
  readonly text: string
  /** Right before the heading. */
  readonly position: number
}

/** The headings that have words, in order, also those inside other blocks. Looks at the whole page: not for a keystroke. */
export function outlineOf(doc: Node): readonly OutlineEntry[] {
  const entries: OutlineEntry[] = []
  doc.descendants((node, position) => {
    const text = node.type.name === 'heading' ? node.textContent.trim() : ''
    if (text) entries.push({ level: headingLevel(node.attrs.level), text, position })
    return !node.isTextblock
  })
  return entries
}

/** Characters as people count them, without line breaks; an emoji of several parts is one. */
export function countCharacters(doc: Node): number {
  const segmenter = new Intl.Segmenter()
  let count = 0
  doc.descendants((node) => {
    if (!node.isText) return true
    const text = node.text ?? ''
    if (/^[\u0020-\u024f\n]*$/.test(text)) count += text.replaceAll('\n', '').length
    else for (const { segment } of segmenter.segment(text)) if (segment !== '\n') count++
    return false
  })
  return count
}

/** Puts the cursor at the end of the block at `position` and scrolls there. */
export const goToBlock =
  (position: number): Command =>
  ({ doc, tr }, dispatch) => {
    const node = position < doc.content.size ? doc.nodeAt(position) : null
    if (!node) return false
    dispatch?.(tr.setSelection(Selection.near(doc.resolve(position + node.nodeSize - 1), -1)).scrollIntoView())
    return true
  }
