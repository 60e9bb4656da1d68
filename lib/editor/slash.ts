import { type Command, type EditorState, Plugin, PluginKey, Selection } from 'prosemirror-state'

/** What somebody typed behind a slash that asks for a block, and where it stands. */
export interface Slash {
  /** Position right before the slash. */
  readonly from: number
  /** Position behind the last letter. */
  readonly to: number
  readonly query: string
}

/** Keys that choose in the menu while it is shown. */
export type SlashKey = 'ArrowUp' | 'ArrowDown' | 'Enter' | 'Tab'

const KEYS: readonly string[] = ['ArrowUp', 'ArrowDown', 'Enter', 'Tab'] satisfies SlashKey[]
const MAX_QUERY_LENGTH = 30

const slashKey = new PluginKey<Slash | undefined>('slash')

/** The open question, or `undefined`. */
export const slashOf = (state: EditorState): Slash | undefined => slashKey.getState(state)

/**
 * Follows a slash that is typed at the start of a block or behind a space, until it is taken back, answered or left. A slash
 * that stands in the text already asks nothing. `onKey` chooses in the menu; false leaves the key to the page.
 */
export function createSlash(onKey: (key: SlashKey) => boolean): Plugin<Slash | undefined> {
  return new Plugin<Slash | undefined>({
    key: slashKey,
    state: {
      init: () => undefined,
      apply(transaction, slash, _before, state) {
        const said: number | 'close' | undefined = transaction.getMeta(slashKey)
        if (said === 'close') return undefined
        const from = said ?? (slash && transaction.mapping.map(slash.from))
        return from === undefined ? undefined : slashAt(state, from)
      },
    },
    props: {
      handleTextInput(view, from, to, text, insert) {
        const $from = view.state.doc.resolve(from)
        if (text !== '/' || from !== to || $from.parent.type.spec.code) return false
        if (
          /\S/.test($from.parent.textBetween(Math.max(0, $from.parentOffset - 1), $from.parentOffset, undefined, ' '))
        )
          return false
        view.dispatch(insert().setMeta(slashKey, from))
        return true
      },
      handleKeyDown(view, event) {
        if (!slashOf(view.state) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false
        if (event.key === 'Escape') {
          view.dispatch(view.state.tr.setMeta(slashKey, 'close'))
          return true
        }
        return KEYS.includes(event.key) && !event.shiftKey && onKey(event.key as SlashKey)
      },
    },
  })
}

function slashAt({ doc, selection }: EditorState, from: number): Slash | undefined {
  const { $head, empty } = selection
  if (!empty || !$head.parent.isTextblock || from < $head.start() || from >= $head.pos) return undefined
  const text = doc.textBetween(from, $head.pos, undefined, '\n')
  if (text.length > MAX_QUERY_LENGTH || !/^\/([^\s/][^/]*)?$/.test(text)) return undefined
  return { from, to: $head.pos, query: text.slice(1) }
}

/** Answers the open question: `command` runs in place of the slash and its letters, as one edit. */
export const answerSlash =
  (command: Command): Command =>
  (state, dispatch) => {
    const slash = slashOf(state)
    if (!slash) return false
    const cleared = state.tr.delete(slash.from, slash.to).setMeta(slashKey, 'close')
    const ran = command(
      state.apply(cleared),
      dispatch &&
        ((asked) => {
          for (const step of asked.steps) cleared.step(step)
          cleared.setSelection(Selection.fromJSON(cleared.doc, asked.selection.toJSON()))
          if (asked.storedMarks) cleared.setStoredMarks(asked.storedMarks)
        }),
    )
    dispatch?.(cleared.scrollIntoView())
    return ran
  }
