/**
 * A room while somebody is in it: its door, its quota and who hears what is new. What it says is stored was committed
 * before (R4); pushes and acknowledgements of one turn go out together.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { Blob } from '#lib/protocol/blob'
import type { DoorLevel, DoorStatement, RelayKey, RoomName } from '#lib/protocol/door'
import { createDoorList, doorDigest } from '#lib/protocol/door-list'
import type { PlacedBlob } from '#lib/protocol/relay-frames'
import type { RelayFarewell, RoadFrame } from '#lib/sync/relay-road'
import type { CommitQueue } from '#relay/commit-queue'
import type { LogStore } from '#relay/log-store'
import type { Meter } from '#relay/meter'
import { createRoomQuota } from '#relay/room-quota'
import type { SyncLimits } from '#relay/sync-limits'

/** A visitor as the room sees it. */
export interface Visitor {
  readonly relayKey: RelayKey
  send(frame: RoadFrame): void
  /** New blobs of others; the visitor may note that it is behind instead of queueing them. */
  push(items: readonly PlacedBlob[]): void
  /** Something that is of no use later: dropped where the visitor is slow. */
  whisper(frame: RoadFrame): void
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
  /** Judges a statement whose signature was verified; sends away who may no longer be here. */
  applyStatement(statement: DoorStatement): void
  enter(visitor: Visitor): void
  leave(visitor: Visitor): void
  subscribe(visitor: Visitor): void
  put(blob: Blob, from: Visitor): void
  putReceipt(sealed: Uint8Array, from: Visitor): void
  presence(sealed: Uint8Array, from: Visitor): void
}

export interface RoomOptions {
  readonly store: LogStore
  readonly queue: CommitQueue
  readonly limits: SyncLimits
  readonly meter: Meter
  readonly clock: Clock
  readonly defer: (task: () => void) => void
}

const DAY_SECONDS = 86_400
/** Items in one STORED frame. */
const MAX_ITEMS = 256

