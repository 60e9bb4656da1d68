/**
 * Reads one relay room: everything missed first, then what others push, and again what could not be used at once
 * (protocol.md R4, R5). The cursor moves only past what the replica has taken or what is remembered as waiting.
 */
import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { SegmentInBlob } from '#lib/protocol/blob'
import type { BehindFrame, BlobsFrame, PageFrame, PlacedBlob, SubscribedFrame } from '#lib/protocol/relay-frames'
import type { EntrySource } from '#lib/sync/entry-source'
import type { Range } from '#lib/sync/held-ranges'
import { readMissed } from '#lib/sync/read-missed'
import { createRelayIntake } from '#lib/sync/relay-intake'
import { noteWaiting, type RelayMemory } from '#lib/sync/relay-memory'
import { createRelayOriginals } from '#lib/sync/relay-originals'
import { createRelayQuestions, type RelayQuestions } from '#lib/sync/relay-questions'
import type { RoadFrame } from '#lib/sync/relay-road'
import { createSegmentRanges, type SegmentRanges } from '#lib/sync/segment-ranges'
import { createWaitingChannels } from '#lib/sync/waiting-channels'

export interface RelayReader {
  /** Begins to catch up on a fresh connection; up to `known` everything was read on others. */
  start(known: number): void
  handle(frame: BlobsFrame | PageFrame | SubscribedFrame | BehindFrame): void
  /** An own blob was stored at `cursor`. */
  passed(cursor: number): void
  /** What was read of this channel says no more what the relay holds. */
  readAgain(channel: ChannelTag): void
  /** The connection is gone. */
  stop(): void
}

export interface RelayReaderOptions {
  readonly source: EntrySource
  readonly clock: Clock
  readonly memory: () => RelayMemory
  readonly send: (frame: RoadFrame) => void
  /** The relay holds these entries of a chain or branch as the replica does. */
  readonly onHeld: (line: ChainTag, range: Range) => void
  /** The relay holds this segment, which its author signed. */
  readonly onSegment: (chain: ChainTag, segment: SegmentInBlob) => void
  /** Everything that was there has been read; again after each time the relay pushed too fast. */
  readonly onCaughtUp: () => void
  /** The replica could not take a run, say for want of disk; the cursor stays before it. */
  readonly onFailed: () => void
  /** Whether nobody writes now: entries for which segments stand may come. */
  readonly mayFill: () => boolean
  /** Memory has changed and may be saved. */
  readonly onProgress: () => void
}

/** One connection's reading. */
interface Visit {
  readonly known: number
  readonly questions: RelayQuestions
  /** What segments stand for that came on this connection. */
  readonly ranges: SegmentRanges
  readonly isOver: boolean
  isCaughtUp: boolean
  isBusy: boolean
  isBehind: boolean
  lastPush: number
}

export function createRelayReader(options: RelayReaderOptions): RelayReader {
  const { source, memory, send, onFailed, onProgress } = options
  let visit: Visit | undefined
  /** The channel (hex) of which entries are fetched for which segments stand. */
  let filling: string | undefined

  const moveTo = (cursor: number) => {
    if (cursor <= memory().cursor) return
    memory().cursor = cursor
    onProgress()
  }

  const intake = createRelayIntake({
    ...options,
    onTaken({ lane, channel }) {
      if (lane === 'segment') originals.lookAgain(channel)
      waiting.noteTaken(channel, lane)
    },
    onWaiting: (channel, cursor) => waiting.keep(channel, cursor),
    onCovered(channel) {
      if (filling !== toHex(channel) && !waiting.isReadWhole(channel)) noteWaiting(memory(), channel, 1)
    },
  })
  const waiting = createWaitingChannels({
    memory,
    inOrder: intake.inOrder,
    onReadWhole: (channel) => originals.readWhole(channel),
    onProgress,
  })
  const originals = createRelayOriginals({
    ...options,
    async readPage(channel, after, without) {
      filling = toHex(channel)
      const page = await visit?.questions.readPage({ lane: 'content', channel }, after, without)
      filling = undefined
      return page
    },
  })

  const catchUp = async (current: Visit) => {
    const isRead = await readMissed(current, { source, memory, moveTo, onLeftOut: originals.lookAgain })
    if (!isRead || current.isBehind) return
    current.isCaughtUp = true
    moveTo(current.lastPush)
  }

  /** Everything that is to be asked of the relay, one thing at a time. */
  const keepUp = async (current: Visit) => {
    if (current.isBusy) return
    current.isBusy = true
    while (!current.isOver) {
      const wasCaughtUp = current.isCaughtUp
      current.isBehind = false
      if (!wasCaughtUp) await catchUp(current)
      if (current.isCaughtUp) await waiting.readAgain(current.questions)
      if (!wasCaughtUp && current.isCaughtUp && !current.isOver) {
        options.onCaughtUp()
        originals.begin()
      }
      if (current.isCaughtUp && !waiting.isDue()) break
    }
    current.isBusy = false
  }

  const takePush = async (current: Visit, items: readonly PlacedBlob[]) => {
    await intake.take(items, current)
    if (current.isOver) return
    current.lastPush = Math.max(current.lastPush, items.at(-1)?.cursor ?? 0)
    if (!current.isCaughtUp) return
    moveTo(current.lastPush)
    void keepUp(current)
  }

  const createVisit = (known: number): Visit => {
    const take = (items: readonly PlacedBlob[]) => intake.inOrder(() => intake.take(items, created))
    const questions = createRelayQuestions({ send, take, onFailed })
    const created: Visit = {
      known,
      questions,
      ranges: createSegmentRanges(),
      get isOver() {
        return questions.isOver
      },
      isCaughtUp: false,
      isBusy: false,
      isBehind: false,
      lastPush: 0,
    }
    return created
  }

  return {
    start(known) {
      visit = createVisit(known)
      waiting.begin()
      intake.begin()
      void keepUp(visit)
    },
    handle(frame) {
      const current = visit
      if (current === undefined) return
      if (frame.type === 'behind') {
        current.isCaughtUp = false
        current.isBehind = true
        void intake.inOrder(() => void keepUp(current))
      } else if (frame.type === 'blobs' && frame.request === 0) {
        void intake.inOrder(() => takePush(current, frame.items))
      } else current.questions.answered(frame)
    },
    readAgain(channel) {
      waiting.keepWhole(channel)
      originals.lookAgain(channel)
      if (visit?.isCaughtUp) void keepUp(visit)
    },
    passed(cursor) {
      const current = visit
      void intake.inOrder(() => {
        if (current?.isCaughtUp && !current.isOver && cursor === memory().cursor + 1) moveTo(cursor)
      })
    },
    stop() {
      if (visit === undefined) return
      visit.questions.stop()
      originals.stop()
      visit = undefined
      waiting.stop()
    },
  }
}
