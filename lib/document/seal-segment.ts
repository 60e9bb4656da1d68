import { concat } from '#lib/base/bytes'
import type { DeviceId, Signature } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash, tag } from '#lib/crypto/hash'
import { kdf, mac } from '#lib/crypto/kdf'
import { boxOpen, boxSeal } from '#lib/crypto/secretbox'
import { decodeSegment, encodeSegment, type Segment } from '#lib/document/segment'
import type { ChannelKeys } from '#lib/protocol/derive'
import type { OuterHeader } from '#lib/protocol/outer-header'
import { SALT_BYTES } from '#lib/protocol/sealed-entry'
import { type SealedSegment, segmentHeader, segmentId } from '#lib/protocol/sealed-segment'

export type SegmentOpenError =
  | { readonly type: 'wrong-key' }
  | { readonly type: 'malformed-segment'; readonly reason: string }

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
export function openSegment(sealed: SealedSegment, keys: ChannelKeys): Result<Segment, SegmentOpenError> {
  const bytes = boxOpen(sealed.box, segmentKey(keys, sealed.salt, sealed.headerBytes))
  if (!bytes) return err({ type: 'wrong-key' })
  const segment = decodeSegment(bytes)
  if (!segment.ok) return err({ type: 'malformed-segment', reason: segment.error.reason })
  const fits = segment.value.count === sealed.count
  return fits ? ok(segment.value) : err({ type: 'malformed-segment', reason: 'does not fit its header' })
}

/** Whether `device`, the author of the chain, signed it (C1). */
export const verifySegment = (crypto: Crypto, device: DeviceId, sealed: SealedSegment): Promise<boolean> =>
  crypto.verify(device, signedBytes(sealed.id), sealed.signature)

const segmentKey = (keys: ChannelKeys, salt: Uint8Array, headerBytes: Uint8Array): Uint8Array =>
  kdf(keys.seal, salt, hash(tag('segment'), headerBytes))

const signedBytes = (id: Uint8Array): Uint8Array => concat(tag('segment'), id)
