/**
 * Takes blobs that a relay sent, one after the other in the order in which they came: entries as runs as long as they join
 * (E9), segments before them (S0). What the replica says of them goes on as calls; it remembers only what is of no use ever.
 */
import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { type Blob, decodeBlob, type SegmentInBlob } from '#lib/protocol/blob'
import type { PlacedBlob } from '#lib/protocol/relay-frames'
import type { EntrySource } from '#lib/sync/entry-source'
import type { Range } from '#lib/sync/held-ranges'
import { type FoundBlob, joinRuns } from '#lib/sync/join-runs'
import type { SegmentRanges } from '#lib/sync/segment-ranges'
import { createSentRuns } from '#lib/sync/sent-runs'

/** The connection on which blobs came. */
export interface IntakeVisit {
  /** It is gone: nothing more of what it brought is taken. */
  readonly isOver: boolean
  /** What the segments stand for that came on it. */
  readonly ranges: SegmentRanges
}

export interface RelayIntake {
  /** Resolves after everything that came before and `task`; what fails there is told and never thrown. */
  inOrder(task: () => Promise<void> | void): Promise<void>
  /** A task to be done in order. The bytes are hostile. */
  take(items: readonly PlacedBlob[], visit: IntakeVisit): Promise<void>
  /** A connection begins: what runs of an older one said is forgotten. */
  begin(): void
}

export interface RelayIntakeOptions {
  readonly source: Pick<EntrySource, 'receive' | 'receiveSegment' | 'holds' | 'lineOf'>
  /** The relay holds these entries of a chain or branch as the replica does. */
  readonly onHeld: (line: ChainTag, range: Range) => void
  /** The relay holds this segment, which its author signed. */
  readonly onSegment: (chain: ChainTag, segment: SegmentInBlob) => void
  /** Something new. */
  readonly onTaken: (blob: Pick<Blob, 'lane' | 'channel'>) => void
  /** A blob of this channel cannot be used yet. */
  readonly onWaiting: (channel: ChannelTag, cursor: number) => void
  /** Entries of this channel, for which a segment stands, do not join what is here. */
  readonly onCovered: (channel: ChannelTag) => void
  /** The replica could not take something, say for want of disk. */
  readonly onFailed: () => void
}

const MAX_JUNK = 10_000

export function createRelayIntake(options: RelayIntakeOptions): RelayIntake {
  const { source } = options
  /** Hashes of blobs that no honest device sealed: other members may upload what they like. */
  const junk = new Set<string>()
  const sentRuns = createSentRuns(source, options.onHeld)
  let work: Promise<void> = Promise.resolve()

  const takeRun = async (list: readonly FoundBlob[]): Promise<void> => {
    const [first] = list
    const run = list.flatMap(({ blob }) => blob.run)
    if (first === undefined) return
    const { channel, hash } = first.blob
    const reception = await source.receive(run)
    if (reception.type === 'waiting') {
      return reception.covered ? options.onCovered(channel) : options.onWaiting(channel, first.cursor)
    }
    if (reception.type === 'bad') {
      if (list.length === 1 && junk.size < MAX_JUNK) junk.add(toHex(hash))
      if (list.length > 1) for (const item of list) await takeRun([item])
      return
    }
    sentRuns.note(run)
    if (reception.type !== 'known') options.onTaken(first.blob)
  }

  const takeSegment = async ({ cursor, blob }: FoundBlob, ranges: SegmentRanges) => {
    const { channel, chain, segment } = blob
    if (!segment) return
    const reception = await source.receiveSegment(segment.bytes)
    const { type } = reception
    const isSigned = type !== 'bad' && !(type === 'waiting' && reception.isUnsigned)
    if (isSigned) options.onSegment(chain, segment)
    if (type === 'taken') options.onTaken(blob)
    // it comes again: the relay may have dropped its entries (S3)
    const hasNoRoom = type === 'refused' && reception.isFull === true
    if (hasNoRoom) options.onWaiting(channel, cursor)
    if (type === 'taken' || type === 'waiting' || hasNoRoom) ranges.add(channel, { chain, ...segment })
  }

  return {
    inOrder(task) {
      work = work.then(task).catch(options.onFailed)
      return work
    },
    async take(items, visit) {
      const found = items.flatMap(({ cursor, bytes }) => {
        const blob = decodeBlob(bytes)
        return blob.ok && !junk.has(toHex(blob.value.hash)) ? [{ cursor, blob: blob.value }] : []
      })
      for (const one of found) if (!visit.isOver) await takeSegment(one, visit.ranges)
      const runs = found.filter(({ blob }) => !blob.segment)
      for (const list of joinRuns(runs)) if (!visit.isOver) await takeRun(list)
      sentRuns.confirm()
    },
    begin: sentRuns.clear,
  }
}
