/**
 * A room while somebody is in it: its door, its quota and its feed. What it says is stored was committed before (R4).
 * Other nodes may serve the same room; what they commit is heard of.
 */
import type { Clock } from '#lib/base/clock'
import type { PieceName } from '#lib/base/ids'
import type { CarriedBlob } from '#lib/protocol/blob'
import type { DoorLevel, DoorStatement, RelayKey, RoomName } from '#lib/protocol/door'
import type { RelayFarewell, RoadFrame } from '#lib/sync/relay-road'
import type { CommitQueue } from '#relay/commit-queue'
import { type BlobOutline, isRefused, type LogStore, type StoreWrite } from '#relay/log-store'
import type { Meter } from '#relay/meter'
import type { NodeBus } from '#relay/node-bus'
import { loadRoomDoor } from '#relay/room-door'
import { createRoomFeed } from '#relay/room-feed'
import { createRoomQuota } from '#relay/room-quota'
import type { SharedFrame } from '#relay/shared-frame'
import type { StoreNews } from '#relay/store-news'
import type { StoreSpace } from '#relay/store-space'
import type { SyncLimits } from '#relay/sync-limits'

/** A visitor as the room sees it. */
export interface Visitor {
  readonly relayKey: RelayKey
  send(frame: RoadFrame): void
  /** New blobs of others; the visitor may note that it is behind instead of queueing them. */
  push(frames: readonly SharedFrame[], end: number): void
  /** Something that is of no use later: dropped where the visitor is slow. */
  whisper(shared: SharedFrame): void
  sendAway(reason: RelayFarewell): void
}

export interface Room {
  readonly name: RoomName
  levelOf(key: RelayKey): DoorLevel
  /** Cursor of the newest blob on disk. */
  end(): number
  doorDigest(): Uint8Array
  statements(): readonly Uint8Array[]
  isStored(): boolean
  /** Writes the room down, with the door as it is; once. */
  store(): Promise<void>
  /** Somebody is or was let in: noted once a day. */
  touch(): void
  /** Judges statements whose signatures were verified, and sends away who may no longer be here. */
  applyStatements(statements: readonly DoorStatement[]): Promise<void>
  /** Another node has changed what the store has of this room. */
  hear(news: StoreNews): void
  enter(visitor: Visitor): void
  leave(visitor: Visitor): void
  subscribe(visitor: Visitor): void
  put(blob: CarriedBlob, from: Visitor): void
  putPiece(name: PieceName, bytes: Uint8Array, from: Visitor): void
  /** Drops these blobs of content in one commit, off the disk when it resolves: to those that were still there. */
  drop(outlines: readonly BlobOutline[]): Promise<readonly BlobOutline[]>
  putReceipt(sealed: Uint8Array, from: Visitor): void
  presence(sealed: Uint8Array, from: Visitor): void
  /** Presence of a visitor of another node. */
  hearPresence(sealed: Uint8Array): void
}

export interface RoomOptions {
  readonly store: LogStore
  readonly queue: CommitQueue
  readonly space: StoreSpace
  readonly limits: SyncLimits
  readonly meter: Meter
  readonly clock: Clock
  readonly bus: NodeBus
  readonly defer: (task: () => void) => void
}

const DAY_SECONDS = 86_400
/** No finer: what lies on the disk does not tell when somebody wrote. */
const STORED_AT_SECONDS = 3600
const ANYTHING = { lane: 'any', channel: undefined } as const
/** Blobs of other nodes that are read at once. */
const FEED_BLOBS = 256
const COUNT_MS = 1000

