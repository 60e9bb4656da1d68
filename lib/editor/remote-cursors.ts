import type { Node } from 'prosemirror-model'
import { Plugin, PluginKey, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import type { Awareness } from 'y-protocols/awareness'
import { noteMovedCaret } from '#lib/editor/moved-caret'
import { personIn } from '#lib/editor/person-in'
import { showsShared } from '#lib/editor/shared-binding'
import { positionFromJson, type SharedPlace } from '#lib/editor/shared-position'
import { toSharedSelection } from '#lib/editor/shared-selection'

/**
 * Other people's carets and selections. An awareness state holds `user: { name, colour }` (colour 1–12, the class
 * person-N), put there by presence, and `cursor: { anchor, head }`, put there here. Both come from other devices, so any
 * value is safe. No style attributes (strict CSP): the style sheet reads the classes.
 */

/** How long a name stays beside a caret that moved; afterwards a nub remains. */
const NAME_MS = 3000
/** Own caret is told this long after it moved: fewer messages, and no work in the keystroke itself. */
const TELL_MS = 60

interface Caret {
  readonly clientId: number
  readonly name: string
  readonly colour: number
  readonly anchor: number
  readonly head: number
}

const cursorsKey = new PluginKey<DecorationSet>('remote-cursors')

export function createRemoteCursors(options: { awareness: Awareness; place: SharedPlace }): Plugin<DecorationSet> {
  const { awareness, place } = options
  const moves = new Map<number, { at: string; count: number; movedAt: number }>()
  const timers = new Set<ReturnType<typeof setTimeout>>()

  function later(delayMs: number, task: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      task()
    }, delayMs)
    timers.add(timer)
  }

  function draw(transaction: Transaction): DecorationSet {
    const decorations: Decoration[] = []
    const { doc } = transaction
    for (const caret of carets(awareness, place, doc)) {
      const head = Math.min(caret.head, doc.content.size)
      const anchor = Math.min(caret.anchor, doc.content.size)
      const move = moves.get(caret.clientId)
      const place = JSON.stringify(awareness.getStates().get(caret.clientId)?.cursor)
      const moved = move?.at === place ? move : { at: place, count: (move?.count ?? 0) + 1, movedAt: Date.now() }
      moves.set(caret.clientId, moved)
      const remaining = moved.movedAt + NAME_MS - Date.now()
      decorations.push(
        Decoration.widget(head, () => caretElement(caret, remaining, later), {
          key: `${caret.clientId}-${moved.count}-${caret.name}-${caret.colour}`,
          side: 10,
        }),
      )
      if (anchor !== head) {
        const attributes = { class: `remote-selection person-${caret.colour}` }
        decorations.push(Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), attributes))
      }
    }
    return DecorationSet.create(doc, decorations)
  }

  return new Plugin<DecorationSet>({
    key: cursorsKey,
    state: {
      init: () => DecorationSet.empty,
      apply(transaction, decorations) {
        if (transaction.getMeta(cursorsKey) || showsShared(transaction)) return draw(transaction)
        return decorations.map(transaction.mapping, transaction.doc)
      },
    },
    props: { decorations: (state) => cursorsKey.getState(state) },
    view(view) {
      let drawing = false
      let telling = false
      const onChange = ({ added, updated, removed }: { added: number[]; updated: number[]; removed: number[] }) => {
        const others = [...added, ...updated, ...removed].some((clientId) => clientId !== awareness.clientID)
        if (!others || drawing) return
        drawing = true
        later(0, () => {
          drawing = false
          redraw(view)
        })
      }
      const tell = () => {
        if (telling) return
        telling = true
        later(TELL_MS, () => {
          telling = false
          if (!view.isDestroyed) tellOwnCaret(view, awareness, place)
        })
      }
      awareness.on('change', onChange)
      view.dom.addEventListener('focusin', tell)
      view.dom.addEventListener('focusout', tell)
      later(0, () => redraw(view))
      return {
        update: (_, before) => {
          if (before.doc !== view.state.doc || !before.selection.eq(view.state.selection)) tell()
        },
        destroy: () => {
          awareness.off('change', onChange)
          view.dom.removeEventListener('focusin', tell)
          view.dom.removeEventListener('focusout', tell)
          for (const timer of timers) clearTimeout(timer)
          if (awareness.getLocalState()?.cursor) awareness.setLocalStateField('cursor', null)
        },
      }
    },
  })
}

function redraw(view: EditorView): void {
  if (view.isDestroyed) return
  noteMovedCaret(view)
  view.dispatch(view.state.tr.setMeta(cursorsKey, true))
}

function tellOwnCaret(view: EditorView, awareness: Awareness, place: SharedPlace): void {
  const local = awareness.getLocalState()
  if (local === null) return
  const selection = view.hasFocus() ? toSharedSelection(place, view.state) : undefined
  const cursor = selection ? { anchor: selection.anchor, head: selection.head } : null
  if (JSON.stringify(cursor) !== JSON.stringify(local.cursor ?? null)) awareness.setLocalStateField('cursor', cursor)
}

function carets(awareness: Awareness, place: SharedPlace, doc: Node): Caret[] {
  const found: Caret[] = []
  for (const [clientId, state] of awareness.getStates()) {
    if (clientId === awareness.clientID || !state || typeof state !== 'object') continue
    const anchor = positionFromJson(place, doc, state.cursor?.anchor)
    const head = positionFromJson(place, doc, state.cursor?.head)
    if (anchor === undefined || head === undefined) continue
    found.push({ clientId, ...personIn(state), anchor, head })
  }
  return found
}

/** A bar with a name. Word joiners keep the line from breaking where the caret stands. */
function caretElement(
  caret: Caret,
  remainingMs: number,
  later: (delayMs: number, task: () => void) => void,
): HTMLElement {
  const bar = document.createElement('span')
  bar.className = `remote-caret person-${caret.colour}`
  bar.dataset.client = String(caret.clientId)
  const name = document.createElement('span')
  name.className = 'remote-caret-name'
  // A direction of its own, or it would decide that of the paragraph (dir=auto).
  name.dir = 'auto'
  name.textContent = caret.name
  bar.append('\u2060', name, '\u2060')
  if (remainingMs > 0) {
    bar.classList.add('has-moved')
    later(remainingMs, () => bar.classList.remove('has-moved'))
  }
  return bar
}
