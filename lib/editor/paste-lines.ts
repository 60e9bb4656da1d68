import { Fragment, type Node, Slice } from 'prosemirror-model'
import { Plugin } from 'prosemirror-state'

/** Lines of plain text that are pasted into an item of a list become items of it, as if each had been typed. */
export function createLinesPaste(): Plugin {
  return new Plugin({
    props: {
      handlePaste(view, event, slice) {
        const { $from } = view.state.selection
        const item = $from.depth > 1 && $from.index(-1) === 0 ? $from.node(-1) : undefined
        const lines = slice.content.content.filter(({ content }) => content.size > 0)
        const isPlain = !event.clipboardData?.types.includes('text/html')
        if (!isPlain || item?.type.name !== 'list' || lines.length < 2 || !lines.every(isParagraph)) return false
        const items = lines.map((line) => item.type.create({ kind: item.attrs.kind }, line))
        const open = new Slice(Fragment.from(items), 2, 2)
        view.dispatch(view.state.tr.replaceSelection(open).scrollIntoView().setMeta('paste', true))
        return true
      },
    },
  })
}

const isParagraph = ({ type }: Node): boolean => type.name === 'paragraph'
