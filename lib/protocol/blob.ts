/**
 * A blob: a run of sealed entries that stands alone, or a segment, as relays store it. A relay names it by its hash and reads the
 * pseudonyms in the clear part; it cannot tell whether anybody signed it (R4).
 */
import { concat } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { hash, tag } from '#lib/crypto/hash'
import { type Malformed, readAll } from '#lib/protocol/byte-reader'
import {
  decodeStandaloneRun,
  encodeStandaloneRun,
  judgeStandaloneRun,
  NAMED,
  WITH_PREVIOUS,
} from '#lib/protocol/entry-run'
import { MAX_BOX_BYTES, MAX_RUN_ENTRIES, MAX_SEQ } from '#lib/protocol/limits'
import { LANE_NAME_BYTES, type Lane } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { decodeSealedSegment } from '#lib/protocol/sealed-segment'

/** One entry of the greatest size and what surrounds it. */
export const MAX_BLOB_BYTES = MAX_BOX_BYTES + 256

/** By what relays tell blobs apart: segments stand beside the content that they fold (S0). */
export type BlobLane = Lane | 'segment'

/** A segment, sealed, and what it stands for. */
export interface SegmentInBlob {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
  /** 32 bytes. */
  readonly id: Uint8Array
}

export interface Blob {
  readonly bytes: Uint8Array
  /** 32 bytes. */
  readonly hash: Uint8Array
  readonly lane: BlobLane
  readonly channel: ChannelTag
  readonly chain: ChainTag
  /** At least one entry, the last signed, the signature unchecked; none where it is a segment. */
  readonly run: readonly SealedEntry[]
  /** Sealed bytes whose form is right. */
  readonly segment: SegmentInBlob | undefined
}

/** What a relay needs to know of a blob. */
export type CarriedBlob = Pick<Blob, 'bytes' | 'hash' | 'lane' | 'channel'>

/** Entries of a chain, from one number to another. */
export interface ChainRange {
  readonly chain: ChainTag
  readonly from: number
  readonly to: number
}

/** Begins a segment where a run would begin with its flags, which are at most 7. */
const SEGMENT = 8

/** A segment, from its sealed bytes, as a blob (S0). */
const encodeSegmentBlob = (sealed: Uint8Array): Uint8Array => concat(Uint8Array.of(SEGMENT), sealed)

/** 32 bytes that name a blob at every relay. */
export const blobHash = (bytes: Uint8Array): Uint8Array => hash(tag('blob'), bytes)

function toBlob(bytes: Uint8Array, run: readonly SealedEntry[], first: SealedEntry): Blob {
  const { lane, channel, chain } = first.header
  return { bytes, hash: blobHash(bytes), lane, channel, chain, run, segment: undefined }
}

/** Throws unless `run` is consecutive entries of one chain and epoch, the last signed. */
export function blobOf(run: readonly SealedEntry[]): Blob {
  const [first] = run
  if (first === undefined) throw new Error('An empty run')
  return toBlob(encodeStandaloneRun(run), run, first)
}

/** A segment, from its sealed bytes, as a blob (S0); malformed bytes are a bug. */
export function segmentBlobOf(sealed: Uint8Array): Blob {
  const blob = decodeBlob(encodeSegmentBlob(sealed))
  if (!blob.ok) throw new Error(blob.error.reason)
  return blob.value
}

/** Safe on hostile bytes; only structure is judged. */
export function decodeBlob(bytes: Uint8Array): Result<Blob, Malformed> {
  if (bytes.length > MAX_BLOB_BYTES) return err({ type: 'malformed', reason: 'blob too large' })
  if (bytes[0] === SEGMENT) return decodeSegmentBlob(bytes)
  const run = decodeStandaloneRun(bytes)
  if (!run.ok) return run
  const [first] = run.value
  return first === undefined ? err({ type: 'malformed', reason: 'empty run' }) : ok(toBlob(bytes, run.value, first))
}

/** As `decodeBlob`, with the same verdict, for a relay: entries are not put together, nor named. */
export function judgeBlob(bytes: Uint8Array): Result<CarriedBlob, Malformed> {
  if (bytes.length > MAX_BLOB_BYTES || bytes[0] === SEGMENT) return decodeBlob(bytes)
  const place = judgeStandaloneRun(bytes)
  return place.ok ? ok({ bytes, hash: blobHash(bytes), lane: place.value.lane, channel: place.value.channel }) : place
}

function decodeSegmentBlob(bytes: Uint8Array): Result<Blob, Malformed> {
  const sealed = bytes.subarray(1)
  const segment = decodeSealedSegment(sealed)
  if (!segment.ok) return segment
  const { header, count, id } = segment.value
  const { channel, chain, seq } = header
  const place = { bytes: sealed, from: seq, to: seq + count - 1, id }
  return ok({ bytes, hash: blobHash(bytes), lane: 'segment', channel, chain, run: [], segment: place })
}

/** A run's place is told by so many bytes at its beginning: flags, name, seq, prev and count. */
export const PLACE_BYTES = 1 + LANE_NAME_BYTES + 5 + 32 + 2

/** Where the entries of a run lie, read from its beginning alone; `undefined` for segments, runs of several parts and odd bytes. */
export function placeOf(bytes: Uint8Array): ChainRange | undefined {
  const place = readAll(bytes.subarray(0, PLACE_BYTES), (reader) => {
    const flags = reader.byte()
    if ((flags & ~WITH_PREVIOUS) !== NAMED) return reader.fail('not a run of one part')
    const chain = reader.take(LANE_NAME_BYTES).subarray(-16) as ChainTag
    const from = reader.varUint(MAX_SEQ)
    if (flags & WITH_PREVIOUS) reader.take(32)
    const count = reader.varUint(MAX_RUN_ENTRIES)
    reader.rest()
    return { chain, from, to: from + count - 1 }
  })
  return place.ok ? place.value : undefined
}
