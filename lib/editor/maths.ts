import { type EditorState, Plugin, PluginKey, Selection, TextSelection, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import { drawMath } from '#lib/editor/draw-math'
import { type Formula, formulasIn } from '#lib/editor/formulas'
import type { ReadMath } from '#lib/editor/math-reader'
import { isFormulaBlock } from '#lib/schema/formula'

/**
 * Shows formulas drawn. The text of one is seen while the cursor is in it or beside it, and wherever it cannot be drawn. What
 * is shown is decoration alone: the page holds the text, which people write together as any other.
 */

/** Formulas are looked for when nobody typed for so long: never in a keystroke. */
const REST_MS = 150

interface MathState {
  readonly formulas: readonly Formula[]
  readonly read: ReadMath | undefined
  /** The formula whose text is seen. */
  readonly open: Formula | undefined
  readonly decorations: DecorationSet
}

const NOTHING: MathState = { formulas: [], read: undefined, open: undefined, decorations: DecorationSet.empty }

type Found = Pick<MathState, 'formulas' | 'read'>

const mathsKey = new PluginKey<MathState>('maths')

/** Nothing is fetched before a formula is on the page. */
export function createMaths(fetchReader: () => Promise<ReadMath>): Plugin<MathState> {
  let reader: ReadMath | undefined
  let isFetching = false

  function look(view: EditorView): void {
    if (view.isDestroyed || view.composing) return
    const formulas = formulasIn(view.state.doc)
    if (formulas.length > 0 && !reader && !isFetching) {
      isFetching = true
      void fetchReader().then(
        (fetched) => {
          reader = fetched
          look(view)
        },
        () => undefined, // reason: offline and never fetched: formulas stay the text that they are
      )
    }
    const before = mathsKey.getState(view.state)
    if (formulas.length === 0 && !before?.formulas.length) return
    view.dispatch(view.state.tr.setMeta(mathsKey, { formulas, read: reader } satisfies Found))
  }

  return new Plugin<MathState>({
    key: mathsKey,
    state: { init: () => NOTHING, apply: (transaction, before, _old, state) => after(transaction, before, state) },
    props: {
      decorations: (state) => mathsKey.getState(state)?.decorations,
      handleKeyDown: (view, event) => enterBlock(view, event),
    },
    view(view) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const soon = () => {
        clearTimeout(timer)
        timer = setTimeout(() => look(view), REST_MS)
      }
      soon()
      return {
        update: (_, before) => {
          if (before.doc !== view.state.doc) soon()
        },
        destroy: () => clearTimeout(timer),
      }
    },
  })
}

function after(transaction: Transaction, before: MathState, state: EditorState): MathState {
  const found: Found | undefined = transaction.getMeta(mathsKey)
  if (!found && before.formulas.length === 0) return before
  const { mapping } = transaction
  const formulas =
    found?.formulas ??
    (transaction.docChanged
      ? before.formulas.map((one) => ({ ...one, from: mapping.map(one.from, 1), to: mapping.map(one.to, -1) }))
      : before.formulas)
  const read = found ? found.read : before.read
  const open = formulas.find((one) => isTouched(one, state))
  if (!found && open?.from === before.open?.from && open?.to === before.open?.to)
    return { formulas, read, open, decorations: before.decorations.map(mapping, transaction.doc) }
  return { formulas, read, open, decorations: draw(state, formulas, read, open) }
}

/** Whether an end of the selection stands in the formula or right beside it. */
function isTouched({ from, to, isBlock }: Formula, { selection: { anchor, head } }: EditorState): boolean {
  const [first, last] = isBlock ? [from + 1, to - 1] : [from, to]
  return [anchor, head].some((at) => at >= first && at <= last)
}

function draw(
  { doc }: EditorState,
  formulas: readonly Formula[],
  read: ReadMath | undefined,
  open: Formula | undefined,
): DecorationSet {
  if (!read) return DecorationSet.empty
  const decorations = formulas.flatMap((formula) => {
    const { from, to, tex, isBlock } = formula
    if (from >= to || to > doc.content.size || (isBlock && doc.nodeAt(from)?.nodeSize !== to - from)) return []
    const drawn = tex.trim() === '' ? undefined : read(tex, isBlock)
    const kind = formula === open || !drawn ? (drawn ? 'math-text' : 'math-text is-unread') : 'math-text is-hidden'
    const text = isBlock ? Decoration.node(from, to, { class: kind }) : Decoration.inline(from, to, { class: kind })
    if (!drawn) return [text]
    const element = (view: EditorView, position: () => number | undefined) => {
      const holder: HTMLElement = document.createElement(isBlock ? 'div' : 'span')
      holder.className = isBlock ? 'math-drawn is-block' : 'math-drawn'
      holder.append(drawMath(drawn))
      holder.addEventListener('mousedown', (event) => openText(view, event, position(), isBlock))
      return holder
    }
    const key = `${isBlock ? 'block' : 'line'} ${tex}`
    return [text, Decoration.widget(to, element, { key, side: isBlock ? -1 : 1, ignoreSelection: true })]
  })
  return DecorationSet.create(doc, decorations)
}

/** A press on a drawn formula goes into its text. */
function openText(view: EditorView, event: MouseEvent, end: number | undefined, isBlock: boolean): void {
  if (end === undefined || !view.editable || event.button !== 0) return
  event.preventDefault()
  const { doc, tr } = view.state
  view.dispatch(tr.setSelection(TextSelection.create(doc, isBlock ? end - 1 : end)))
  view.focus()
}

const WAYS: Readonly<Record<string, -1 | 1>> = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }

/** Arrows go into a formula below or above, whose text the browser cannot see. */
function enterBlock(view: EditorView, event: KeyboardEvent): boolean {
  const way = WAYS[event.key]
  const { selection, doc, tr } = view.state
  if (!way || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || !selection.empty) return false
  const { $head } = selection
  const name = event.key.slice('Arrow'.length).toLowerCase() as 'up' | 'down' | 'left' | 'right'
  if (!$head.parent.isTextblock || !view.endOfTextblock(name)) return false
  const next = Selection.findFrom(doc.resolve(way > 0 ? $head.after() : $head.before()), way, true)
  if (!next || !isFormulaBlock(next.$head.parent)) return false
  view.dispatch(tr.setSelection(next).scrollIntoView())
  return true
}