/** Loads what the store has of the room; a room that it does not have begins with its root key alone. */
export async function loadRoom(
  name: RoomName,
  rootKey: RelayKey,
  random: Uint8Array,
  { store, queue, space, limits, meter, clock, bus, defer }: RoomOptions,
): Promise<Room> {
  const visitors = new Set<Visitor>()
  const failed = () => {
    for (const visitor of visitors) visitor.sendAway('store-failed')
  }
  const sendAwayStrangers = () => {
    for (const visitor of visitors) if (door.levelOf(visitor.relayKey) === 'none') visitor.sendAway('not-admitted')
  }

  const record = await store.room(name)
  const door = await loadRoomDoor({
    name,
    rootKey,
    store,
    queue,
    mostSubjects: limits.doorSubjects,
    onChange: sendAwayStrangers,
  })
  const read = (after: number) =>
    store.read({ room: name, after, filter: ANYTHING, maxBytes: limits.pageBytes, maxBlobs: FEED_BLOBS })
  const feed = createRoomFeed({ end: record?.end ?? 0, read, clock, defer, flush: queue.flush, failed })
  /** What comes before the room's next turn shares its commit. */
  const commit = (write: StoreWrite) => (feed.beginTurn() ? queue.add(write) : queue.gather(write))
  let quota = createRoomQuota(limits, await store.usage(name), space)
  const nowSeconds = () => Math.floor(clock.now() / 1000)
  let touchedAt = record?.touchedAt ?? nowSeconds()
  let stored = record === undefined ? undefined : Promise.resolve()
  let isCounting = false

  /** Counts anew what was dropped, or came or went through other nodes; in a while, for all until then. */
  const countAgain = () => {
    if (isCounting) return
    isCounting = true
    clock.after(COUNT_MS, () => {
      isCounting = false
      store.usage(name).then((usage) => {
        quota = createRoomQuota(limits, usage, space)
      }, failed)
    })
  }

  const hear = async (news: StoreNews): Promise<void> => {
    if (news.type === 'blobs') {
      feed.hear(news.end)
      return countAgain()
    }
    if (news.type === 'dropped') return countAgain()
    if (news.type === 'door') return door.reload()
    if (news.type === 'receipt') {
      for (const { bytes } of await store.receipts(name, news.key)) feed.whisper({ type: 'receipt', sealed: bytes })
      return
    }
    if (news.type !== 'missed') return
    feed.hear((await store.room(name))?.end ?? 0)
    countAgain()
    await door.reload()
    for (const { bytes } of await store.receipts(name)) feed.whisper({ type: 'receipt', sealed: bytes })
  }

  return {
    name,
    levelOf: (key) => door.levelOf(key),
    end: () => feed.end(),
    statements: () => door.statements(),
    doorDigest: () => door.digest(),
    isStored: () => stored !== undefined,
    store() {
      stored ??= (async () => {
        const begun = queue.add({ type: 'room', record: { room: name, rootKey, random, touchedAt } })
        await Promise.all([begun, door.begin()])
      })()
      return stored
    },
    touch() {
      if (stored === undefined || nowSeconds() - touchedAt < DAY_SECONDS) return
      touchedAt = nowSeconds()
      queue.add({ type: 'touch', room: name, at: touchedAt }).catch(failed)
    },
    applyStatements: (statements) => door.apply(statements),
    hear: (news) => void hear(news).catch(failed),
    enter: (visitor) => void visitors.add(visitor),
    leave(visitor) {
      visitors.delete(visitor)
      feed.leave(visitor)
    },
    subscribe: (visitor) => feed.subscribe(visitor),
    put(blob, from) {
      const { hash, lane, channel, bytes } = blob
      const charged = quota
      const reason = charged.charge(from.relayKey, door.levelOf(from.relayKey), lane, bytes.length)
      if (reason !== undefined) {
        meter.count('waxwing_blobs_declined_total', reason)
        return from.send({ type: 'declined', hash, reason })
      }
      const storedAt = Math.ceil(nowSeconds() / STORED_AT_SECONDS) * STORED_AT_SECONDS
      const write = { type: 'blob', room: name, hash, lane, channel, uploader: from.relayKey, storedAt, bytes } as const
      commit(write).then(({ position, isNew }) => {
        feed.stored({ hash, cursor: position, bytes }, isNew, from)
        if (isNew) {
          meter.count('waxwing_blobs_stored_total', 'all')
          meter.count('waxwing_blob_bytes_stored_total', 'all', bytes.length)
        } else charged.refund(from.relayKey, lane, bytes.length)
      }, failed)
    },
    putPiece(pieceName, bytes, from) {
      const charged = quota
      const reason = charged.charge(from.relayKey, door.levelOf(from.relayKey), 'piece', bytes.length)
      if (reason !== undefined) {
        meter.count('waxwing_blobs_declined_total', reason)
        return from.send({ type: 'declined', hash: pieceName, reason })
      }
      queue.add({ type: 'piece', room: name, name: pieceName, uploader: from.relayKey, bytes }).then(({ isNew }) => {
        if (!isNew) charged.refund(from.relayKey, 'piece', bytes.length)
        from.send({ type: 'piece-stored', name: pieceName })
      }, failed)
    },
    async drop(outlines) {
      const placed = await Promise.all(outlines.map(({ cursor }) => queue.add({ type: 'drop', room: name, cursor })))
      const gone = outlines.filter((_, i) => placed[i] && !isRefused(placed[i]))
      const bytes = gone.reduce((sum, { size }) => sum + size, 0)
      meter.count('waxwing_blobs_dropped_total', 'all', gone.length)
      meter.count('waxwing_blob_bytes_dropped_total', 'all', bytes)
      space.refund(bytes)
      if (gone.length > 0) countAgain()
      return gone
    },
    putReceipt(sealed, from) {
      commit({ type: 'receipt', room: name, key: from.relayKey, bytes: sealed }).then(() => {
        feed.whisper({ type: 'receipt', sealed }, from)
      }, failed)
    },
    presence(sealed, from) {
      feed.whisper({ type: 'presence', sealed }, from)
      bus.send({ kind: 'presence', topic: name, body: sealed })
    },
    hearPresence: (sealed) => feed.whisper({ type: 'presence', sealed }),
  }
}
