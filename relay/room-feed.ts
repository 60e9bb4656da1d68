/**
 * Who hears what is new in a room. Every subscriber is pushed each blob once and in the order of cursors, whichever node
 * stored it: so what it has taken to the highest cursor, it has taken whole. Pushes and acknowledgements of one turn go
 * out together.
 */
import type { PlacedBlob } from '#lib/protocol/relay-frames'
import type { RoadFrame } from '#lib/sync/relay-road'
import type { ReadPage } from '#relay/log-store'
import type { Visitor } from '#relay/room'

export interface RoomFeed {
  /** Cursor of the newest blob known of. */
  end(): number
  subscribe(visitor: Visitor): void
  leave(visitor: Visitor): void
  /** This node stored what `from` brought, or found it stored. */
  stored(blob: PlacedBlob & { readonly hash: Uint8Array }, isNew: boolean, from: Visitor): void
  /** Another node stored blobs up to `end`. */
  hear(end: number): void
  /** Says something to every subscriber that is of no use later. */
  whisper(frame: RoadFrame, from?: Visitor): void
}

export interface RoomFeedOptions {
  readonly end: number
  /** What the store has after a cursor. */
  readonly read: (after: number) => Promise<ReadPage>
  readonly defer: (task: () => void) => void
  readonly failed: () => void
}

/** Items in one STORED frame. */
const MAX_ITEMS = 256

export function createRoomFeed({ end: begun, read, defer, failed }: RoomFeedOptions): RoomFeed {
  const subscribers = new Set<Visitor>()
  let end = begun
  /** Everything up to here was pushed. */
  let pushed = begun
  let isPublishing = false
  /** What this node stored and did not push yet, by cursor. */
  const own = new Map<number, { readonly item: PlacedBlob; readonly from: Visitor }>()
  let acknowledgements = new Map<Visitor, { hash: Uint8Array; cursor: number }[]>()

  const acknowledge = () => {
    for (const [visitor, items] of acknowledgements) {
      for (let i = 0; i < items.length; i += MAX_ITEMS) {
        visitor.send({ type: 'stored', items: items.slice(i, i + MAX_ITEMS) })
      }
    }
    acknowledgements = new Map()
  }

  const push = (items: readonly PlacedBlob[], upTo: number) => {
    const sources = new Set(items.flatMap(({ cursor }) => own.get(cursor)?.from ?? []))
    for (const visitor of subscribers) {
      const others = sources.has(visitor) ? items.filter(({ cursor }) => own.get(cursor)?.from !== visitor) : items
      if (others.length > 0) visitor.push(others)
    }
    pushed = Math.max(pushed, upTo)
    for (const cursor of own.keys()) if (cursor <= pushed) own.delete(cursor)
  }

  /** What comes next without a gap and was stored here. */
  const ownRun = (): PlacedBlob[] => {
    const run: PlacedBlob[] = []
    for (let next = own.get(pushed + 1); next !== undefined; next = own.get(next.item.cursor + 1)) run.push(next.item)
    return run
  }

  const pushNext = async () => {
    const run = ownRun()
    if (run.length > 0) return push(run, run.at(-1)?.cursor ?? pushed)
    if (subscribers.size === 0) return push([], end)
    const page = await read(pushed)
    push(page.blobs, Math.max(page.cursor, pushed + 1))
    end = Math.max(end, pushed)
  }

  const publish = async () => {
    try {
      do {
        acknowledge()
        if (pushed < end) await pushNext()
      } while (pushed < end || acknowledgements.size > 0)
    } catch {
      failed()
    }
    isPublishing = false
  }

  const publishSoon = () => {
    if (isPublishing) return
    isPublishing = true
    defer(() => void publish())
  }

  return {
    end: () => end,
    subscribe: (visitor) => void subscribers.add(visitor),
    leave: (visitor) => void subscribers.delete(visitor),
    stored({ hash, cursor, bytes }, isNew, from) {
      const items = acknowledgements.get(from) ?? []
      acknowledgements.set(from, items)
      items.push({ hash, cursor })
      if (isNew && cursor > pushed) own.set(cursor, { item: { cursor, bytes }, from })
      end = Math.max(end, cursor)
      publishSoon()
    },
    hear(heard) {
      if (heard <= end) return
      end = heard
      publishSoon()
    },
    whisper(frame, from) {
      for (const visitor of subscribers) if (visitor !== from) visitor.whisper(frame)
    },
  }
}
