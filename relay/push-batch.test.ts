import { describe, expect, it } from 'vitest'
import { concat } from '#lib/base/bytes'
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
    if (!('parts' in shared))
      return shared.sliced.type === 'blobs' ? shared.sliced.items.map(({ cursor }) => cursor) : []
    const frame = decodeRelayFrame(concat(...shared.parts))
    return frame.ok && frame.value.type === 'blobs' ? frame.value.items.map(({ cursor }) => cursor) : []
  })

describe('a batch of pushes', () => {
  it('R4 writes the frames that everybody else writes', () => {
    for (const sizes of [[0], [127, 128, 1, 300], Array.from({ length: 300 }, () => 5), [50_000, 9_000, 20_000]]) {
      const items = placed(...sizes)
      const frames = groupBlobs(items).map((group) => encodeRelayFrame({ type: 'blobs', request: 0, items: group }))
      expect(createPushBatch(items).forAll.map((shared) => 'parts' in shared && concat(...shared.parts))).toEqual(
        frames,
      )
    }
  })

  it('R4 leaves out what is the reader’s own, at any place', () => {
    const items = placed(10, 200, 30, 40, 500)
    const batch = createPushBatch(items)
    for (let own = 0; own < 32; own++) {
      const [mine, others] = [
        items.map((_, i) => i).filter((i) => own & (1 << i)),
        items.filter((_, i) => !(own & (1 << i))),
      ]
      const kept = others.map(({ cursor }) => cursor)
      expect(cursorsOf(batch.without(mine))).toEqual(kept.length > 0 ? [kept] : [])
    }
  })

  it('R4 gives everybody the same frame where it holds nothing of theirs', () => {
    const items = placed(...Array.from({ length: 600 }, () => 5))
    const batch = createPushBatch(items)
    const frames = batch.without([3, 4, 300])
    expect(cursorsOf(frames).flat()).toEqual(
      items.filter((_, i) => ![3, 4, 300].includes(i)).map(({ cursor }) => cursor),
    )
    expect(frames.map((frame, i) => frame === batch.forAll[i])).toEqual([false, false, true])
  })

  it('R4 keeps order around a blob that is too long for a frame', () => {
    const batch = createPushBatch(placed(10, 200_000, 61_000, 20))
    expect(cursorsOf(batch.forAll)).toEqual([[1], [1001], [2001], [3001]])
    expect(cursorsOf(batch.without([0]))).toEqual([[1001], [2001], [3001]])
  })
})
