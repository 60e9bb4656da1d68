/**
 * Has a relay drop the entries for which acknowledged segments lie there (S3): reads its segments, compares each with what is
 * held here, and names ranges, channel by channel. It keeps places and never bytes. Each request stands alone: what was
 * dropped before it ended, for whatever reason, stays dropped.
 */
import type { Cancel, Clock } from '#lib/base/clock'
import { decodeBlob } from '#lib/protocol/blob'
import { MAX_CHAIN_RANGES } from '#lib/protocol/chain-ranges'
import type { DropFrame, DroppedFrame } from '#lib/protocol/drop-frames'
import type { BlobsFrame, PageFrame, PlacedBlob, ReadFrame } from '#lib/protocol/relay-frames'
import { createDroppableRanges } from '#lib/sync/droppable-ranges'
import type { EntrySource, SegmentComparison } from '#lib/sync/entry-source'
import type { RoadFrame } from '#lib/sync/relay-road'

/** How far it is. */
export interface DropProgress {
  /** Segments that were compared. */
  readonly segments: number
  /** What went so far. */
  readonly blobs: number
  readonly bytes: number
}

/** What came of it. */
export interface DropSummary extends DropProgress {
  /**
   * Why it is over. `lost`: the connection is gone, or the relay answers no more or makes no sense; `failed`: what is held here
   * could not be read; `off`, `not-allowed`: the relay's words.
   */
  readonly end: 'through' | 'stopped' | 'lost' | 'failed' | 'off' | 'not-allowed'
  /** Bytes that may go and lie there for too short a time. */
  readonly young: number
  /** Segments that too few people acknowledged so far. */
  readonly waiting: number
  /** Segments of which not all entries are held here. */
  readonly lacking: number
  /** Segments that are not the fold of their entries. */
  readonly unlike: number
}

export interface Dropping {
  readonly summary: Promise<DropSummary>
  /** What the relay was asked for is waited for, so that the summary is true. */
  stop(): void
}

export interface RelayDrops {
  /** Waits until the relay was read to its end. One at a time: a second call joins the first. */
  begin(onProgress: (progress: DropProgress) => void): Dropping
  /** The relay has been read to its end. */
  caughtUp(): void
  /** Whether the frame is an answer for this file. */
  handle(frame: BlobsFrame | PageFrame | DroppedFrame): boolean
  /** The connection is gone. */
  lost(): void
}

export interface RelayDropsOptions {
  readonly source: Pick<EntrySource, 'head' | 'acknowledged' | 'compareSegment'>
  readonly clock: Clock
  readonly send: (frame: RoadFrame) => void
}

/** Requests from here on are of this file, so that no other page is taken for one of its own. */
const FIRST_REQUEST = 2 ** 40
/** More than any relay puts in a page. */
const MAX_PAGE_BYTES = 8_388_608
/** Places of segments that are remembered. */
const MAX_PLACES = 65_536
/** A relay that looks through a large room takes minutes. */
const ANSWER_MS = 600_000

type End = DropSummary['end']
type Question = Omit<ReadFrame, 'request'> | Omit<DropFrame, 'request'>
type Answer = { readonly frame: PageFrame | DroppedFrame; readonly items: readonly PlacedBlob[] }

/** What the relay was asked; no answer where it is over. */
interface Asked {
  readonly request: number
  readonly type: Question['type']
  readonly items: PlacedBlob[]
  bytes: number
  readonly resolve: (answer: Answer | undefined) => void
  readonly stopTimer: Cancel
}

interface Attempt extends Dropping {
  finish(why: End): void
}

