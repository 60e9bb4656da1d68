import { describe, expect, it } from 'vitest'
import type { ChainTag, ChannelTag, EntryId, EpochTag, Signature } from '#lib/base/ids'
import { segmentBlobOf } from '#lib/protocol/blob'
import type { DropFrame, DroppedFrame } from '#lib/protocol/drop-frames'
import { SUITE, VERSION } from '#lib/protocol/outer-header'
import type { BlobsFrame, PageFrame, ReadFrame } from '#lib/protocol/relay-frames'
import { decodeSealedSegment, encodeSealedSegment, segmentHeader, segmentId } from '#lib/protocol/sealed-segment'
import type { Head, SegmentComparison } from '#lib/sync/entry-source'
import { createRelayDrops, type DropProgress } from '#lib/sync/relay-drops'
import type { RoadFrame } from '#lib/sync/relay-road'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const chainOf = (number: number): ChainTag => new Uint8Array(16).fill(number) as ChainTag

const channelOf = (chain: number): ChannelTag => new Uint8Array(16).fill(chain > 10 ? 2 : 1) as ChannelTag
const COMPARISONS: readonly SegmentComparison[] = ['acknowledged', 'same', 'unlike', 'unknown', 'unsigned']

/** The segment that the author of a chain made of these entries; `comparison` is what a comparison with them says. */
function segment(chain: number, from: number, to: number, comparison: SegmentComparison = 'acknowledged'): Uint8Array {
  const header = {
    ...{ version: VERSION, suite: SUITE, lane: 'content' as const, chain: chainOf(chain), seq: from },
    epoch: new Uint8Array(16) as EpochTag,
    channel: channelOf(chain),
    prev: new Uint8Array(32).fill(1) as EntryId,
  }
  const count = to - from + 1
  const headerBytes = segmentHeader(header, count)
  const salt = new Uint8Array(8).fill(COMPARISONS.indexOf(comparison))
  const box = new Uint8Array(64)
  const signature = new Uint8Array(64) as Signature
  return encodeSealedSegment({
    header,
    count,
    headerBytes,
    salt,
    box,
    id: segmentId(headerBytes, salt, box),
    signature,
  })
}

const settled = () => new Promise(setImmediate)

/** An attempt at a relay whose pages hold these segments; a test answers by hand where `answers` is off. */
function begin(
  pages: readonly (readonly Uint8Array[])[],
  { answers = true, steps = 1, known = (_: number): boolean => true } = {},
) {
  const clock = createVirtualClock()
  const frames: (ReadFrame | DropFrame)[] = []
  const compared: Uint8Array[] = []
  const hold = { comparing: undefined as Promise<void> | undefined, doubted: 0 }
  const drops = createRelayDrops({
    clock,
    source: {
      head: (chain) => (known(chain[0] ?? 0) ? ({ channel: channelOf(chain[0] ?? 0) } as Head) : undefined),
      acknowledged: (chain) => (chain[0] === hold.doubted ? [] : [{ from: 2, to: 1000 }]),
      async compareSegment(bytes) {
        compared.push(bytes)
        await hold.comparing
        const sealed = decodeSealedSegment(bytes)
        return COMPARISONS[sealed.ok ? (sealed.value.salt[0] ?? 0) : 0] ?? 'unknown'
      },
    },
    send(frame: RoadFrame) {
      if (frame.type !== 'read' && frame.type !== 'drop') return
      frames.push(frame)
      if (answers) queueMicrotask(() => answer(frame))
    },
  })

  function answer(frame: ReadFrame | DropFrame, dropped: Partial<DroppedFrame> = {}) {
    const { request, after } = frame
    if (frame.type === 'drop') {
      const at = { cursor: after + 100, hasMore: after + 100 < steps * 100 }
      drops.handle({ type: 'dropped', request, outcome: 'done', ...at, blobs: 3, bytes: 900, young: 10, ...dropped })
      return
    }
    const items = (pages[frame.after] ?? []).map((sealed, i) => ({ cursor: i + 1, bytes: segmentBlobOf(sealed).bytes }))
    drops.handle({ type: 'blobs', request, items } satisfies BlobsFrame)
    const cursor = frame.after + 1
    drops.handle({ type: 'page', request, cursor, hasMore: cursor < pages.length } satisfies PageFrame)
  }

  const progress: DropProgress[] = []
  const dropping = drops.begin((now) => progress.push(now))
  const asked = () => frames.flatMap((frame) => (frame.type === 'drop' ? [frame.ranges] : []))
  return { clock, drops, dropping, frames, compared, progress, asked, answer, hold }
}

