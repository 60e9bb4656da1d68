import type { DOMOutputSpec, NodeSpec } from 'prosemirror-model'

/** Stands where the page's headings are listed; what they are follows from the page, so there is nothing to hold. */
export const contentsNode: NodeSpec = {
  group: 'block',
  atom: true,
  parseDOM: [{ tag: 'div[data-contents]' }],
  toDOM: (): DOMOutputSpec => ['div', { 'data-contents': '' }],
}