/** Loads what the store has of the room; a room that it does not have begins with its root key alone. */
export async function loadRoom(
  name: RoomName,
  rootKey: RelayKey,
  random: Uint8Array,
  { store, queue, limits, meter, clock, defer }: RoomOptions,
): Promise<Room> {
  const record = await store.room(name)
  const door = createDoorList(rootKey, await store.doorRecords(name))
  const quota = createRoomQuota(limits, await store.usage(name))
  const visitors = new Set<Visitor>()
  const subscribers = new Set<Visitor>()
  const nowSeconds = () => Math.floor(clock.now() / 1000)
  let touchedAt = record?.touchedAt ?? nowSeconds()
  let end = record?.end ?? 0
  let stored = record === undefined ? undefined : Promise.resolve()
  let fresh: { readonly item: PlacedBlob; readonly from: Visitor }[] = []
  let acknowledgements = new Map<Visitor, { hash: Uint8Array; cursor: number }[]>()

  const failed = () => {
    for (const visitor of visitors) visitor.sendAway('store-failed')
  }

  const publish = () => {
    for (const [visitor, items] of acknowledgements) {
      for (let i = 0; i < items.length; i += MAX_ITEMS) {
        visitor.send({ type: 'stored', items: items.slice(i, i + MAX_ITEMS) })
      }
    }
    const everything = fresh.map(({ item }) => item)
    const sources = new Set(fresh.map(({ from }) => from))
    for (const visitor of subscribers) {
      const items = sources.has(visitor)
        ? fresh.filter(({ from }) => from !== visitor).map(({ item }) => item)
        : everything
      if (items.length > 0) visitor.push(items)
    }
    acknowledgements = new Map()
    fresh = []
  }

  const publishSoon = () => {
    if (fresh.length === 0 && acknowledgements.size === 0) defer(publish)
  }

  return {
    name,
    levelOf: (key) => door.levelOf(key),
    end: () => end,
    statements: () => door.records().map(({ bytes }) => bytes),
    doorDigest: () => doorDigest(door.records().map(({ bytes }) => bytes)),
    isStored: () => stored !== undefined,
    store() {
      stored ??= (async () => {
        const begun = queue.add({ type: 'room', record: { room: name, rootKey, random, touchedAt } })
        const said = door.records().map((item) => queue.add({ type: 'door', room: name, record: item }))
        await Promise.all([begun, ...said])
      })()
      return stored
    },
    touch() {
      if (stored === undefined || nowSeconds() - touchedAt < DAY_SECONDS) return
      touchedAt = nowSeconds()
      queue.add({ type: 'touch', room: name, at: touchedAt }).catch(failed)
    },
    applyStatement(statement) {
      if (door.apply(statement) !== 'applied') return
      const changed = door.records().find(({ subject }) => sameBytes(subject, statement.subject))
      if (stored !== undefined && changed !== undefined) {
        queue.add({ type: 'door', room: name, record: changed }).catch(failed)
      }
      if (statement.level !== 'none') return
      for (const visitor of visitors) {
        if (sameBytes(visitor.relayKey, statement.subject)) visitor.sendAway('not-admitted')
      }
    },
    enter: (visitor) => void visitors.add(visitor),
    leave(visitor) {
      visitors.delete(visitor)
      subscribers.delete(visitor)
    },
    subscribe: (visitor) => void subscribers.add(visitor),
    put(blob, from) {
      const { hash, lane, channel, bytes } = blob
      const reason = quota.charge(from.relayKey, door.levelOf(from.relayKey), lane, bytes.length)
      if (reason !== undefined) {
        meter.count('waxwing_blobs_declined_total', reason)
        return from.send({ type: 'declined', hash, reason })
      }
      const write = { type: 'blob', room: name, hash, lane, channel, uploader: from.relayKey, bytes } as const
      queue.add(write).then(({ position, isNew }) => {
        publishSoon()
        if (isNew) {
          fresh.push({ item: { cursor: position, bytes }, from })
          meter.count('waxwing_blobs_stored_total', 'all')
          meter.count('waxwing_blob_bytes_stored_total', 'all', bytes.length)
        } else quota.refund(from.relayKey, lane, bytes.length)
        const items = acknowledgements.get(from) ?? []
        acknowledgements.set(from, items)
        items.push({ hash, cursor: position })
        end = Math.max(end, position)
      }, failed)
    },
    putReceipt(sealed, from) {
      queue.add({ type: 'receipt', room: name, key: from.relayKey, bytes: sealed }).then(() => {
        for (const visitor of subscribers) if (visitor !== from) visitor.whisper({ type: 'receipt', sealed })
      }, failed)
    },
    presence(sealed, from) {
      for (const visitor of subscribers) if (visitor !== from) visitor.whisper({ type: 'presence', sealed })
    },
  }
}

export interface Rooms {
  /** The one live room of this name; give it back with `release`. */
  open(name: RoomName, rootKey: RelayKey, random: Uint8Array): Promise<Room>
  release(name: RoomName): void
  /** How many somebody is in. */
  count(): number
  /** Notes that those who are in a room are still there; resolves when that is on disk. */
  touch(): Promise<void>
}

export function createRooms(options: RoomOptions): Rooms {
  const open = new Map<string, { room: Promise<Room>; visits: number }>()
  return {
    open(name, rootKey, random) {
      const key = toHex(name)
      const held = open.get(key) ?? { room: loadRoom(name, rootKey, random, options), visits: 0 }
      held.visits++
      open.set(key, held)
      return held.room
    },
    release(name) {
      const key = toHex(name)
      const held = open.get(key)
      if (held === undefined || --held.visits > 0) return
      void options.queue.idle().then(() => {
        if (held.visits === 0 && open.get(key) === held) open.delete(key)
      })
    },
    count: () => open.size,
    async touch() {
      for (const { room } of open.values()) (await room).touch()
      await options.queue.idle()
    },
  }
}
