/** A store that is held to its contract, and writes to it that one number tells apart. */
import type { ChannelTag, PieceName } from '#lib/base/ids'
import type { BlobLane } from '#lib/protocol/blob'
import type { RelayKey, RoomName } from '#lib/protocol/door'
import type { ReadFilter } from '#lib/protocol/relay-frames'
import type { BlobWrite, LogStore, StoreWrite } from '#relay/log-store'

/** A store that can be closed and opened again with what it kept; `reopen` is absent where nothing is kept. */
export interface StoreUnderTest {
  readonly store: LogStore
  readonly reopen?: () => Promise<LogStore>
}

export const id = (value: number, size = 32) => new Uint8Array(size).fill(value)
export const room = id(1) as RoomName
export const otherRoom = id(2) as RoomName
export const alice = id(10) as RelayKey
export const bob = id(11) as RelayKey
const anything: ReadFilter = { lane: 'any', channel: undefined }

/** Rooms are there before anything in them. */
export const begin = (name = room, touchedAt = 500): StoreWrite => {
  return { type: 'room', record: { room: name, rootKey: alice, random: id(9), touchedAt } }
}
/** Of Alice where it is odd, else of Bob; its bytes are all this number. */
export const blob = (value: number, lane: BlobLane = 'content', size = 100, name = room): BlobWrite => ({
  type: 'blob',
  room: name,
  hash: id(value),
  lane,
  channel: id(lane === 'log' ? 1 : 2, 16) as ChannelTag,
  uploader: value % 2 ? alice : bob,
  storedAt: 3600 * value,
  bytes: id(value, size),
})

export const piece = (value: number, name = room): StoreWrite => ({
  type: 'piece',
  room: name,
  name: id(value) as PieceName,
  uploader: alice,
  bytes: id(value, 300),
})

export const page = { room, after: 0, filter: anything, maxBytes: 10_000, maxBlobs: 100 }
/** The first byte of each. */
export const bytesIn = (blobs: readonly { readonly bytes: Uint8Array }[]) => blobs.map(({ bytes }) => bytes[0])
