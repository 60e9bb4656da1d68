import { describe, expect, it } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import type { RoomName } from '#lib/protocol/door'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { LANES, type Placed, type StoreWrite } from '#relay/log-store'
import { memoryOf, packPlaced, packWrites, unpackPlaced, unpackWrites } from '#relay/write-parcel'

const random = createSeededRandom(1)
const rooms = [0, 1].map(() => random.bytes(32) as RoomName)
const keys = [0, 1, 2].map(() => random.bytes(32))
const blob = (i: number): StoreWrite => ({
  type: 'blob',
  room: rooms[i % 2] as RoomName,
  hash: random.bytes(32),
  lane: LANES[i % 3] ?? 'log',
  channel: random.bytes(16) as ChannelTag,
  uploader: keys[i % 3] as Uint8Array,
  storedAt: 1_790_000_000 + 3600 * i,
  bytes: random.bytes((i * 37) % 200),
})
const touch: StoreWrite = { type: 'touch', room: rooms[0] as RoomName, at: 7 }
const receipt: StoreWrite = {
  type: 'receipt',
  room: rooms[1] as RoomName,
  key: keys[0] as Uint8Array,
  bytes: random.bytes(9),
}

describe('a parcel of writes', () => {
  it.each([
    ['none', []],
    ['one blob', [blob(1)]],
    ['other writes alone', [touch, receipt]],
    ['blobs before, between and behind others', [blob(0), blob(1), touch, blob(2), receipt, touch, blob(3), blob(4)]],
  ])('R4 holds what was put into it, in order, when it comes to another thread: %s', (_, writes) => {
    const parcel = packWrites(writes)
    expect(unpackWrites(structuredClone(parcel, { transfer: [...memoryOf(parcel)] }))).toEqual(writes)
  })

  it('R4 leaves whoever packs the arrays that were packed', () => {
    const write = blob(5)
    const parcel = packWrites([write])
    structuredClone(parcel, { transfer: [...memoryOf(parcel)] })
    expect(unpackWrites(packWrites([write]))).toEqual([write])
  })

  it('R4 tells on its way back what became of each', () => {
    const placed: Placed[] = [
      { position: 1, isNew: true },
      { position: 2 ** 40, isNew: false },
      { position: 0, isNew: false },
    ]
    expect(unpackPlaced(structuredClone(packPlaced(placed)))).toEqual(placed)
    expect(unpackPlaced(packPlaced([]))).toEqual([])
  })
})
