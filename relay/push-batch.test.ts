import { describe, expect, it } from 'vitest'
import { decodeRelayFrame, encodeRelayFrame, type PlacedBlob } from '#lib/protocol/relay-frames'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createPushBatch } from '#relay/push-batch'
import { groupBlobs } from '#relay/reader-guard'
import type { SharedFrame } from '#relay/shared-frame'

function placed(...sizes: readonly number[]): PlacedBlob[] {
  const random = createSeededRandom(sizes.length)
  return sizes.map((size, i) => ({ cursor: i * 1000 + 1, bytes: random.bytes(size) }))
}

/** Cursors that come with each frame. */
const cursorsOf = (frames: readonly SharedFrame[]) =>
  frames.map((shared) => {
    if (!('bytes' in shared))
      return shared.sliced.type === 'blobs' ? shared.sliced.items.map(({ cursor }) => cursor) : []
    const frame = decodeRelayFrame(shared.bytes)
    return frame.ok && frame.value.type === 'blobs' ? frame.value.items.map(({ cursor }) => cursor) : []
  })

describe('a batch of pushes', () => {
  it('R4 writes the frames that everybody else writes', () => {
    for (const sizes of [[0], [127, 128, 1, 300], Array.from({ length: 300 }, () => 5), [50_000, 9_000, 20_000]]) {
      const items = placed(...sizes)
      const frames = groupBlobs(items).map((group) => encodeRelayFrame({ type: 'blobs', request: 0, items: group }))
      expect(createPushBatch(items).forAll.map((shared) => 'bytes' in shared && Uint8Array.from(shared.bytes))).toEqual(
        frames,
      )
    }
  })

  it('R4 leaves out what is the reader’s own, at any place', () => {
    const items = placed(10, 200, 30, 40, 500)
    const batch = createPushBatch(items)
    for (let own = 0; own < 32; own++) {
      const isOwn = (item: PlacedBlob) => (own & (1 << items.indexOf(item))) !== 0
      const kept = items.filter((item) => !isOwn(item)).map(({ cursor }) => cursor)
      expect(cursorsOf(batch.without(isOwn))).toEqual(kept.length > 0 ? [kept] : [])
    }
  })

  it('R4 keeps order around a blob that is too long for a frame', () => {
    const batch = createPushBatch(placed(10, 200_000, 61_000, 20))
    expect(cursorsOf(batch.forAll)).toEqual([[1], [1001], [2001], [3001]])
    expect(cursorsOf(batch.without(({ cursor }) => cursor === 1))).toEqual([[1001], [2001], [3001]])
  })
})
