/**
 * Catches up with a relay (protocol.md R5): the membership log first, then content. Who missed much reads segments before
 * content and leaves out the entries for which they stand (S0).
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import type { EntrySource } from '#lib/sync/entry-source'
import { noteWaiting, type RelayMemory } from '#lib/sync/relay-memory'
import type { RelayQuestions } from '#lib/sync/relay-questions'
import type { SegmentRanges } from '#lib/sync/segment-ranges'

export interface ReadMissedOptions {
  readonly source: Pick<EntrySource, 'head'>
  readonly memory: () => RelayMemory
  /** Everything up to this cursor was read. */
  readonly moveTo: (cursor: number) => void
  /** Something of this channel is left out. */
  readonly onLeftOut: (channel: ChannelTag) => void
}

/** A connection that begins to read; up to `known` everything was read on others. */
export interface ReadingVisit {
  readonly known: number
  readonly questions: RelayQuestions
  /** What the segments stand for that came on it. */
  readonly ranges: SegmentRanges
}

/** Who missed no more reads the entries themselves. */
const FEW_BLOBS = 64

/** Resolves when everything was read that was there when it began; to false where the connection went before. */
export async function readMissed({ known, questions, ranges }: ReadingVisit, options: ReadMissedOptions) {
  const { memory, moveTo } = options
  const subscribed = await questions.subscribe()
  if (subscribed === undefined) return false
  const from = memory().cursor
  const readSegments = () => questions.readPages({ lane: 'segment', channel: undefined }, from)
  const missed = subscribed.end - Math.max(from, known)
  const isMuch = missed > FEW_BLOBS
  await questions.readPages({ lane: 'log', channel: undefined }, from)
  if (isMuch) await readSegments()
  const without = isMuch ? ranges.all : []
  for (const { channel, chain, from, to } of without) {
    noteWaiting(memory(), channel, 1)
    memory().leftOut.add(chain, { from, to })
    options.onLeftOut(channel)
  }
  const onPage = (cursor: number) => isMuch && moveTo(Math.min(cursor, subscribed.end))
  await questions.readPages({ lane: 'content', channel: undefined }, from, onPage, without)
  if (!isMuch && missed > 0) await readSegments()
  if (questions.isOver) return false
  forgetLeftOut(without, options)
  moveTo(subscribed.end)
  return true
}

/** Nothing has to be read again of channels in which the segments were of use. */
function forgetLeftOut(without: SegmentRanges['all'], { source, memory }: ReadMissedOptions) {
  const lacking = without.filter(({ chain, to }) => (source.head(chain)?.seq ?? 0) < to)
  for (const { channel } of without) {
    const isLacking = lacking.some((range) => sameBytes(range.channel, channel))
    if (!isLacking && memory().waiting.get(toHex(channel)) === 1) memory().waiting.delete(toHex(channel))
  }
}
