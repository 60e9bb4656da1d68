/**
 * Brings segments to a relay, one of each chain at a time, in order (S0, S2, R5): own ones, and after a random while those
 * of others that stand in the place of entries here, where the relay has neither.
 */
import { toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { ChainTag } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import { type SegmentInBlob, segmentBlobOf } from '#lib/protocol/blob'
import type { StoredFrame } from '#lib/protocol/relay-frames'
import type { EntrySource, SegmentHere } from '#lib/sync/entry-source'
import type { Range } from '#lib/sync/held-ranges'
import type { RelayMemory } from '#lib/sync/relay-memory'
import type { RoadFrame } from '#lib/sync/relay-road'

export interface RelaySegments {
  /** The relay has been read to its end: now it shows what it lacks. */
  caughtUp(): void
  /** A new own segment of this chain is on disk. */
  folded(chain: ChainTag): void
  stored(frame: StoredFrame): void
  /** What the relay declined is tried again on the next connection. */
  stop(): void
}

export interface RelaySegmentsOptions {
  readonly source: Pick<EntrySource, 'heads' | 'segments' | 'isStraight' | 'nextSegment'>
  readonly isOwn: (chain: ChainTag) => boolean
  readonly memory: () => RelayMemory
  readonly send: (frame: RoadFrame) => void
  readonly clock: Clock
  readonly random: Random
  /** A segment is on the relay's disk, at this cursor. */
  readonly onStored: (chain: ChainTag, segment: SegmentInBlob, cursor: number) => void
}

/** Others may be quicker to bring what is nobody's own. */
const OTHERS_AFTER_MS = 30_000
const LOOK_MS = 60_000

const placeOf = (chain: ChainTag, { from, to }: Range): string => `${toHex(chain)}/${from}/${to}`
const overlaps = (a: Range, b: Range): boolean => a.from <= b.to && b.from <= a.to

export function createRelaySegments(options: RelaySegmentsOptions): RelaySegments {
  const { source, isOwn, memory, send, clock, random } = options
  let isOpen = false
  /** By the hash of a blob. */
  const sent = new Map<string, { readonly chain: ChainTag; readonly segment: SegmentInBlob }>()
  const busy = new Set<string>()
  /** Places of segments that this connection was told of: what cannot be remembered as there is not brought for ever. */
  const brought = new Set<string>()
  let stopTimer: Cancel = () => {}

  const isLacking = (chain: ChainTag, segment: SegmentHere): boolean => {
    const { segments, held } = memory()
    const there = segments.of(chain)
    if (isOwn(chain)) return !there.some(({ from, to }) => from === segment.from && to === segment.to)
    const lacksEntries = held.firstMissing(chain, segment.to, segment.from) !== undefined
    return segment.covers && lacksEntries && !there.some((known) => overlaps(known, segment))
  }

  const put = async (chain: ChainTag): Promise<void> => {
    const key = toHex(chain)
    if (!isOpen || busy.has(key) || !source.isStraight(chain)) return
    const next = source.segments(chain).find((one) => isLacking(chain, one) && !brought.has(placeOf(chain, one)))
    if (!next) return
    busy.add(key)
    brought.add(placeOf(chain, next))
    const held = await source.nextSegment(chain, next.from)
    if (!isOpen) return
    const blob = held && segmentBlobOf(held.bytes)
    if (!blob?.segment) return void busy.delete(key)
    sent.set(toHex(blob.hash), { chain, segment: blob.segment })
    send({ type: 'put', blobs: [blob.bytes] })
  }

  const putOfEverybody = () => {
    for (const { lane, chain } of source.heads()) if (lane === 'content') void put(chain)
    stopTimer = clock.after(LOOK_MS + randomBelow(random, OTHERS_AFTER_MS), putOfEverybody)
  }

  return {
    caughtUp() {
      isOpen = true
      for (const { lane, chain } of source.heads()) if (lane === 'content' && isOwn(chain)) void put(chain)
      stopTimer()
      stopTimer = clock.after(randomBelow(random, OTHERS_AFTER_MS), putOfEverybody)
    },
    folded: (chain) => void put(chain),
    stored({ items }) {
      for (const { hash, cursor } of items) {
        const item = sent.get(toHex(hash))
        if (!item || !sent.delete(toHex(hash))) continue
        busy.delete(toHex(item.chain))
        options.onStored(item.chain, item.segment, cursor)
        void put(item.chain)
      }
    },
    stop() {
      isOpen = false
      stopTimer()
      sent.clear()
      busy.clear()
      brought.clear()
    },
  }
}
