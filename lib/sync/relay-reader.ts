/**
 * Reads one relay room: everything missed, the membership log first, then what others push (protocol.md R4, R5). The
 * cursor moves only past what the replica has taken; what cannot be used yet is remembered by channel and read again
 * when something it may wait for has come.
 */
import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { type Blob, type ChainRange, decodeBlob, type SegmentInBlob } from '#lib/protocol/blob'
import type {
  BehindFrame,
  BlobsFrame,
  PageFrame,
  PlacedBlob,
  ReadFilter,
  SubscribedFrame,
} from '#lib/protocol/relay-frames'
import type { EntrySource } from '#lib/sync/entry-source'
import type { Range } from '#lib/sync/held-ranges'
import { type FoundBlob, joinRuns } from '#lib/sync/join-runs'
import { noteWaiting, type RelayMemory } from '#lib/sync/relay-memory'
import { createRelayOriginals } from '#lib/sync/relay-originals'
import type { RoadFrame } from '#lib/sync/relay-road'
import { createSegmentRanges, type SegmentRanges } from '#lib/sync/segment-ranges'
import { createSentRuns } from '#lib/sync/sent-runs'

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

const MAX_JUNK = 10_000
/** Who missed no more reads the entries themselves. */
const FEW_BLOBS = 64
/** More than any relay puts in a page. */
const MAX_PAGE_BYTES = 8_388_608

/** A page that was asked for; its blobs come before it does. */
interface AwaitedPage {
  readonly items: PlacedBlob[]
  bytes: number
  readonly resolve: (page: PageFrame | undefined) => void
}

/** One connection's reading. Callbacks of an older one find `isOver`. */
interface Visit {
  readonly known: number
  isOver: boolean
  isCaughtUp: boolean
  isBusy: boolean
  lastPush: number
  isBehind: boolean
  readonly pages: Map<number, AwaitedPage>
  subscribed: ((frame: SubscribedFrame | undefined) => void) | undefined
  /** What segments stand for that came on this connection. */
  readonly ranges: SegmentRanges
}

