/**
 * HAVE: what a side holds, as a tree of digests (R2). A root that differs is answered by the level below it, and so on
 * down to heads, so that two sides that hold the same say one root and nothing more. Digests: have-digest.ts.
 */

import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import {
  ID_PREFIX_BYTES,
  malformed,
  put,
  putRange,
  putSorted,
  type TagRange,
  take,
  takeByte,
  takeChain,
  takeChannel,
  takeRange,
  takeSorted,
} from '#lib/protocol/frame-fields'

/** Content channels are spread over this many buckets by the first four bits of their tag. */
export const BUCKET_COUNT = 16
export const DIGEST_BYTES = 16

/** The newest place of one chain. */
export interface HeadClaim {
  readonly chain: ChainTag
  readonly seq: number
  /** First 8 bytes of the entry's id. */
  readonly idPrefix: Uint8Array
}

export interface HaveRootFrame {
  readonly type: 'have-root'
  /** `log`: of the log lane alone, all that is said to a device not known active (R1). */
  readonly scope: 'log' | 'all'
  readonly digest: Uint8Array
}

export interface HaveBucketsFrame {
  readonly type: 'have-buckets'
  /** Digest of the log lane. */
  readonly log: Uint8Array
  /** Digests of the 16 buckets of content channels. */
  readonly buckets: readonly Uint8Array[]
}

export interface HaveChannelsFrame {
  readonly type: 'have-channels'
  readonly bucket: number
  /** The frame lists every channel of the bucket in this range. */
  readonly range: TagRange
  readonly channels: readonly { readonly channel: ChannelTag; readonly digest: Uint8Array }[]
}

export interface HaveHeadsFrame {
  readonly type: 'have-heads'
  /** A content channel; the log lane, whatever its channel, when absent. */
  readonly channel?: ChannelTag
  /** The frame lists every chain of the channel in this range, unless it is a reply. */
  readonly range: TagRange
  /** Lists only what the other side was found to lack; never answered by another HAVE, so that the talk ends. */
  readonly reply: boolean
  readonly heads: readonly HeadClaim[]
}

export type HaveFrame = HaveRootFrame | HaveBucketsFrame | HaveChannelsFrame | HaveHeadsFrame

const level = { logRoot: 0, root: 1, buckets: 2, channels: 3, heads: 4 } as const
const headFlag = { channel: 1, reply: 2 } as const

export function putHave(encoder: encoding.Encoder, frame: HaveFrame): void {
  switch (frame.type) {
    case 'have-root':
      encoding.writeUint8(encoder, frame.scope === 'log' ? level.logRoot : level.root)
      put(encoder, frame.digest, DIGEST_BYTES)
      break
    case 'have-buckets':
      if (frame.buckets.length !== BUCKET_COUNT) throw new Error('expected 16 buckets')
      encoding.writeUint8(encoder, level.buckets)
      for (const digest of [frame.log, ...frame.buckets]) put(encoder, digest, DIGEST_BYTES)
      break
    case 'have-channels':
      encoding.writeUint8(encoder, level.channels)
      encoding.writeUint8(encoder, frame.bucket)
      putRange(encoder, frame.range)
      putSorted(
        encoder,
        frame.channels,
        (item) => item.channel,
        (item) => {
          put(encoder, item.channel, 16)
          put(encoder, item.digest, DIGEST_BYTES)
        },
      )
      break
    case 'have-heads':
      encoding.writeUint8(encoder, level.heads)
      encoding.writeUint8(encoder, (frame.channel ? headFlag.channel : 0) | (frame.reply ? headFlag.reply : 0))
      if (frame.channel) put(encoder, frame.channel, 16)
      putRange(encoder, frame.range)
      putSorted(
        encoder,
        frame.heads,
        (item) => item.chain,
        (item) => putHead(encoder, item),
      )
      break
  }
}

export function takeHave(decoder: decoding.Decoder): HaveFrame {
  switch (takeByte(decoder, level.heads)) {
    case level.logRoot:
      return { type: 'have-root', scope: 'log', digest: take(decoder, DIGEST_BYTES) }
    case level.root:
      return { type: 'have-root', scope: 'all', digest: take(decoder, DIGEST_BYTES) }
    case level.buckets: {
      const log = take(decoder, DIGEST_BYTES)
      return {
        type: 'have-buckets',
        log,
        buckets: Array.from({ length: BUCKET_COUNT }, () => take(decoder, DIGEST_BYTES)),
      }
    }
    case level.channels: {
      const bucket = takeByte(decoder, BUCKET_COUNT - 1)
      const range = takeRange(decoder)
      const channels = takeSorted(
        decoder,
        (item) => item.channel,
        () => ({ channel: takeChannel(decoder), digest: take(decoder, DIGEST_BYTES) }),
      )
      return { type: 'have-channels', bucket, range, channels }
    }
    default: {
      const flags = takeByte(decoder, headFlag.channel | headFlag.reply)
      const channel = flags & headFlag.channel ? takeChannel(decoder) : undefined
      const range = takeRange(decoder)
      const heads = takeSorted(
        decoder,
        (item) => item.chain,
        () => takeHead(decoder),
      )
      return { type: 'have-heads', ...(channel && { channel }), range, reply: (flags & headFlag.reply) !== 0, heads }
    }
  }
}

/** chain ‖ seq ‖ first 8 bytes of the id. */
export function putHead(encoder: encoding.Encoder, head: HeadClaim): void {
  put(encoder, head.chain, 16)
  encoding.writeVarUint(encoder, head.seq)
  put(encoder, head.idPrefix, ID_PREFIX_BYTES)
}

export function takeHead(decoder: decoding.Decoder): HeadClaim {
  const chain = takeChain(decoder)
  const seq = decoding.readVarUint(decoder)
  if (seq < 1) malformed('seq')
  return { chain, seq, idPrefix: take(decoder, ID_PREFIX_BYTES) }
}
