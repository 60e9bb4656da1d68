import { Plugin } from 'prosemirror-state'
import { Decoration, DecorationSet } from 'prosemirror-view'

/** Shows `text` in an empty page; the words stand in `data-placeholder` for the style sheet. */
export function createPlaceholder(text: string): Plugin {
  return new Plugin({
    props: {
      decorations: ({ doc }) => {
        const only = doc.childCount === 1 ? doc.firstChild : null
        if (only?.type.name !== 'paragraph' || only.content.size > 0) return null
        const attributes = { class: 'is-empty', 'data-placeholder': text }
        return DecorationSet.create(doc, [Decoration.node(0, only.nodeSize, attributes)])
      },
    },
  })
}
