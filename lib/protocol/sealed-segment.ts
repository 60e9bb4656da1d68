/**
 * A segment as everybody carries it (S0): header sized(OH of the first entry) ‖ count, salt, box, signature. Its header, id
 * and signature have tags of their own: it never passes for an entry.
 */
import { u32 } from '#lib/base/bytes'
import type { EntryId, Signature } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { hash, tag } from '#lib/crypto/hash'
import { type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { MAX_SEGMENT_ENTRIES, MAX_SEQ } from '#lib/protocol/limits'
import { decodeHeader, encodeHeader, type OuterHeader } from '#lib/protocol/outer-header'
import { readBox, SALT_BYTES, SIGNATURE_BYTES } from '#lib/protocol/sealed-entry'

export interface SealedSegment {
  /** The header of the first entry that it stands for. */
  readonly header: OuterHeader
  /** How many entries it stands for. */
  readonly count: number
  /** The bytes of both, hashed and bound into the key. */
  readonly headerBytes: Uint8Array
  /** 8 bytes. */
  readonly salt: Uint8Array
  readonly box: Uint8Array
  readonly id: EntryId
  readonly signature: Signature
}

export const segmentHeader = (first: OuterHeader, count: number): Uint8Array =>
  writeAll((writer) => {
    writer.sized(encodeHeader(first))
    writer.varUint(count)
  })

export const segmentId = (headerBytes: Uint8Array, salt: Uint8Array, box: Uint8Array): EntryId =>
  hash(tag('segment'), u32(headerBytes.length), headerBytes, salt, box) as EntryId

/** The bytes that travel and rest. */
export const encodeSealedSegment = ({ headerBytes, salt, box, signature }: SealedSegment): Uint8Array =>
  writeAll((writer) => {
    writer.sized(headerBytes)
    writer.raw(salt)
    writer.sized(box)
    writer.raw(signature)
  })

/** A segment from hostile bytes; its signature is not checked. */
export const decodeSealedSegment = (bytes: Uint8Array): Result<SealedSegment, Malformed> =>
  readAll(bytes, (reader) => {
    const headerBytes = reader.sized(96)
    const parts = readAll(headerBytes, (inner) => {
      const header = decodeHeader(inner.sized(90))
      const count = inner.varUint(MAX_SEGMENT_ENTRIES)
      return header.ok && count > 0 ? { header: header.value, count } : inner.fail('no segment header')
    })
    if (!parts.ok) return reader.fail(parts.error.reason)
    const { header, count } = parts.value
    if (header.lane !== 'content' || header.seq < 2) return reader.fail('stands where no segment stands')
    if (header.seq + count - 1 > MAX_SEQ) return reader.fail('too far')
    const salt = reader.take(SALT_BYTES)
    const box = readBox(reader)
    const signature = reader.take(SIGNATURE_BYTES) as Signature
    return { header, count, headerBytes, salt, box, id: segmentId(headerBytes, salt, box), signature }
  })
