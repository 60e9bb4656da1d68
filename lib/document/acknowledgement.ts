import { concat, u32 } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import type { Malformed } from '#lib/protocol/byte-reader'
import { bytesOf, decodeWith, encodeWith, type Format, record, sortedList } from '#lib/protocol/format'
import { MAX_ACKNOWLEDGED, MAX_SEGMENT_ENTRIES, MAX_SEQ } from '#lib/protocol/limits'

/** The payload of an acknowledge entry (S1): the segments that its author's device found to be the fold of their entries. */

/** One of them, of the channel in which the entry stands. */
export interface AcknowledgedSegment {
  readonly chain: ChainTag
  /** The first entry that it stands for; there is none before the second. */
  readonly from: number
  /** How many entries it stands for. */
  readonly count: number
  readonly segment: EntryId
}

const within = (least: number, most: number): Format<number> => ({
  write: (writer, value) => writer.varUint(value),
  read(reader) {
    const value = reader.varUint(most)
    return value < least ? reader.fail('too small') : value
  },
})

const acknowledged = record<AcknowledgedSegment>({
  chain: bytesOf<ChainTag>(16),
  from: within(2, MAX_SEQ),
  count: within(1, MAX_SEGMENT_ENTRIES),
  segment: bytesOf<EntryId>(32),
})

const acknowledgement = sortedList(acknowledged, MAX_ACKNOWLEDGED, ({ chain, from }) => concat(chain, u32(from)))

/** At most 256, no two that begin at one place; in any order. */
export const encodeAcknowledgement = (segments: readonly AcknowledgedSegment[]): Uint8Array =>
  encodeWith(acknowledgement, segments)

/** Safe on hostile bytes. Whether it is true only the entries tell. */
export const decodeAcknowledgement = (bytes: Uint8Array): Result<readonly AcknowledgedSegment[], Malformed> =>
  decodeWith(acknowledgement, bytes)
