import { type Command, type EditorState, Plugin, PluginKey } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import type { Awareness } from 'y-protocols/awareness'
import { EDGE } from '#lib/editor/bring-into-view'
import type { Followable } from '#lib/editor/followables'
import { personIn } from '#lib/editor/person-in'
import { positionFromJson, type SharedPlace } from '#lib/editor/shared-position'

/**
 * Follows somebody: the page scrolls with their caret, until one does something oneself. Whom to follow is said by the number
 * that their tab has here, which ends with the tab.
 */

const followKey = new PluginKey<number | undefined>('follow')

/** What a person does who wants to look for themselves. */
const OWN_ACTS = ['keydown', 'wheel', 'touchmove', 'pointerdown'] as const

/** Who is followed; `undefined` for nobody, and for somebody who went. */
export function followed(state: EditorState, awareness: Awareness): Followable | undefined {
  const client = followKey.getState(state)
  const theirs = client === undefined ? undefined : awareness.getStates().get(client)
  return client !== undefined && theirs ? { client, ...personIn(theirs) } : undefined
}

/** Follows the tab of this number; `undefined` ends it. */
export const follow =
  (client: number | undefined): Command =>
  ({ tr }, dispatch) => {
    dispatch?.(tr.setMeta(followKey, { client }))
    return true
  }

export function createFollow({ awareness, place }: { awareness: Awareness; place: SharedPlace }): Plugin {
  /** Where they were when the page last scrolled for them. */
  let seen: string | undefined

  function scroll(view: EditorView): void {
    const client = followKey.getState(view.state)
    const head = client === undefined ? undefined : awareness.getStates().get(client)?.cursor?.head
    const position = positionFromJson(place, view.state.doc, head)
    if (position === undefined) return
    const at = `${client} ${position}`
    if (at === seen) return
    seen = at
    const { top } = view.coordsAtPos(Math.min(position, view.state.doc.content.size))
    if (top >= EDGE.top && top <= window.innerHeight - EDGE.bottom) return
    const { node } = view.domAtPos(position)
    const element = node instanceof Element ? node : node.parentElement
    element?.scrollIntoView({ block: 'center' })
  }

  return new Plugin<number | undefined>({
    key: followKey,
    state: {
      init: () => undefined,
      apply: (transaction, client) => {
        const said: { readonly client: number | undefined } | undefined = transaction.getMeta(followKey)
        return said ? said.client : client
      },
    },
    props: {
      handleDOMEvents: {
        click(view, event) {
          const caret = event.target instanceof Element ? event.target.closest<HTMLElement>('.remote-caret') : null
          if (caret?.dataset.client === undefined) return false
          return follow(Number(caret.dataset.client))(view.state, view.dispatch)
        },
      },
    },
    view(view) {
      const end = () => {
        if (followKey.getState(view.state) === undefined) return
        seen = undefined
        follow(undefined)(view.state, view.dispatch)
      }
      for (const act of OWN_ACTS) window.addEventListener(act, end, { capture: true, passive: true })
      return {
        update: () => scroll(view),
        destroy: () => {
          for (const act of OWN_ACTS) window.removeEventListener(act, end, { capture: true })
        },
      }
    },
  })
}
