/**
 * Who hears what is new in a room. Every subscriber is pushed each blob once and in the order of cursors, whichever node
 * stored it: so what it has taken to the highest cursor, it has taken whole.
 *
 * The first news after a quiet moment goes to the disk and out at once. What follows waits for its turn, a fifth of a millisecond for each
 * subscriber: a commit and a write to a socket cost the same for one update and for ten, and the more there are, the dearer it would
 * be to write each alone.
 */
import type { Clock } from '#lib/base/clock'
import type { PlacedBlob } from '#lib/protocol/relay-frames'
import type { RoadFrame } from '#lib/sync/relay-road'
import type { ReadPage } from '#relay/log-store'
import { createPushBatch } from '#relay/push-batch'
import type { Visitor } from '#relay/room'
import { type SharedFrame, shareFrame } from '#relay/shared-frame'

export interface RoomFeed {
  /** Cursor of the newest blob known of. */
  end(): number
  subscribe(visitor: Visitor): void
  leave(visitor: Visitor): void
  /** Whether what comes now goes to the disk at once, and begins a turn; else it is to wait for `flush`. */
  beginTurn(): boolean
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
  readonly clock: Clock
  readonly defer: (task: () => void) => void
  /** Commits what waited for the end of a turn. */
  readonly flush: () => void
  readonly failed: () => void
}

/** Items in one STORED frame. */
const MAX_ITEMS = 256
const PAUSE_MS = 0.2
const MAX_PAUSE_MS = 40

/**
 * `none`: what comes begins one, and goes out at once. `begun`: nothing went out in it yet. `committing`: what is new waits for the
 * commit that it began with, for one turn at most. `spent`: what is new waits for the next.
 */
type Turn = 'none' | 'begun' | 'committing' | 'spent'

export function createRoomFeed({ end: begun, read, clock, defer, flush, failed }: RoomFeedOptions): RoomFeed {
  const subscribers = new Set<Visitor>()
  let end = begun
  /** Everything up to here was pushed. */
  let pushed = begun
  let turn: Turn = 'none'
  /** Something waits for `flush`. */
  let isGathering = false
  /** May outlast a turn: what another node stored is read. */
  let isPublishing = false
  /** What this node stored and did not push yet, by cursor. */
  const own = new Map<number, { readonly item: PlacedBlob; readonly from: Visitor }>()
  let acknowledgements = new Map<Visitor, { hash: Uint8Array; cursor: number }[]>()
  let whispers: { readonly shared: SharedFrame; readonly from: Visitor | undefined }[] = []

  const acknowledge = () => {
    for (const [visitor, items] of acknowledgements) {
      for (let i = 0; i < items.length; i += MAX_ITEMS) {
        visitor.send({ type: 'stored', items: items.slice(i, i + MAX_ITEMS) })
      }
    }
    acknowledgements = new Map()
  }

  const push = (items: readonly PlacedBlob[], upTo: number) => {
    const placesBySource = new Map<Visitor, number[]>()
    for (const [place, { cursor }] of items.entries()) {
      const from = own.get(cursor)?.from
      if (from === undefined) continue
      const places = placesBySource.get(from)
      if (places === undefined) placesBySource.set(from, [place])
      else places.push(place)
    }
    const batch = createPushBatch(items)
    for (const visitor of subscribers) {
      const places = placesBySource.get(visitor)
      const frames = places === undefined ? batch.forAll : batch.without(places)
      if (frames.length > 0) visitor.push(frames, upTo)
    }
    pushed = Math.max(pushed, upTo)
    for (const cursor of own.keys()) if (cursor <= pushed) own.delete(cursor)
  }

  const pushWhispers = () => {
    const all = whispers
    whispers = []
    for (const visitor of subscribers) {
      for (const { shared, from } of all) if (from !== visitor) visitor.whisper(shared)
    }
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

  const hasNews = () => pushed < end || whispers.length > 0

  const publish = async () => {
    try {
      pushWhispers()
      while (hasNews()) {
        if (pushed < end) await pushNext()
        pushWhispers()
      }
    } catch {
      failed()
    }
    isPublishing = false
    if (turn === 'none') publishSoon()
  }

  const publishSoon = () => {
    if (isPublishing || turn === 'spent' || !hasNews()) return
    isPublishing = true
    if (turn === 'none') rest()
    turn = 'spent'
    defer(() => void publish())
  }

  const endTurn = () => {
    const hasWaited = turn === 'committing'
    turn = 'none'
    if (isGathering) {
      isGathering = false
      flush()
      turn = hasWaited ? 'begun' : 'committing'
      rest()
    }
    if (turn !== 'committing') publishSoon()
  }

  const rest = () => clock.after(Math.min(MAX_PAUSE_MS, subscribers.size * PAUSE_MS), endTurn)

  return {
    end: () => end,
    subscribe: (visitor) => void subscribers.add(visitor),
    leave: (visitor) => void subscribers.delete(visitor),
    beginTurn() {
      isGathering = turn !== 'none'
      if (isGathering) return false
      turn = 'begun'
      rest()
      return true
    },
    stored({ hash, cursor, bytes }, isNew, from) {
      const isFirst = acknowledgements.size === 0
      const items = acknowledgements.get(from) ?? []
      acknowledgements.set(from, items)
      items.push({ hash, cursor })
      if (isNew && cursor > pushed) own.set(cursor, { item: { cursor, bytes }, from })
      end = Math.max(end, cursor)
      if (isFirst) defer(acknowledge)
      publishSoon()
    },
    hear(heard) {
      if (heard <= end) return
      end = heard
      publishSoon()
    },
    whisper(frame, from) {
      if (subscribers.size === 0) return
      whispers.push({ shared: shareFrame(frame), from })
      publishSoon()
    },
  }
}
