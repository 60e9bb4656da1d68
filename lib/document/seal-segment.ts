import { concat, u32 } from '#lib/base/bytes'
import type { DeviceId, EntryId, Signature } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash, tag } from '#lib/crypto/hash'
import { kdf, mac } from '#lib/crypto/kdf'
import { boxOpen, boxSeal } from '#lib/crypto/secretbox'
import { decodeSegment, encodeSegment, MAX_SEGMENT_ENTRIES, type Segment } from '#lib/document/segment'
import { type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import type { ChannelKeys } from '#lib/protocol/derive'
import { decodeHeader, encodeHeader, type OuterHeader } from '#lib/protocol/outer-header'
import { readBox, SALT_BYTES, SIGNATURE_BYTES } from '#lib/protocol/sealed-entry'

/** A segment as everybody carries it. Its header, id and signature have tags of their own: it never passes for an entry. */
export interface SealedSegment {
  /** The header of the first entry that it covers. */
  readonly header: OuterHeader
  readonly count: number
  /** The bytes of both, hashed and bound into the key. */
  readonly headerBytes: Uint8Array
  /** 8 bytes. */
  readonly salt: Uint8Array
  readonly box: Uint8Array
  /** 32 bytes. */
  readonly id: Uint8Array
  readonly signature: Signature
}

type OpenError = { readonly type: 'wrong-key' } | { readonly type: 'malformed-segment'; readonly reason: string }

/** Seals and signs a segment under the keys of its entries' epoch; `first` is the header of the first of them. */
export async function sealSegment(
  first: OuterHeader,
  segment: Segment,
  keys: ChannelKeys,
  author: SigningKey,
  random: Random,
): Promise<SealedSegment> {
  const headerBytes = segmentHeader(first, segment.count)
  const bytes = encodeSegment(segment)
  const salt = mac(keys.hedge, random.bytes(16), headerBytes, bytes).slice(0, SALT_BYTES)
  const box = boxSeal(bytes, segmentKey(keys, salt, headerBytes))
  const id = segmentId(headerBytes, salt, box)
  const signature = (await author.sign(signedBytes(id))) as Signature
  return { header: first, count: segment.count, headerBytes, salt, box, id, signature }
}

/** What a segment says; safe on hostile ones, whose author must still be checked. */
export function openSegment(sealed: SealedSegment, keys: ChannelKeys): Result<Segment, OpenError> {
  const bytes = boxOpen(sealed.box, segmentKey(keys, sealed.salt, sealed.headerBytes))
  if (!bytes) return err({ type: 'wrong-key' })
  const segment = decodeSegment(bytes)
  if (!segment.ok) return err({ type: 'malformed-segment', reason: segment.error.reason })
  const { count, heads } = segment.value
  const from = sealed.header.seq
  const fits = count === sealed.count && heads[0]?.seq === from && (heads.at(-1)?.seq ?? 0) < from + count
  return fits ? ok(segment.value) : err({ type: 'malformed-segment', reason: 'does not fit its header' })
}

/** Whether `device`, the author of the chain, signed it (C1). */
export const verifySegment = (crypto: Crypto, device: DeviceId, sealed: SealedSegment): Promise<boolean> =>
  crypto.verify(device, signedBytes(sealed.id), sealed.signature)

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
    const salt = reader.take(SALT_BYTES)
    const box = readBox(reader)
    const signature = reader.take(SIGNATURE_BYTES) as Signature
    return { ...parts.value, headerBytes, salt, box, id: segmentId(headerBytes, salt, box), signature }
  })

const segmentHeader = (first: OuterHeader, count: number): Uint8Array =>
  writeAll((writer) => {
    writer.sized(encodeHeader(first))
    writer.varUint(count)
  })

const segmentId = (headerBytes: Uint8Array, salt: Uint8Array, box: Uint8Array): EntryId =>
  hash(tag('segment'), u32(headerBytes.length), headerBytes, salt, box) as EntryId

const segmentKey = (keys: ChannelKeys, salt: Uint8Array, headerBytes: Uint8Array): Uint8Array =>
  kdf(keys.seal, salt, hash(tag('segment'), headerBytes))

const signedBytes = (id: Uint8Array): Uint8Array => concat(tag('segment'), id)