describe('making room at a relay', () => {
  it('S3 compares every segment there, page by page, and has dropped what acknowledged ones stand for', async () => {
    const { drops, dropping, frames, asked, progress } = begin([
      [segment(1, 2, 9), segment(2, 2, 5, 'same')],
      [segment(1, 10, 19), segment(11, 2, 9), segment(3, 2, 9, 'unlike')],
    ])
    expect(frames).toEqual([])
    drops.caughtUp()
    expect(await dropping.summary).toEqual({
      ...{ end: 'through', segments: 5, blobs: 6, bytes: 1800, young: 20 },
      ...{ waiting: 1, lacking: 0, unlike: 1 },
    })
    expect(frames.map(({ type }) => type)).toEqual(['read', 'read', 'drop', 'drop'])
    expect(asked()).toEqual([[{ chain: chainOf(1), from: 2, to: 19 }], [{ chain: chainOf(11), from: 2, to: 9 }]])
    expect(progress.map(({ segments, bytes }) => [segments, bytes])).toEqual([
      ...[1, 2, 3, 4, 5].map((segments) => [segments, 0]),
      ...[
        [5, 900],
        [5, 1800],
      ],
    ])
  })

  it('S3 attack 60 is kept from nothing by segments that others brought in the name of an author', async () => {
    const { drops, dropping, asked } = begin([[segment(1, 2, 9), segment(1, 2, 9, 'unsigned')]])
    drops.caughtUp()
    expect(await dropping.summary).toMatchObject({ end: 'through', segments: 1, unlike: 0 })
    expect(asked()).toEqual([[{ chain: chainOf(1), from: 2, to: 9 }]])
  })

  it('S3 goes on from each answer’s cursor, telling what went, until the relay looked at all of the channel', async () => {
    const { drops, dropping, frames, asked, progress } = begin([[segment(1, 2, 9), segment(11, 2, 9)]], { steps: 3 })
    drops.caughtUp()
    expect(await dropping.summary).toMatchObject({ end: 'through', blobs: 18, bytes: 5400, young: 60 })
    const channels = [1, 11].flatMap((chain) => Array(3).fill([{ chain: chainOf(chain), from: 2, to: 9 }]))
    expect(asked()).toEqual(channels)
    expect(frames.slice(1).map(({ after }) => after)).toEqual([0, 100, 200, 0, 100, 200])
    expect(progress.slice(2).map(({ bytes }) => bytes)).toEqual([900, 1800, 2700, 3600, 4500, 5400])
  })

  it('S3 names no chain any more that is forked or doubted since the step before', async () => {
    const [one, two] = [1, 2].map((chain) => ({ chain: chainOf(chain), from: 2, to: 9 }))
    const { drops, dropping, frames, asked, answer, hold } = begin([[segment(1, 2, 9), segment(2, 2, 9)]], {
      answers: false,
      steps: 2,
    })
    drops.caughtUp()
    await settled()
    answer(frames[0] as ReadFrame)
    await settled()
    hold.doubted = 1
    answer(frames[1] as DropFrame)
    await settled()
    answer(frames[2] as DropFrame)
    expect(await dropping.summary).toMatchObject({ end: 'through' })
    expect(asked()).toEqual([[one, two], [two]])
  })

  it('S3 stops between two steps, and loses no more than one with the connection', async () => {
    for (const end of ['stopped', 'lost'] as const) {
      const { drops, dropping, frames, answer } = begin([[segment(1, 2, 9)]], { answers: false, steps: 9 })
      drops.caughtUp()
      await settled()
      answer(frames[0] as ReadFrame)
      await settled()
      answer(frames[1] as DropFrame)
      await settled()
      if (end === 'stopped') dropping.stop()
      else drops.lost()
      await settled()
      answer(frames[2] as DropFrame)
      expect(await dropping.summary).toMatchObject({ end, bytes: end === 'stopped' ? 1800 : 900 })
      expect(frames).toHaveLength(3)
    }
  })

  it('S3 asks for nothing that is not held here, and says how much that is', async () => {
    const { drops, dropping, asked, compared } = begin([[segment(1, 2, 9), segment(2, 2, 9, 'unknown')]], {
      known: (chain) => chain !== 1,
    })
    drops.caughtUp()
    expect(await dropping.summary).toMatchObject({ end: 'through', segments: 2, lacking: 2, bytes: 0 })
    expect(compared).toHaveLength(1)
    expect(asked()).toEqual([])
  })

  it.each(['off', 'not-allowed'] as const)(
    'S3 ends with what the relay says, and what it did before: %s',
    async (outcome) => {
      const { drops, dropping, frames, answer } = begin([[segment(1, 2, 9), segment(11, 2, 9)]], { answers: false })
      drops.caughtUp()
      await settled()
      answer(frames[0] as ReadFrame)
      await settled()
      answer(frames[1] as DropFrame, { outcome, blobs: 1, bytes: 200, young: 0 })
      expect(await dropping.summary).toMatchObject({ end: outcome, segments: 2, blobs: 1, bytes: 200 })
      expect(frames).toHaveLength(2)
    },
  )

  it('S3 ends when the connection goes, and what was dropped counts', async () => {
    const { drops, dropping, frames, answer } = begin([[segment(1, 2, 9), segment(11, 2, 9)]], { answers: false })
    drops.caughtUp()
    await settled()
    answer(frames[0] as ReadFrame)
    await settled()
    answer(frames[1] as DropFrame)
    await settled()
    drops.lost()
    expect(await dropping.summary).toMatchObject({ end: 'lost', blobs: 3, bytes: 900 })
    answer(frames[2] as DropFrame)
    expect(drops.handle({ type: 'page', request: 1, cursor: 1, hasMore: false })).toBe(false)
  })

  it('S3 stops when told to, before it begins, while it reads, and after the answer to what it asked for', async () => {
    const early = begin([[segment(1, 2, 9)]])
    early.dropping.stop()
    expect(await early.dropping.summary).toMatchObject({ end: 'stopped', segments: 0 })
    expect(early.frames).toEqual([])

    const reading = begin([[segment(1, 2, 9)]], { answers: false })
    reading.drops.caughtUp()
    await settled()
    reading.dropping.stop()
    expect(await reading.dropping.summary).toMatchObject({ end: 'stopped', segments: 0 })

    const asking = begin([[segment(1, 2, 9), segment(11, 2, 9)]], { answers: false })
    asking.drops.caughtUp()
    await settled()
    asking.answer(asking.frames[0] as ReadFrame)
    await settled()
    asking.dropping.stop()
    await settled()
    asking.answer(asking.frames[1] as DropFrame)
    expect(await asking.dropping.summary).toMatchObject({ end: 'stopped', bytes: 900 })
    expect(asking.frames).toHaveLength(2)
  })

  it('S3 does not wait for a relay that never answers, that shows the same page for ever, or far too much', async () => {
    const silent = begin([[segment(1, 2, 9)]], { answers: false })
    silent.drops.caughtUp()
    await silent.clock.advance(30_000)
    expect(await silent.dropping.summary).toMatchObject({ end: 'lost' })

    const slow = begin([[segment(1, 2, 9)]], { answers: false })
    slow.drops.caughtUp()
    await settled()
    const [page] = slow.frames
    for (let i = 0; i < 3; i++) {
      await slow.clock.advance(29_000)
      slow.drops.handle({ type: 'blobs', request: page?.request ?? 0, items: [] })
    }
    await slow.clock.advance(29_000)
    slow.answer(page as ReadFrame)
    await settled()
    slow.answer(slow.frames[1] as DropFrame)
    expect(await slow.dropping.summary).toMatchObject({ end: 'through', bytes: 900 })

    const still = begin([[segment(1, 2, 9)]], { answers: false })
    still.drops.caughtUp()
    await settled()
    still.answer(still.frames[0] as ReadFrame)
    await settled()
    still.answer(still.frames[1] as DropFrame, { cursor: 7, hasMore: true })
    await settled()
    still.answer(still.frames[2] as DropFrame, { cursor: 7, hasMore: true })
    expect(await still.dropping.summary).toMatchObject({ end: 'lost', bytes: 1800 })
    expect(still.frames).toHaveLength(3)

    const stuck = begin([], { answers: false })
    stuck.drops.caughtUp()
    await settled()
    const { request = 0 } = stuck.frames[0] ?? {}
    stuck.drops.handle({ type: 'page', request, cursor: 0, hasMore: true })
    expect(await stuck.dropping.summary).toMatchObject({ end: 'lost' })
    expect(stuck.frames).toHaveLength(1)

    const flooded = begin([], { answers: false })
    flooded.drops.caughtUp()
    await settled()
    const items = [{ cursor: 1, bytes: new Uint8Array(1_000_000) }]
    for (let i = 0; i < 9; i++) flooded.drops.handle({ type: 'blobs', request, items })
    expect(await flooded.dropping.summary).toMatchObject({ end: 'lost' })
  })

  it('S3 says so when what is held here cannot be read, and can begin again', async () => {
    const { drops, dropping, hold } = begin([[segment(1, 2, 9)]])
    hold.comparing = Promise.reject(new Error('disk'))
    drops.caughtUp()
    expect(await dropping.summary).toMatchObject({ end: 'failed', bytes: 0 })
    hold.comparing = undefined
    const again = drops.begin(() => {})
    expect(again).not.toBe(dropping)
    expect(await again.summary).toMatchObject({ end: 'through', bytes: 900 })
  })

  it('S3 is done once at a time', () => {
    const { drops, dropping } = begin([])
    expect(drops.begin(() => {})).toBe(dropping)
  })
})
