/**
 * Has a relay drop the entries for which acknowledged segments lie there (S3): reads its segments, compares each with what is
 * held here, and names ranges, channel by channel, in steps of which each is answered soon. It keeps places and never bytes. Each request
 * stands alone: what was dropped before it ended, for whatever reason, stays dropped.
 */
import type { Cancel, Clock } from '#lib/base/clock'
import { type ChainRange, decodeBlob } from '#lib/protocol/blob'
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
/** For an answer, or the next part of one. */
const ANSWER_MS = 30_000

type End = DropSummary['end']
type Question = Omit<ReadFrame, 'request' | 'after'> | Omit<DropFrame, 'request' | 'after'>
type Answer = { readonly frame: PageFrame | DroppedFrame; readonly items: readonly PlacedBlob[] }

const ANSWERS = { read: 'page', drop: 'dropped' } as const

/** What the relay was asked; no answer where it is over. */
interface Asked {
  readonly request: number
  readonly type: Question['type']
  readonly items: PlacedBlob[]
  bytes: number
  readonly resolve: (answer: Answer | undefined) => void
  stopTimer: Cancel
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

  const watch = (): Cancel => clock.after(ANSWER_MS, () => attempt?.finish('lost'))

  const settle = (frame?: PageFrame | DroppedFrame): void => {
    const answered = asked
    asked = undefined
    answered?.stopTimer()
    answered?.resolve(frame && { frame, items: answered.items })
  }

  const ask = (question: Question, after: number): Promise<Answer | undefined> =>
    new Promise((resolve) => {
      const request = ++requests
      asked = { request, type: question.type, items: [], bytes: 0, resolve, stopTimer: watch() }
      send({ ...question, request, after } as RoadFrame)
    })

  function start(onProgress: (progress: DropProgress) => void): Attempt {
    const ranges = createDroppableRanges(MAX_PLACES)
    const counts = { segments: 0, blobs: 0, bytes: 0, young: 0 }
    const found: Record<SegmentComparison, number> = { acknowledged: 0, same: 0, unlike: 0, unknown: 0, unsigned: 0 }
    let end: End | undefined

    const tell = () => onProgress({ segments: counts.segments, blobs: counts.blobs, bytes: counts.bytes })

    const compare = async (bytes: Uint8Array): Promise<void> => {
      const blob = decodeBlob(bytes)
      if (!blob.ok || !blob.value.segment) return
      const { chain, segment } = blob.value
      const head = source.head(chain)
      const comparison = head ? await source.compareSegment(segment.bytes) : 'unknown'
      // whoever may bring blobs could bring such to blame an author, or to keep room from being made
      if (comparison === 'unsigned') return
      if (head) ranges.add(head.channel, { chain, from: segment.from, to: segment.to }, comparison)
      found[comparison]++
      counts.segments++
      tell()
    }

    /** Answers to the end of what there is, each asked for from the cursor of the one before it. */
    async function* answersTo(next: () => Question): AsyncGenerator<Answer> {
      for (let after = 0, hasMore = true; hasMore && !end; ) {
        const question = next()
        const answer = await ask(question, after)
        if (answer?.frame.type !== ANSWERS[question.type]) return finish('lost')
        yield answer
        hasMore = answer.frame.hasMore
        if (hasMore && answer.frame.cursor <= after) return finish('lost')
        after = answer.frame.cursor
      }
    }

    const compareAll = async (): Promise<void> => {
      const filter = { lane: 'segment', channel: undefined } as const
      for await (const { items } of answersTo(() => ({ type: 'read', filter, without: [] }))) {
        for (const { bytes } of items) if (!end) await compare(bytes)
      }
    }

    const count = ({ outcome, blobs, bytes, young }: DroppedFrame): void => {
      counts.blobs += blobs
      counts.bytes += bytes
      counts.young += young
      tell()
      if (outcome !== 'done') finish(outcome)
    }

    const dropAll = async (): Promise<void> => {
      for (const wish of ranges.wishes(source.acknowledged, MAX_CHAIN_RANGES)) {
        // none of a chain that is forked or doubted by now
        const isStraight = ({ chain }: ChainRange) => source.acknowledged(chain).length > 0
        const next = () => ({ type: 'drop', channel: wish.channel, ranges: wish.ranges.filter(isStraight) }) as const
        for await (const { frame } of answersTo(next)) if (frame.type === 'dropped') count(frame)
        if (end) return
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
        asked.stopTimer()
        asked.stopTimer = watch()
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
