import type { Node } from 'prosemirror-model'
import { type EditorState, NodeSelection, Plugin, PluginKey, Selection, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import * as Y from 'yjs'
import { ENTRY_ORIGIN } from '#lib/document/quiet-doc'
import { bringIntoView } from '#lib/editor/bring-into-view'
import { carryPassage, type Stretch } from '#lib/editor/carry-passage'
import { findStanding, isBlockAt, isRedone, type MarkedPlace, toMarkedPlace, wentWith } from '#lib/editor/marked-place'
import { showsShared } from '#lib/editor/shared-binding'
import type { SharedPlace } from '#lib/editor/shared-position'

/** What a comment is about. */
export interface MarkedPassage {
  readonly id: string
  /** Where its words were said to stand, the newest first; the first that is there counts. */
  readonly places: readonly MarkedPlace[]
  readonly isOpen: boolean
  /** Whether this person began to talk about it. */
  readonly isMine: boolean
}

/** The passages that people talk about, as they show in the text. The page may be replaced under it. */
export interface CommentMarks {
  plugin(place: SharedPlace): Plugin
  /** Shows these and no others; `active` stands out. */
  show(passages: readonly MarkedPassage[], active: string | undefined): void
  /** What a new comment would be about: the selection, else its block; `quote` is '' for a block of which nothing can be said. */
  selected(): (MarkedPlace & { readonly quote: string }) | undefined
  /** Brings a passage into view; `false` when its words are gone. */
  reveal(id: string): boolean
}

export interface CommentMarksOptions {
  /** Somebody clicked into a passage. */
  onChosen(id: string): void
  /** The passages whose words are still there, in the order of the text. */
  onOrder(ids: readonly string[]): void
  /**
   * The block of a passage was made anew, and its words stand there now: told where this screen did it, and, where nobody who
   * did has said so in a moment, to whoever began to talk about it.
   */
  onMoved(id: string, place: MarkedPlace): void
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

  function mark({ id }: Pick<MarkedPassage, 'id'>, doc: Node, { from, to }: Stretch): Decoration {
    const attributes = { class: id === active ? 'commented is-active' : 'commented' }
    return Decoration[isBlockAt(doc, from, to) ? 'node' : 'inline'](from, to, attributes, { id } satisfies Shown)
  }

  const isShown = ({ id, isOpen }: MarkedPassage): boolean => isOpen || id === active

  const marksIn = (doc: Node, place: SharedPlace, among: readonly MarkedPassage[]): Decoration[] =>
    among.filter(isShown).flatMap((passage) => {
      const stretch = findStanding(passage.places, doc, place)
      return stretch ? [mark(passage, doc, stretch)] : []
    })

  /** After others' edits: only what stands in blocks that they changed is looked for, and what stood nowhere. */
  function redraw(transaction: Transaction, before: DecorationSet, place: SharedPlace): DecorationSet {
    const { steps, mapping, doc } = transaction
    const [change] = mapping.maps
    if (!change) return before
    if (steps.length > 1) return DecorationSet.create(doc, marksIn(doc, place, passages))
    const standing = new Set(before.find().map(idOf))
    const touched = new Map<string, Decoration>()
    change.forEach((from, to) => {
      for (const one of before.find(from, to)) touched.set(idOf(one), one)
    })
    for (const id of touched.keys()) standing.delete(id)
    const kept = before.map(mapping, doc)
    const stale = kept.find().filter((one) => !standing.has(idOf(one)))
    const fresh = passages
      .filter((passage) => isShown(passage) && !standing.has(passage.id))
      .flatMap((passage) => {
        const said = findStanding(passage.places, doc, place)
        const stretch = likelier(said, touched.get(passage.id), transaction)
        return stretch ? [mark(passage, doc, stretch)] : []
      })
    return kept.remove(stale).add(doc, fresh)
  }

  /** After an edit of this screen, which takes most marks along. */
  function follow(transaction: Transaction, before: DecorationSet): DecorationSet {
    const { mapping, doc, docChanged } = transaction
    const kept = before.map(mapping, doc)
    if (!docChanged) return kept
    const [all, left] = [before.find(), new Set(kept.find().map(idOf))]
    if (left.size === all.length) return kept
    const carried = all.flatMap((one) => {
      const stretch = left.has(idOf(one)) ? undefined : carryPassage(one, transaction)
      return stretch ? [mark({ id: idOf(one) }, doc, stretch)] : []
    })
    return kept.add(doc, carried)
  }

  /** What is shown from now on; a mark whose place nobody said yet stays where it was carried to. */
  function restart(doc: Node, place: SharedPlace, before: DecorationSet): DecorationSet {
    const fresh = marksIn(doc, place, passages)
    const missing = new Set(passages.filter(isShown).map(({ id }) => id))
    for (const one of fresh) missing.delete(idOf(one))
    const stayed = before.find().filter((one) => missing.has(idOf(one)))
    return DecorationSet.create(doc, [...fresh, ...stayed.map((one) => mark({ id: idOf(one) }, doc, one))])
  }

  /** Says where passages stand that are shown elsewhere than was said of them. */
  function tellMoved({ doc }: EditorState, place: SharedPlace, isAsked: (passage: MarkedPassage) => boolean): void {
    const asked = passages.filter(isAsked)
    const shared = place.type.doc
    if (asked.length === 0 || !view || !shared) return
    const marks = new Map(found(view.state).map((one) => [idOf(one), one]))
    for (const passage of asked) {
      const { id, places } = passage
      const one = marks.get(id)
      const standing = findStanding(places, doc, place)
      const isSaid = standing && !isRedone(shared, standing.said)
      if (!one || (isSaid && standing.from === one.from && standing.to === one.to)) continue
      const now = toMarkedPlace(place, doc, one)
      if (!now) continue
      passages = passages.map((other) => (other.id === id ? { ...other, places: [now, ...places] } : other))
      options.onMoved(id, now)
    }
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
          if (transaction.getMeta(marksKey)) return restart(transaction.doc, place, before)
          return showsShared(transaction) ? redraw(transaction, before, place) : follow(transaction, before)
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
            tellMoved(made.state, place, ({ isMine }) => isMine)
          }, ORDER_MS)
        }
        const written = (transaction: Y.Transaction) => {
          const isUndo = transaction.origin instanceof Y.UndoManager
          const mayMove = isUndo || transaction.deleteSet.clients.size > 0
          if (transaction.origin === ENTRY_ORIGIN || !mayMove) return
          tellMoved(made.state, place, ({ places }) => isUndo || places.some((said) => wentWith(transaction, said)))
        }
        later()
        place.type.doc?.on('afterTransaction', written)
        return {
          update: (_, before) => {
            if (marksKey.getState(before) !== marksKey.getState(made.state)) later()
          },
          destroy: () => {
            clearTimeout(timer)
            place.type.doc?.off('afterTransaction', written)
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
      const shown = doc.textBetween(from, to, ' ', (leaf) => leaf.type.spec.leafText?.(leaf).trim() || ' ').trim()
      if (quote !== '' && !isChosen) return withQuote(toMarkedPlace(here, doc, { from, to }), shown)
      const block = isChosen ? from : $from.depth > 0 ? $from.before() : undefined
      const node = block === undefined ? null : doc.nodeAt(block)
      if (block === undefined || !node) return undefined
      const said = shown || nameOfBlock(node)
      return withQuote(toMarkedPlace(here, doc, { from: block, to: block + node.nodeSize }), said)
    },
    reveal(id) {
      const range = view && found(view.state).find((one) => idOf(one) === id)
      if (!view || !range) return false
      const { doc, tr } = view.state
      view.dispatch(tr.setSelection(Selection.near(doc.resolve(range.from))))
      bringIntoView(view, range.from)
      return true
    },
  }
}

/** What can be said of a block without words: of a picture or a file its description or name. */
const nameOfBlock = ({ attrs }: Node): string =>
  [attrs.alt, attrs.name].find((said) => typeof said === 'string' && said) ?? ''

const withQuote = (place: MarkedPlace | undefined, quote: string) => place && { ...place, quote }

/** Where words stand: as it was said, unless that is less of them than stands in a block that was made anew. */
function likelier(
  said: Stretch | undefined,
  before: Stretch | undefined,
  transaction: Transaction,
): Stretch | undefined {
  if (!before) return said
  const words = wordsIn(transaction.before, before)
  if (said && wordsIn(transaction.doc, said) === words) return said
  const carried = carryPassage(before, transaction)
  return said && carried && wordsIn(transaction.doc, carried) !== words ? said : (carried ?? said)
}

const wordsIn = (doc: Node, { from, to }: Stretch): string => doc.textBetween(from, to, '\n', '\ufffc')
