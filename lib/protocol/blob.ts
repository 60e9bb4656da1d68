/**
 * A blob: a run of sealed entries that stands alone, as relays store it. A relay names it by its hash and reads the
 * pseudonyms in the clear part; it cannot tell whether anybody signed it (R4).
 */
import { concat } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { hash, tag } from '#lib/crypto/hash'
import type { Malformed } from '#lib/protocol/byte-reader'
import { decodeStandaloneRun, encodeStandaloneRun } from '#lib/protocol/entry-run'
import { MAX_BOX_BYTES } from '#lib/protocol/limits'
import type { Lane } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

/** One entry of the greatest size and what surrounds it. */
export const MAX_BLOB_BYTES = MAX_BOX_BYTES + 256

export interface Blob {
  readonly bytes: Uint8Array
  /** 32 bytes. */
  readonly hash: Uint8Array
  readonly lane: Lane
  readonly channel: ChannelTag
  readonly chain: ChainTag
  /** At least one entry; the last is signed, the signature unchecked. */
  readonly run: readonly SealedEntry[]
}

/** Begins a segment where a run would begin with its flags, which are at most 7. */
const SEGMENT = 8

/** A segment, from its sealed bytes, as a blob (S0). */
export const encodeSegmentBlob = (sealed: Uint8Array): Uint8Array => concat(Uint8Array.of(SEGMENT), sealed)

/** 32 bytes that name a blob at every relay. */
export const blobHash = (bytes: Uint8Array): Uint8Array => hash(tag('blob'), bytes)

function toBlob(bytes: Uint8Array, run: readonly SealedEntry[], first: SealedEntry): Blob {
  const { lane, channel, chain } = first.header
  return { bytes, hash: blobHash(bytes), lane, channel, chain, run }
}

/** Throws unless `run` is consecutive entries of one chain and epoch, the last signed. */
export function blobOf(run: readonly SealedEntry[]): Blob {
  const [first] = run
  if (first === undefined) throw new Error('An empty run')
  return toBlob(encodeStandaloneRun(run), run, first)
}

/** Safe on hostile bytes; only structure is judged. */
export function decodeBlob(bytes: Uint8Array): Result<Blob, Malformed> {
  if (bytes.length > MAX_BLOB_BYTES) return err({ type: 'malformed', reason: 'blob too large' })
  const run = decodeStandaloneRun(bytes)
  if (!run.ok) return run
  const [first] = run.value
  return first === undefined ? err({ type: 'malformed', reason: 'empty run' }) : ok(toBlob(bytes, run.value, first))
}
