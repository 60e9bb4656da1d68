import type { ChainTag, ChannelTag, EntryId, EpochTag } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { MAX_SEQ } from '#lib/protocol/limits'

/** Which road an entry takes: the membership log may pass where content may not (R1, R4). */
export type Lane = 'log' | 'content'

/**
 * The clear part of an entry, OH of protocol.md §3: all that a carrier sees. Its layout is the same in every version,
 * so that any device can name, chain and forward what it cannot open (E1).
 */
export interface OuterHeader {
  readonly version: number
  readonly suite: number
  readonly lane: Lane
  readonly epoch: EpochTag
  readonly channel: ChannelTag
  readonly chain: ChainTag
  /** Starts at 1 in every life. */
  readonly seq: number
  /** The id of the entry before it; 32 zero bytes for seq 1. */
  readonly prev: EntryId
}

/** The version and suite that this code writes and opens. */
export const VERSION = 1
export const SUITE = 1

/** `prev` of a life's first entry. */
export const NO_ENTRY = new Uint8Array(32) as EntryId

/** Bytes of a header before `seq`: what entries of one chain and epoch share, and a link names once. */
export const LANE_NAME_BYTES = 51

const LANES: readonly Lane[] = ['log', 'content']

/** The canonical bytes; 84 to 88 of them. Throws for a `seq` out of range. */
export function encodeHeader(header: OuterHeader): Uint8Array {
  const { seq } = header
  if (!(Number.isInteger(seq) && seq >= 1 && seq <= MAX_SEQ)) throw new RangeError('seq out of range')
  return writeAll((writer) => {
    writer.raw(Uint8Array.of(header.version, header.suite, LANES.indexOf(header.lane)))
    writer.raw(header.epoch)
    writer.raw(header.channel)
    writer.raw(header.chain)
    writer.varUint(seq)
    writer.raw(header.prev)
  })
}

/** A header of any version from hostile bytes: canonical, and `prev` is zero exactly where `seq` is 1 (E2). */
export const decodeHeader = (bytes: Uint8Array): Result<OuterHeader, Malformed> =>
  readAll(bytes, (reader) => {
    const name = readLaneName(reader)
    const seq = readSeq(reader)
    const prev = reader.take(32) as EntryId
    if ((seq === 1) !== prev.every((byte) => byte === 0)) return reader.fail('prev does not fit seq')
    return { ...name, seq, prev }
  })

/** The shared part of a header. */
export function readLaneName(reader: ByteReader): Omit<OuterHeader, 'seq' | 'prev'> {
  return {
    version: reader.byte(),
    suite: reader.byte(),
    lane: LANES[reader.byte()] ?? reader.fail('unknown lane byte'),
    epoch: reader.take(16) as EpochTag,
    channel: reader.take(16) as ChannelTag,
    chain: reader.take(16) as ChainTag,
  }
}

/** A number from 1 to `MAX_SEQ`. */
export function readSeq(reader: ByteReader): number {
  const seq = reader.varUint(MAX_SEQ)
  return seq < 1 ? reader.fail('seq starts at 1') : seq
}
