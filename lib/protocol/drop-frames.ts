/** Frames about what a relay drops (protocol.md S3), numbers 61–62 of those between a device and a relay (relay-frames.ts). */
import type { ChannelTag } from '#lib/base/ids'
import type { ChainRange } from '#lib/protocol/blob'
import { disjointRanges } from '#lib/protocol/chain-ranges'
import { bytesOf, type Codings, type Format, record, unsigned, yesOrNo } from '#lib/protocol/format'

/** What became of a DROP: `not-allowed` for whoever stands at the door below admin, `off` where the relay drops nothing. */
export type DropOutcome = 'done' | 'not-allowed' | 'off'

/** An admin asks for blobs of the content lane to go that are runs of nothing but these entries. */
export interface DropFrame {
  readonly type: 'drop'
  /** From 1; comes back with the answer. */
  readonly request: number
  readonly channel: ChannelTag
  /** Looks at what lies after this cursor, 0 at first. */
  readonly after: number
  /** At most `MAX_CHAIN_RANGES`, disjoint. */
  readonly ranges: readonly ChainRange[]
}

/** Answers DROP when a bounded part of the channel was looked at; what went is off the relay's disk. */
export interface DroppedFrame {
  readonly type: 'dropped'
  readonly request: number
  readonly outcome: DropOutcome
  /** Everything up to here was looked at. */
  readonly cursor: number
  /** Whether there is more to ask for, after that cursor. */
  readonly hasMore: boolean
  /** How many blobs went, and their bytes. */
  readonly blobs: number
  readonly bytes: number
  /** Bytes of blobs that fit but lie there for too short a time. */
  readonly young: number
}

export type AboutDropFrame = DropFrame | DroppedFrame

const count = unsigned(Number.MAX_SAFE_INTEGER)

/** The numbers of outcomes are those of mailboxes, as far as they mean the same. */
const NUMBERS: Readonly<Record<DropOutcome, number>> = { done: 0, 'not-allowed': 2, off: 4 }
const outcomesByNumber = new Map(Object.entries(NUMBERS).map(([outcome, number]) => [number, outcome as DropOutcome]))

const outcome: Format<DropOutcome> = {
  write: (writer, value) => writer.byte(NUMBERS[value]),
  read: (reader) => outcomesByNumber.get(reader.byte()) ?? reader.fail('unknown outcome'),
}

/** Their part of the codec in relay-frames.ts. */
export const dropCodings: Codings<AboutDropFrame> = {
  drop: {
    number: 61,
    format: record({ request: count, after: count, channel: bytesOf<ChannelTag>(16), ranges: disjointRanges }),
  },
  dropped: {
    number: 62,
    format: record({
      request: count,
      outcome,
      cursor: count,
      hasMore: yesOrNo,
      blobs: count,
      bytes: count,
      young: count,
    }),
  },
}
