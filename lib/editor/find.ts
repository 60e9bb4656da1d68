import type { Node } from 'prosemirror-model'
import { type Command, type EditorState, Plugin, PluginKey, TextSelection } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import { err, ok, type Result } from '#lib/base/result'
import { bringIntoView } from '#lib/editor/bring-into-view'
import {
  type FindError,
  type FindQuery,
  type FoundMatch,
  matchesIn,
  patternOf,
  replacementFor,
} from '#lib/editor/find-matches'

/** Somebody's own expression may search so long. */
const LIMIT_MS = 1000

/** A match and where it stands on the page. */
export interface PageMatch extends FoundMatch {
  readonly start: number
  readonly end: number
}

interface Found {
  readonly matches: readonly PageMatch[]
  readonly current: number
}

interface FindState extends Found {
  readonly marks: DecorationSet
}

/** What a search shows; `at` counts from one, 0 for none. */
export interface FindFacts {
  readonly count: number
  readonly at: number
}

const NOTHING: FindState = { matches: [], current: -1, marks: DecorationSet.empty }
const findKey = new PluginKey<FindState>('find')

/** Shows what was found. It follows edits until it is searched anew; what is edited itself is no match any more. */
export function createFind(): Plugin<FindState> {
  return new Plugin<FindState>({
    key: findKey,
    state: {
      init: () => NOTHING,
      apply(transaction, before) {
        const { mapping, doc } = transaction
        const said: Found | undefined = transaction.getMeta(findKey)
        if (said) return said === NOTHING ? NOTHING : drawn(doc, said)
        if (!transaction.docChanged || before.matches.length === 0) return before
        const matches = before.matches.flatMap((match) => {
          const start = mapping.mapResult(match.start, 1)
          const end = mapping.mapResult(match.end, -1)
          const isSame = !start.deleted && !end.deleted && end.pos - start.pos === match.end - match.start
          return isSame ? [{ ...match, start: start.pos, end: end.pos }] : []
        })
        const after = { matches, current: Math.min(before.current, matches.length - 1) }
        const isWhole = matches.length === before.matches.length
        return isWhole ? { ...after, marks: before.marks.map(mapping, doc) } : drawn(doc, after)
      },
    },
    props: {
      decorations: (state) => findKey.getState(state)?.marks,
    },
  })
}

function drawn(doc: Node, { matches, current }: Found): FindState {
  const marks = matches.map(({ start, end }, index) =>
    Decoration.inline(start, end, { class: index === current ? 'found is-current' : 'found' }),
  )
  return { matches, current, marks: DecorationSet.create(doc, marks) }
}

export function findFacts(state: EditorState): FindFacts {
  const { matches, current } = findKey.getState(state) ?? NOTHING
  return { count: matches.length, at: current + 1 }
}

/** Runs an expression over texts in a thread of its own; ends it after `limitMs`. */
export type TryPattern = (
  texts: readonly string[],
  pattern: RegExp,
  limitMs: number,
) => Promise<Result<readonly FoundMatch[], FindError>>

/**
 * Searches the page and goes to the first match at or behind the cursor. Somebody's own expression runs beside the page and
 * for {@link LIMIT_MS} at most. An empty query finds nothing.
 */
export async function search(
  view: EditorView,
  query: FindQuery,
  tryPattern: TryPattern = tryInWorker,
): Promise<Result<FindFacts, FindError>> {
  const pattern = query.text ? patternOf(query) : undefined
  if (pattern && !pattern.ok) {
    show(view, NOTHING)
    return pattern
  }
  const { doc } = view.state
  const blocks = textBlocks(doc)
  const texts = blocks.map(({ text }) => text)
  const found = !pattern
    ? ok([])
    : query.isPattern
      ? await tryPattern(texts, pattern.value, LIMIT_MS)
      : ok(matchesIn(texts, pattern.value))
  if (view.isDestroyed) return ok({ count: 0, at: 0 })
  if (!found.ok || view.state.doc !== doc) {
    show(view, NOTHING)
    return found.ok ? search(view, query, tryPattern) : found
  }
  const matches = found.value.map((match): PageMatch => {
    const begin = blocks[match.text]?.start ?? 0
    return { ...match, start: begin + match.from, end: begin + match.to }
  })
  const { from } = view.state.selection
  const next = matches.findIndex(({ start }) => start >= from)
  show(view, { matches, current: matches.length === 0 ? -1 : Math.max(0, next) })
  return ok(findFacts(view.state))
}

/** Takes away what a search shows. */
export const endSearch = (view: EditorView): void => show(view, NOTHING)

function show(view: EditorView, state: Found): void {
  if (view.isDestroyed || (state === NOTHING && findKey.getState(view.state) === NOTHING)) return
  const { tr } = view.state
  const match = state.matches[state.current]
  if (match) tr.setSelection(TextSelection.create(tr.doc, match.start, match.end))
  view.dispatch(tr.setMeta(findKey, state))
  if (match) bringIntoView(view, match.start)
}

/** To the next match, or the one before; round at both ends. */
export const goToMatch =
  (step: 1 | -1): Command =>
  (state, dispatch, view) => {
    const { matches, current } = findKey.getState(state) ?? NOTHING
    if (matches.length === 0) return false
    const next = (current + step + matches.length) % matches.length
    const match = matches[next]
    if (!match) return false
    dispatch?.(
      state.tr
        .setSelection(TextSelection.create(state.doc, match.start, match.end))
        .setMeta(findKey, { matches, current: next }),
    )
    if (dispatch && view) bringIntoView(view, match.start)
    return true
  }

/** Writes `replacement` over the current match, or over all of them in one edit. */
export const replaceMatches =
  (replacement: string, isPattern: boolean, which: 'current' | 'all'): Command =>
  (state, dispatch) => {
    const { matches, current } = findKey.getState(state) ?? NOTHING
    const chosen = which === 'all' ? matches : matches.slice(current, current + 1)
    if (chosen.length === 0) return false
    if (dispatch) {
      const { tr } = state
      for (const match of [...chosen].reverse()) {
        const words = replacementFor(match, replacement, isPattern)
        if (words) tr.insertText(words, match.start, match.end)
        else tr.delete(match.start, match.end)
      }
      dispatch(tr)
    }
    return true
  }

function textBlocks(doc: Node): { readonly text: string; readonly start: number }[] {
  const blocks: { text: string; start: number }[] = []
  doc.descendants((node, position) => {
    if (!node.isTextblock) return true
    if (node.content.size > 0)
      blocks.push({ text: node.textBetween(0, node.content.size, undefined, '\ufffc'), start: position + 1 })
    return false
  })
  return blocks
}

const tryInWorker: TryPattern = (texts, pattern, limitMs) =>
  new Promise((resolve) => {
    const worker = new Worker(new URL('./find-worker.ts', import.meta.url), { type: 'module' })
    const settle = (result: Result<readonly FoundMatch[], FindError>) => {
      clearTimeout(timer)
      worker.terminate()
      resolve(result)
    }
    const timer = setTimeout(() => settle(err({ type: 'too-slow' })), limitMs)
    worker.addEventListener('message', ({ data }) => settle(ok(data)))
    worker.addEventListener('error', () => settle(err({ type: 'too-slow' })))
    worker.postMessage({ texts, pattern })
  })
