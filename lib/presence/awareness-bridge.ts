/**
 * The border to y-protocols: the editor's own cursor goes out as bytes, other people's come in as awareness states. No
 * message of y-protocols is ever sent or read; names and colours come from the log, not from whoever speaks.
 */

import type { Awareness } from 'y-protocols/awareness'
import { toHex } from '#lib/base/bytes'
import { type Cursor, decodeCursor, encodeCursor } from '#lib/presence/cursor-bytes'
import { MAX_CURSOR_BYTES } from '#lib/protocol/presence'

/** Somebody's tab in this document. */
export interface RemoteCursor {
  /** Unique among those that are shown, and no client id of this tab; counts up from 1 in a room. */
  readonly number: number
  readonly name: string
  /** 1–12: the class person-N. */
  readonly colour: number
  /** As it came from another device. */
  readonly cursor?: Uint8Array
}

export interface AwarenessBridge {
  /** Exactly these are here. Whoever has no readable cursor is here without one. */
  show(here: readonly RemoteCursor[]): void
  close(): void
}

/** Awareness drops states that nobody renews; these are renewed or removed by `show` alone. */
const NEVER = Number.MAX_SAFE_INTEGER

/**
 * Tells `onCursor` of every change of the local cursor; `undefined` when there is none. `awareness` belongs to the caller,
 * and its states of other clients to the bridge.
 */
export function createAwarenessBridge(
  awareness: Awareness,
  onCursor: (cursor: Uint8Array | undefined) => void,
): AwarenessBridge {
  let shown = new Map<number, string>()
  let told: string | undefined

  const tell = (_: unknown, origin: unknown) => {
    if (origin !== 'local') return
    const cursor = localCursor(awareness)
    const bytes = cursor && encodeCursor(cursor)
    const text = bytes && toHex(bytes)
    if (text === told) return
    told = text
    onCursor(bytes && bytes.length <= MAX_CURSOR_BYTES ? bytes : undefined)
  }
  awareness.on('change', tell)

  const show = (here: readonly RemoteCursor[]) => {
    const added: number[] = []
    const updated: number[] = []
    const next = new Map<number, string>()
    for (const { number: client, name, colour, cursor } of here) {
      const state = { user: { name, colour }, cursor: readable(cursor) ?? null }
      const text = JSON.stringify(state)
      next.set(client, text)
      if (shown.get(client) === text) continue
      ;(shown.has(client) ? updated : added).push(client)
      awareness.states.set(client, state)
      awareness.meta.set(client, { clock: 0, lastUpdated: NEVER })
    }
    const removed = [...shown.keys()].filter((client) => !next.has(client))
    for (const client of removed) {
      awareness.states.delete(client)
      awareness.meta.delete(client)
    }
    shown = next
    const change = { added, updated, removed }
    if (added.length + updated.length + removed.length === 0) return
    for (const event of ['change', 'update'] as const) awareness.emit(event, [change, 'presence'])
  }

  return {
    show,
    close() {
      awareness.off('change', tell)
      show([])
    },
  }
}

const readable = (bytes: Uint8Array | undefined): Cursor | undefined => {
  const cursor = bytes && decodeCursor(bytes)
  return cursor?.ok ? cursor.value : undefined
}

function localCursor(awareness: Awareness): Cursor | undefined {
  const cursor: unknown = awareness.getLocalState()?.cursor
  if (typeof cursor !== 'object' || cursor === null || !('anchor' in cursor) || !('head' in cursor)) return undefined
  return { anchor: plain(cursor.anchor), head: plain(cursor.head) }
}

/** The editor puts Yjs' own objects or their JSON there; both have the same fields. */
const plain = (place: unknown): Cursor['anchor'] => place as Cursor['anchor']
