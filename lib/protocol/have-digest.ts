/** Digests of the HAVE tree (R2): equal digests mean that both sides hold the same newest entries. */

import { u32 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'
import { ID_PREFIX_BYTES } from '#lib/protocol/frame-fields'
import { BUCKET_COUNT, DIGEST_BYTES } from '#lib/protocol/frame-have'

/** Of heads sorted by chain: the log lane, or one content channel. 16 bytes. */
export const headsDigest = (
  heads: readonly { readonly chain: ChainTag; readonly seq: number; readonly id: EntryId }[],
): Uint8Array => digest(heads.flatMap(({ chain, seq, id }) => [chain, u32(seq), id.subarray(0, ID_PREFIX_BYTES)]))

/** Of a bucket: its channels, sorted by tag, with their digests. 16 bytes. */
export const bucketDigest = (
  channels: readonly { readonly channel: ChannelTag; readonly digest: Uint8Array }[],
): Uint8Array => digest(channels.flatMap((item) => [item.channel, item.digest]))

/** Of everything: the log lane and the 16 buckets. 16 bytes. */
export const rootDigest = (log: Uint8Array, buckets: readonly Uint8Array[]): Uint8Array => digest([log, ...buckets])

/** The bucket, 0–15, of a content channel. */
export const bucketOf = (channel: ChannelTag): number => (channel[0] ?? 0) % BUCKET_COUNT

const digest = (parts: readonly Uint8Array[]): Uint8Array => hash(tag('have'), ...parts).slice(0, DIGEST_BYTES)
