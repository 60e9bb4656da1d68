/**
 * HAVE: what a side holds, as a tree of digests (R2). A root that differs is answered by the level below it, and so on
 * down to heads, so that two sides that hold the same say one root and nothing more. Digests: have-digest.ts.
 */

import type { ChannelTag } from '#lib/base/ids'
import type { ByteReader } from '#lib/protocol/byte-reader'
import type { ByteWriter } from '#lib/protocol/byte-writer'
import {
  type HeadClaim,
  readByte,
  readHeads,
  readRange,
  readSorted,
  type TagRange,
  writeHeads,
  writeRange,
  writeSorted,
} from '#lib/protocol/frame-fields'

/** Content channels are spread over this many buckets by the low four bits of their first byte. */
export const BUCKET_COUNT = 16
export const DIGEST_BYTES = 16

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
const headsFlag = { channel: 1, reply: 2 } as const

export function writeHave(writer: ByteWriter, frame: HaveFrame): void {
  switch (frame.type) {
    case 'have-root':
      writer.byte(frame.scope === 'log' ? level.logRoot : level.root)
      writer.raw(frame.digest)
      break
    case 'have-buckets':
      writer.byte(level.buckets)
      for (const digest of [frame.log, ...frame.buckets]) writer.raw(digest)
      break
    case 'have-channels':
      writer.byte(level.channels)
      writer.byte(frame.bucket)
      writeRange(writer, frame.range)
      writeSorted(writer, frame.channels, channelOf, ({ channel, digest }) => {
        writer.raw(channel)
        writer.raw(digest)
      })
      break
    case 'have-heads':
      writer.byte(level.heads)
      writer.byte((frame.channel ? headsFlag.channel : 0) | (frame.reply ? headsFlag.reply : 0))
      if (frame.channel) writer.raw(frame.channel)
      writeRange(writer, frame.range)
      writeHeads(writer, frame.heads)
      break
  }
}

export function readHave(reader: ByteReader): HaveFrame {
  const digest = () => reader.take(DIGEST_BYTES)
  switch (readByte(reader, level.heads)) {
    case level.logRoot:
      return { type: 'have-root', scope: 'log', digest: digest() }
    case level.root:
      return { type: 'have-root', scope: 'all', digest: digest() }
    case level.buckets:
      return { type: 'have-buckets', log: digest(), buckets: Array.from({ length: BUCKET_COUNT }, digest) }
    case level.channels:
      return {
        type: 'have-channels',
        bucket: readByte(reader, BUCKET_COUNT - 1),
        range: readRange(reader),
        channels: readSorted(reader, channelOf, () => ({ channel: readChannel(reader), digest: digest() })),
      }
    default:
      return readHaveHeads(reader)
  }
}

function readHaveHeads(reader: ByteReader): HaveHeadsFrame {
  const flags = readByte(reader, headsFlag.channel | headsFlag.reply)
  const channel = flags & headsFlag.channel ? readChannel(reader) : undefined
  return {
    type: 'have-heads',
    ...(channel && { channel }),
    range: readRange(reader),
    reply: (flags & headsFlag.reply) !== 0,
    heads: readHeads(reader),
  }
}

const readChannel = (reader: ByteReader): ChannelTag => reader.take(16) as ChannelTag
const channelOf = (item: { readonly channel: ChannelTag }): Uint8Array => item.channel