export function createRelayReader(options: RelayReaderOptions): RelayReader {
  const { source, memory, send } = options
  /** Hashes of blobs that no honest device sealed: other members may upload what they like. */
  const junk = new Set<string>()
  /** What had come of a channel and of the log when it was last read again. */
  const triedAt = new Map<string, number>()
  const takenOf = new Map<string, number>()
  let takenOfLog = 0
  let requests = 0
  let visit: Visit | undefined
  let work: Promise<void> = Promise.resolve()
  const sentRuns = createSentRuns(source, options.onHeld)
  let rereading: { readonly channel: string; readonly isWhole: boolean; lowest: number | undefined } | undefined
  /** The channel (hex) of which entries are fetched for which segments stand. */
  let filling: string | undefined

  const stampOf = (channel: string) => takenOfLog + (takenOf.get(channel) ?? 0)

  const noteTaken = (channel: ChannelTag) => takenOf.set(toHex(channel), (takenOf.get(toHex(channel)) ?? 0) + 1)

  const keepForLater = (channel: ChannelTag, cursor: number) => {
    if (rereading?.channel !== toHex(channel)) return noteWaiting(memory(), channel, cursor)
    rereading.lowest = Math.min(cursor, rereading.lowest ?? cursor)
  }

  /** What does not join now joins nothing that is there. */
  const isReadWhole = (channel: string) => filling === channel || (rereading?.isWhole && rereading.channel === channel)

  const take = async (list: readonly FoundBlob[]): Promise<void> => {
    const [first] = list
    const run = list.flatMap(({ blob }) => blob.run)
    if (first === undefined) return
    const { channel, lane, hash } = first.blob
    const reception = await source.receive(run)
    if (reception.type === 'waiting') {
      if (!reception.covered) return keepForLater(channel, first.cursor)
      if (!isReadWhole(toHex(channel))) noteWaiting(memory(), channel, 1)
      return
    }
    if (reception.type === 'bad') {
      if (list.length === 1 && junk.size < MAX_JUNK) junk.add(toHex(hash))
      if (list.length > 1) for (const item of list) await take([item])
      return
    }
    sentRuns.note(run)
    if (reception.type === 'known') return
    if (lane === 'log') takenOfLog++
    noteTaken(channel)
  }

  const takeSegment = async (current: Visit, { channel, chain, segment }: Blob) => {
    if (!segment) return
    const reception = await source.receiveSegment(segment.bytes)
    const { type } = reception
    const isSigned = type !== 'bad' && !(type === 'waiting' && reception.isUnsigned)
    if (isSigned) options.onSegment(chain, segment)
    if (type === 'taken') {
      originals.lookAgain(channel)
      noteTaken(channel)
    }
    if (type === 'taken' || type === 'waiting') current.ranges.add(channel, { chain, ...segment })
  }

  const takeAll = async (current: Visit, items: readonly PlacedBlob[]) => {
    const found = items.flatMap(({ cursor, bytes }) => {
      const blob = decodeBlob(bytes)
      return blob.ok && !junk.has(toHex(blob.value.hash)) ? [{ cursor, blob: blob.value }] : []
    })
    for (const { blob } of found) if (!current.isOver) await takeSegment(current, blob)
    for (const list of joinRuns(found)) if (!current.isOver) await take(list)
    sentRuns.confirm()
  }

  /** Blobs are taken one after the other in the order in which they came. */
  const inOrder = (task: () => Promise<void> | void) => {
    work = work.then(task).catch(options.onFailed)
    return work
  }

  /** Resolves when what the page brought was taken. */
  const readPage = async (
    current: Visit,
    filter: ReadFilter,
    after: number,
    without: readonly ChainRange[],
  ): Promise<PageFrame | undefined> => {
    const request = ++requests
    const answered = new Promise<PageFrame | undefined>((resolve) => {
      current.pages.set(request, { items: [], bytes: 0, resolve })
    })
    send({ type: 'read', request, after, filter, without })
    const page = await answered
    const isStuck = page?.hasMore && page.cursor <= after
    if (isStuck) options.onFailed()
    return isStuck ? undefined : page
  }

  const readPages = async (
    current: Visit,
    filter: ReadFilter,
    after: number,
    onPage: (cursor: number) => void = () => {},
    without: readonly ChainRange[] = [],
  ) => {
    for (let cursor = after; !current.isOver; ) {
      const page = await readPage(current, filter, cursor, without)
      if (page === undefined || current.isOver) return
      cursor = page.cursor
      onPage(cursor)
      if (!page.hasMore) return
    }
  }

  const keepForPage = (current: Visit, { request, items }: BlobsFrame) => {
    const page = current.pages.get(request)
    if (page === undefined) return
    page.items.push(...items)
    page.bytes += items.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (page.bytes > MAX_PAGE_BYTES) options.onFailed()
  }

  const moveTo = (cursor: number) => {
    if (cursor <= memory().cursor) return
    memory().cursor = cursor
    options.onProgress()
  }

  /** Nothing has to be read again of channels in which the segments were of use. */
  const forgetLeftOut = (without: SegmentRanges['all']) => {
    const lacking = without.filter(({ chain, to }) => (source.head(chain)?.seq ?? 0) < to)
    for (const { channel } of without) {
      const isLacking = lacking.some((range) => sameBytes(range.channel, channel))
      if (!isLacking && memory().waiting.get(toHex(channel)) === 1) memory().waiting.delete(toHex(channel))
    }
  }

  const originals = createRelayOriginals({
    ...options,
    async readPage(channel, after, without) {
      if (!visit) return undefined
      filling = toHex(channel)
      const page = await readPage(visit, { lane: 'content', channel }, after, without)
      filling = undefined
      return page
    },
  })

  const readMissed = async (current: Visit) => {
    const answered = new Promise<SubscribedFrame | undefined>((resolve) => {
      current.subscribed = resolve
    })
    send({ type: 'subscribe' })
    const subscribed = await answered
    if (subscribed === undefined) return
    const from = memory().cursor
    const readSegments = () => readPages(current, { lane: 'segment', channel: undefined }, from)
    const missed = subscribed.end - Math.max(from, current.known)
    const isMuch = missed > FEW_BLOBS
    await readPages(current, { lane: 'log', channel: undefined }, from)
    if (isMuch) await readSegments()
    const without = isMuch ? current.ranges.all : []
    for (const { channel, chain, from, to } of without) {
      noteWaiting(memory(), channel, 1)
      memory().leftOut.add(chain, { from, to })
      originals.lookAgain(channel)
    }
    const onPage = (cursor: number) => isMuch && moveTo(Math.min(cursor, subscribed.end))
    await readPages(current, { lane: 'content', channel: undefined }, from, onPage, without)
    if (!isMuch && missed > 0) await readSegments()
    if (current.isOver) return
    forgetLeftOut(without)
    moveTo(subscribed.end)
    if (current.isBehind) return
    current.isCaughtUp = true
    moveTo(current.lastPush)
  }

  const readWaiting = async (current: Visit) => {
    for (const [channel, cursor] of [...memory().waiting]) {
      if (current.isOver || triedAt.get(channel) === stampOf(channel)) continue
      triedAt.set(channel, stampOf(channel))
      const again = { channel, isWhole: cursor === 1, lowest: undefined }
      await inOrder(() => {
        rereading = again
      })
      const filter = { lane: 'any', channel: (fromHex(channel) ?? new Uint8Array(16)) as ChannelTag } as const
      await readPages(current, filter, cursor - 1)
      await inOrder(() => {
        rereading = undefined
      })
      if (current.isOver) return
      if (cursor === 1) originals.readWhole(filter.channel)
      if (again.lowest === undefined) memory().waiting.delete(channel)
      else memory().waiting.set(channel, again.lowest)
      options.onProgress()
    }
  }

  /** Everything that is to be asked of the relay, one thing at a time. */
  const keepUp = async (current: Visit) => {
    if (current.isBusy) return
    current.isBusy = true
    while (!current.isOver) {
      const wasCaughtUp = current.isCaughtUp
      current.isBehind = false
      if (!wasCaughtUp) await readMissed(current)
      if (current.isCaughtUp) await readWaiting(current)
      if (!wasCaughtUp && current.isCaughtUp && !current.isOver) {
        options.onCaughtUp()
        originals.begin()
      }
      const isWaiting = [...memory().waiting.keys()].some((channel) => triedAt.get(channel) !== stampOf(channel))
      if (current.isCaughtUp && !isWaiting) break
    }
    current.isBusy = false
  }

  const takePush = async (current: Visit, items: readonly PlacedBlob[]) => {
    await takeAll(current, items)
    if (current.isOver) return
    current.lastPush = Math.max(current.lastPush, items.at(-1)?.cursor ?? 0)
    if (!current.isCaughtUp) return
    moveTo(current.lastPush)
    void keepUp(current)
  }

  return {
    start(known) {
      visit = {
        known,
        isOver: false,
        isCaughtUp: false,
        isBusy: false,
        lastPush: 0,
        isBehind: false,
        pages: new Map(),
        subscribed: undefined,
        ranges: createSegmentRanges(),
      }
      triedAt.clear()
      sentRuns.clear()
      void keepUp(visit)
    },
    handle(frame) {
      const current = visit
      if (current === undefined) return
      switch (frame.type) {
        case 'subscribed':
          current.subscribed?.(frame)
          return
        case 'page': {
          const page = current.pages.get(frame.request)
          if (page === undefined) return
          current.pages.delete(frame.request)
          void inOrder(() => takeAll(current, page.items)).then(() => page.resolve(frame))
          return
        }
        case 'behind':
          current.isCaughtUp = false
          current.isBehind = true
          void inOrder(() => {
            void keepUp(current)
          })
          return
        case 'blobs':
          if (frame.request > 0) keepForPage(current, frame)
          else void inOrder(() => takePush(current, frame.items))
      }
    },
    readAgain(channel) {
      noteWaiting(memory(), channel, 1)
      triedAt.delete(toHex(channel))
      originals.lookAgain(channel)
      if (visit?.isCaughtUp) void keepUp(visit)
    },
    passed(cursor) {
      const current = visit
      void inOrder(() => {
        if (current?.isCaughtUp && !current.isOver && cursor === memory().cursor + 1) moveTo(cursor)
      })
    },
    stop() {
      if (visit === undefined) return
      visit.isOver = true
      originals.stop()
      visit.subscribed?.(undefined)
      for (const page of visit.pages.values()) page.resolve(undefined)
      visit = undefined
      rereading = undefined
    },
  }
}
