import { expect, it } from 'vitest'
import type { ChainTag, ChannelTag, EntryId, EpochTag, Signature } from '#lib/base/ids'
import { decodeBlob } from '#lib/protocol/blob'
import { SUITE, VERSION } from '#lib/protocol/outer-header'
import { encodeSealedSegment, segmentHeader, segmentId } from '#lib/protocol/sealed-segment'
import type { Head } from '#lib/sync/entry-source'
import { emptyMemory } from '#lib/sync/relay-memory'
import { createRelaySegments } from '#lib/sync/relay-segments'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const channel = new Uint8Array(16).fill(1) as ChannelTag
const chain = new Uint8Array(16).fill(2) as ChainTag
const held = [
  { from: 2, to: 9, covers: false },
  { from: 10, to: 12, covers: false },
]

function sealed(from: number, to: number): Uint8Array {
  const [epoch, prev] = [new Uint8Array(16) as EpochTag, new Uint8Array(32).fill(1) as EntryId]
  const header = { version: VERSION, suite: SUITE, lane: 'content' as const, epoch, channel, chain, seq: from, prev }
  const [count, salt, box] = [to - from + 1, new Uint8Array(8), new Uint8Array(64)]
  const headerBytes = segmentHeader(header, count)
  const id = segmentId(headerBytes, salt, box)
  return encodeSealedSegment({ header, count, headerBytes, salt, box, id, signature: new Uint8Array(64) as Signature })
}

it('S2 brings a segment once a connection, also where it does not count as being there then', async () => {
  const clock = createVirtualClock()
  const places: number[] = []
  const segments = createRelaySegments({
    source: {
      heads: () => [{ lane: 'content', channel, chain, seq: 12, id: new Uint8Array(32) as EntryId } satisfies Head],
      segments: () => held,
      isStraight: () => true,
      async nextSegment(_, from) {
        const found = held.find((one) => one.from >= from)
        return found && { bytes: sealed(found.from, found.to), to: found.to }
      },
    },
    isOwn: () => true,
    memory: () => emptyMemory(),
    send(frame) {
      for (const bytes of frame.type === 'put' ? frame.blobs : []) {
        const blob = decodeBlob(bytes)
        if (!blob.ok || !blob.value.segment) continue
        const { hash } = blob.value
        places.push(blob.value.segment.from)
        if (places.length < 20) queueMicrotask(() => segments.stored({ type: 'stored', items: [{ hash, cursor: 1 }] }))
      }
    },
    clock,
    random: createSeededRandom(1),
    onStored() {},
  })
  segments.caughtUp()
  await clock.advance(600_000)
  expect(places).toEqual([2, 10])
  segments.stop()
  segments.caughtUp()
  await clock.advance(600_000)
  expect(places).toEqual([2, 10, 2, 10])
  segments.stop()
})