export function createRelayDrops({ source, clock, send }: RelayDropsOptions): RelayDrops {
  let isCaughtUp = false
  let requests = FIRST_REQUEST
  let asked: Asked | undefined
  let attempt: Attempt | undefined
  let onReady: () => void = () => {}

  const settle = (frame?: PageFrame | DroppedFrame): void => {
    const answered = asked
    asked = undefined
    answered?.stopTimer()
    answered?.resolve(frame && { frame, items: answered.items })
  }

  const ask = (question: Question): Promise<Answer | undefined> =>
    new Promise((resolve) => {
      const request = ++requests
      const stopTimer = clock.after(ANSWER_MS, () => attempt?.finish('lost'))
      asked = { request, type: question.type, items: [], bytes: 0, resolve, stopTimer }
      send({ ...question, request } as RoadFrame)
    })

  function start(onProgress: (progress: DropProgress) => void): Attempt {
    const ranges = createDroppableRanges(MAX_PLACES)
    const counts = { segments: 0, blobs: 0, bytes: 0, young: 0 }
    const found: Record<SegmentComparison, number> = { acknowledged: 0, same: 0, unlike: 0, unknown: 0 }
    let end: End | undefined

    const tell = () => onProgress({ segments: counts.segments, blobs: counts.blobs, bytes: counts.bytes })

    const compare = async (bytes: Uint8Array): Promise<void> => {
      const blob = decodeBlob(bytes)
      if (!blob.ok || !blob.value.segment) return
      const { chain, segment } = blob.value
      const head = source.head(chain)
      const comparison = head ? await source.compareSegment(segment.bytes) : 'unknown'
      if (head) ranges.add(head.channel, { chain, from: segment.from, to: segment.to }, comparison)
      found[comparison]++
      counts.segments++
      tell()
    }

    const compareAll = async (): Promise<void> => {
      for (let after = 0, hasMore = true; hasMore && !end; ) {
        const filter = { lane: 'segment', channel: undefined } as const
        const answer = await ask({ type: 'read', after, filter, without: [] })
        if (answer?.frame.type !== 'page') return finish('lost')
        for (const { bytes } of answer.items) if (!end) await compare(bytes)
        hasMore = answer.frame.hasMore
        if (hasMore && answer.frame.cursor <= after) return finish('lost')
        after = answer.frame.cursor
      }
    }

    const dropAll = async (): Promise<void> => {
      for (const wish of ranges.wishes(source.acknowledged, MAX_CHAIN_RANGES)) {
        if (end) return
        const answer = await ask({ type: 'drop', ...wish })
        if (answer?.frame.type !== 'dropped') return finish('lost')
        const { outcome, blobs, bytes, young } = answer.frame
        counts.blobs += blobs
        counts.bytes += bytes
        counts.young += young
        tell()
        if (outcome !== 'done') return finish(outcome)
      }
    }

    /** The first reason stands. */
    function finish(why: End): void {
      end ??= why
      if (why !== 'stopped' || asked?.type === 'read') settle()
      onReady()
    }

    const run = async (): Promise<DropSummary> => {
      if (!isCaughtUp && !end)
        await new Promise<void>((resolve) => {
          onReady = resolve
        })
      try {
        await compareAll()
        await dropAll()
      } catch {
        finish('failed')
      }
      attempt = undefined
      const { same: waiting, unknown: lacking, unlike } = found
      return { ...counts, end: end ?? 'through', waiting, lacking, unlike }
    }
    // after `attempt` is known
    const summary = Promise.resolve().then(run)
    return { summary, finish, stop: () => finish('stopped') }
  }

  return {
    begin(onProgress) {
      attempt ??= start(onProgress)
      return attempt
    },
    caughtUp() {
      isCaughtUp = true
      onReady()
    },
    handle(frame) {
      if (frame.request <= FIRST_REQUEST) return false
      if (frame.request !== asked?.request) return true
      if (frame.type !== 'blobs') settle(frame)
      else {
        asked.items.push(...frame.items)
        asked.bytes += frame.items.reduce((sum, { bytes }) => sum + bytes.length, 0)
        if (asked.bytes > MAX_PAGE_BYTES) attempt?.finish('lost')
      }
      return true
    },
    lost() {
      isCaughtUp = false
      attempt?.finish('lost')
    },
  }
}
