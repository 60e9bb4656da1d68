import { type Command, type EditorState, Plugin, PluginKey, Selection } from 'prosemirror-state'

/** Typed at the start of a block or behind a space, each asks for something: a block, a mention, an emoji. */
export type QuestionSign = '/' | '@' | ':'

/** What somebody typed behind a sign that asks for something, and where it stands. */
export interface Question {
  readonly sign: QuestionSign
  /** Position right before the sign. */
  readonly from: number
  /** Position behind the last letter. */
  readonly to: number
  readonly query: string
}

/** Keys that choose in the menu while it is shown. */
export type MenuKey = 'ArrowUp' | 'ArrowDown' | 'Enter' | 'Tab'

const KEYS: readonly string[] = ['ArrowUp', 'ArrowDown', 'Enter', 'Tab'] satisfies MenuKey[]
export const isMenuKey = (key: string): key is MenuKey => KEYS.includes(key)

const MAX_QUERY_LENGTH = 30

/** What may stand behind a sign. Names have spaces, an emoji's has none, and a second colon ends it. */
const QUERIES: Readonly<Record<QuestionSign, RegExp>> = {
  '/': /^([^\s/][^/]*)?$/,
  '@': /^([^\s@][^@]*)?$/,
  ':': /^([\p{L}\p{N}+-][\p{L}\p{N}_+-]*:?)?$/u,
}

/** What may stand before a sign: nothing, a space, and for all but a slash what opens a bracket. */
const BEFORE: Readonly<Record<QuestionSign, RegExp>> = { '/': /^\s?$/, '@': /^[\s([{“"‘']?$/, ':': /^[\s([{]?$/ }

/** Whether `query` may stand behind a sign that stands behind the character `before`, which is '' at a start. */
export const isQuery = (sign: QuestionSign, before: string, query: string): boolean =>
  BEFORE[sign].test(before) && query.length < MAX_QUERY_LENGTH && QUERIES[sign].test(query)

const isSign = (text: string): text is QuestionSign => Object.hasOwn(QUERIES, text)

type Said = 'close' | { readonly sign: QuestionSign; readonly from: number }

const questionKey = new PluginKey<Question | undefined>('question')

/** The open question, or `undefined`. */
export const questionOf = (state: EditorState): Question | undefined => questionKey.getState(state)

/**
 * Follows a sign that is typed until it is taken back, answered or left. A sign that stands in the text already asks nothing.
 * `onKey` chooses in the menu; false leaves the key to the page.
 */
export function createQuestions(onKey: (key: MenuKey) => boolean): Plugin<Question | undefined> {
  return new Plugin<Question | undefined>({
    key: questionKey,
    state: {
      init: () => undefined,
      apply(transaction, question, _before, state) {
        const said: Said | undefined = transaction.getMeta(questionKey)
        if (said === 'close') return undefined
        if (said) return questionAt(state, said.sign, said.from)
        return question && questionAt(state, question.sign, transaction.mapping.map(question.from))
      },
    },
    props: {
      handleTextInput(view, from, to, text, insert) {
        const $from = view.state.doc.resolve(from)
        if (!isSign(text) || from !== to || $from.parent.type.spec.code) return false
        const before = $from.parent.textBetween(Math.max(0, $from.parentOffset - 1), $from.parentOffset, undefined, ' ')
        if (!BEFORE[text].test(before)) return false
        view.dispatch(insert().setMeta(questionKey, { sign: text, from } satisfies Said))
        return true
      },
      handleKeyDown(view, event) {
        if (!questionOf(view.state) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false
        if (event.key === 'Escape') {
          view.dispatch(view.state.tr.setMeta(questionKey, 'close' satisfies Said))
          return true
        }
        return isMenuKey(event.key) && !event.shiftKey && onKey(event.key)
      },
    },
  })
}

function questionAt({ doc, selection }: EditorState, sign: QuestionSign, from: number): Question | undefined {
  const { $head, empty } = selection
  if (!empty || !$head.parent.isTextblock || from < $head.start() || from >= $head.pos) return undefined
  const text = doc.textBetween(from, $head.pos, undefined, '\n')
  if (text.length > MAX_QUERY_LENGTH || text[0] !== sign || !QUERIES[sign].test(text.slice(1))) return undefined
  return { sign, from, to: $head.pos, query: text.slice(1) }
}

/** Answers the open question: `command` runs in place of the sign and its letters, as one edit. */
export const answerQuestion =
  (command: Command): Command =>
  (state, dispatch) => {
    const question = questionOf(state)
    if (!question) return false
    const cleared = state.tr.delete(question.from, question.to).setMeta(questionKey, 'close' satisfies Said)
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
