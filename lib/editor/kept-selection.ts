import { Plugin, PluginKey, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet } from 'prosemirror-view'

const keptKey = new PluginKey<boolean>('kept-selection')

/** Shows or hides what {@link createKeptSelection} draws. */
export const keepSelection = (transaction: Transaction, on: boolean): Transaction => transaction.setMeta(keptKey, on)

/** Draws the selection where the browser does not: while a field beside the page has the focus. */
export function createKeptSelection(): Plugin<boolean> {
  return new Plugin<boolean>({
    key: keptKey,
    state: {
      init: () => false,
      apply: (transaction, on) => transaction.getMeta(keptKey) ?? on,
    },
    props: {
      decorations(state) {
        const { from, to, empty } = state.selection
        if (empty || !keptKey.getState(state)) return null
        return DecorationSet.create(state.doc, [Decoration.inline(from, to, { class: 'kept-selection' })])
      },
    },
  })
}
