import type { Node } from 'prosemirror-model'
import { type EditorState, NodeSelection, Plugin, PluginKey, Selection, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import * as Y from 'yjs'
import { showsShared } from '#lib/editor/shared-binding'
import { positionFromJson, type SharedPlace, toSharedPosition } from '#lib/editor/shared-position'

/** What a comment is about: places in the body as JSON of Yjs' relative positions, and the words between them. */
export interface MarkedPassage {
  readonly id: string
  readonly from: unknown
  readonly to: unknown
  readonly isOpen: boolean
}

/** The passages that people talk about, as they show in the text. The page may be replaced under it. */
export interface CommentMarks {
  plugin(place: SharedPlace): Plugin
  /** Shows these and no others; `active` stands out. */
  show(passages: readonly MarkedPassage[], active: string | undefined): void
  /** What a new comment would be about: the selection, else its block; `quote` is '' for a block without words. */
  selected(): { readonly from: unknown; readonly to: unknown; readonly quote: string } | undefined
  /** Brings a passage into view; `false` when its words are gone. */
  reveal(id: string): boolean
}

export interface CommentMarksOptions {
  /** Somebody clicked into a passage. */
  onChosen(id: string): void
  /** The passages whose words are still there, in the order of the text. */
  onOrder(ids: readonly string[]): void
}

/** The order is told this long after the text changed: nothing of it happens in a keystroke. */
const ORDER_MS = 300

interface Shown {
  readonly id: string
}

const idOf = ({ spec }: Decoration): string => (spec as Shown).id

const marksKey = new PluginKey<DecorationSet>('comment-marks')

export function createCommentMarks(options: CommentMarksOptions): CommentMarks {
  let passages: readonly MarkedPassage[] = []
  let active: string | undefined
  let view: EditorView | undefined
  let here: SharedPlace | undefined
  let told = ''

  function marksIn(doc: Node, place: SharedPlace, among: readonly MarkedPassage[]): Decoration[] {
    return among.flatMap(({ id, from, to, isOpen }) => {
      if (!isOpen && id !== active) return []
      const start = positionFromJson(place, doc, from)
      const end = positionFromJson(place, doc, to)
      if (start === undefined || end === undefined || start >= end || end > doc.content.size) return []
      const attributes = { class: id === active ? 'commented is-active' : 'commented' }
      const isBlock = doc.resolve(start).nodeAfter?.isBlock && doc.nodeAt(start)?.nodeSize === end - start
      return [Decoration[isBlock ? 'node' : 'inline'](start, end, attributes, { id } satisfies Shown)]
    })
  }

  /** After others' edits: only what stands in blocks that they changed is looked for, and what stood nowhere. */
  function redraw({ steps, mapping, doc }: Transaction, before: DecorationSet, place: SharedPlace): DecorationSet {
    const [change] = mapping.maps
    if (!change) return before
    if (steps.length > 1) return DecorationSet.create(doc, marksIn(doc, place, passages))
    const standing = new Set(before.find().map(idOf))
    change.forEach((from, to) => {
      for (const one of before.find(from, to)) standing.delete(idOf(one))
    })
    const kept = before.map(mapping, doc)
    const stale = kept.find().filter((one) => !standing.has(idOf(one)))
    const missing = passages.filter(({ id }) => !standing.has(id))
    return kept.remove(stale).add(doc, marksIn(doc, place, missing))
  }

  const found = (state: EditorState) => marksKey.getState(state)?.find() ?? []

  function tellOrder(state: EditorState): void {
    const ids = [
      ...new Set(
        found(state)
          .sort((a, b) => a.from - b.from)
          .map(idOf),
      ),
    ]
    if (ids.join() === told) return
    told = ids.join()
    options.onOrder(ids)
  }

  function plugin(place: SharedPlace): Plugin<DecorationSet> {
    return new Plugin<DecorationSet>({
      key: marksKey,
      state: {
        init: (_, { doc }) => DecorationSet.create(doc as Node, marksIn(doc as Node, place, passages)),
        apply(transaction, before) {
          const { doc, mapping } = transaction
          if (transaction.getMeta(marksKey)) return DecorationSet.create(doc, marksIn(doc, place, passages))
          return showsShared(transaction) ? redraw(transaction, before, place) : before.map(mapping, doc)
        },
      },
      props: {
        decorations: (state) => marksKey.getState(state),
        handleClick(clicked, position) {
          const { nodeBefore } = clicked.state.doc.resolve(position)
          const isBehindBlock = (one: Decoration) => one.to === position && nodeBefore?.isBlock === true
          const hit = marksKey
            .getState(clicked.state)
            ?.find(position, position)
            .find((one) => !isBehindBlock(one))
          if (hit) options.onChosen(idOf(hit))
          return false
        },
      },
      view(made) {
        view = made
        here = place
        let timer: ReturnType<typeof setTimeout> | undefined
        const later = () => {
          timer ??= setTimeout(() => {
            timer = undefined
            tellOrder(made.state)
          }, ORDER_MS)
        }
        later()
        return {
          update: (_, before) => {
            if (marksKey.getState(before) !== marksKey.getState(made.state)) later()
          },
          destroy: () => {
            clearTimeout(timer)
            if (here === place) view = undefined
          },
        }
      },
    })
  }

  return {
    plugin,
    show(next, chosen) {
      passages = next
      active = chosen
      if (!view) return
      view.dispatch(view.state.tr.setMeta(marksKey, true))
      tellOrder(view.state)
    },
    selected() {
      if (!view || !here) return undefined
      const { selection, doc } = view.state
      const { $from } = selection
      const isWhole = selection.empty && $from.parent.isTextblock
      const [from, to] = isWhole ? [$from.start(), $from.end()] : [selection.from, selection.to]
      const quote = doc.textBetween(from, to, ' ', ' ').trim()
      const isChosen = selection instanceof NodeSelection && selection.node.isBlock
      const isBlock = quote === '' || isChosen
      const block = isChosen ? from : $from.depth > 0 ? $from.before() : undefined
      if (isBlock && block === undefined) return undefined
      const start = toSharedPosition(here, doc, isBlock ? (block ?? 0) : from)
      const last = isBlock ? start : toSharedPosition(here, doc, to - 1)
      if (!start?.item || !last?.item) return undefined
      // Right after the last letter: what is written behind it is not part of the passage.
      return { from: Y.relativePositionToJSON(start), to: { ...Y.relativePositionToJSON(last), assoc: -1 }, quote }
    },
    reveal(id) {
      const range = view && found(view.state).find((one) => idOf(one) === id)
      if (!view || !range) return false
      const { doc, tr } = view.state
      view.dispatch(tr.setSelection(Selection.near(doc.resolve(range.from))).scrollIntoView())
      return true
    },
  }
}
