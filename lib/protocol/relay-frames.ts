/**
 * Frames between a device and a relay, numbers 32–63 (protocol.md R3–R5, R10, I1, S3). They share the road with those of
 * frames.ts, of which HELLO, SLICE, PRESENCE, RECEIPT, PING, PONG and BYE are spoken here too. A relay says hello and
 * challenges; a device then opens one room, or enters one mailbox.
 */
import type { ChannelTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { type BlobLane, type ChainRange, MAX_BLOB_BYTES } from '#lib/protocol/blob'
import { type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { chainRanges } from '#lib/protocol/chain-ranges'
import { type DoorLevel, doorLevelFormat, originFormat, type RelayKey, type RoomName } from '#lib/protocol/door'
import { type AboutDropFrame, dropCodings } from '#lib/protocol/drop-frames'
import {
  bytesOf,
  type Codings,
  type Format,
  listOf,
  oneOf,
  optional,
  record,
  sizedBytes,
  unsigned,
  yesOrNo,
} from '#lib/protocol/format'
import { type AboutMailboxFrame, mailboxCodings } from '#lib/protocol/mailbox-frames'
import { type AboutPieceFrame, pieceCodings } from '#lib/protocol/piece-frames'

/** Why a relay does not keep a blob or a piece. */
export type DeclineReason = 'room-full' | 'key-full' | 'store-full'

/** What READ is about: everything, one lane, or one channel. */
export interface ReadFilter {
  readonly lane: 'any' | BlobLane
  readonly channel: ChannelTag | undefined
}

export interface PlacedBlob {
  /** Place in the room, from 1; rises in the order in which the relay stored. */
  readonly cursor: number
  readonly bytes: Uint8Array
}

/** From the relay, at once: sign `nonce` (32). `store` (16) names its memory: cursors mean nothing in another one. */
export interface ChallengeFrame {
  readonly type: 'challenge'
  readonly nonce: Uint8Array
  readonly store: Uint8Array
}
/** Answers the challenge with `roomProof`. Root key and random make the room's name, so anybody let in may begin it. */
export interface OpenFrame {
  readonly type: 'open'
  readonly origin: string
  readonly room: RoomName
  readonly rootKey: RelayKey
  /** 32 bytes. */
  readonly random: Uint8Array
  readonly relayKey: RelayKey
  readonly signature: Uint8Array
}
/** At level none the device stands before the door: only PUT-DOOR is heard, and answered by OPENED again. */
export interface OpenedFrame {
  readonly type: 'opened'
  readonly level: DoorLevel
  /** Cursor of the newest blob. */
  readonly end: number
  /** `doorDigest` of the relay's list. */
  readonly door: Uint8Array
}
export interface PutDoorFrame {
  readonly type: 'put-door'
  /** Encoded door statements. */
  readonly statements: readonly Uint8Array[]
}
/** Answers READ-DOOR, in several frames when it is long. */
export interface DoorFrame {
  readonly type: 'door'
  readonly isLast: boolean
  readonly statements: readonly Uint8Array[]
}
export interface PutFrame {
  readonly type: 'put'
  readonly blobs: readonly Uint8Array[]
}
/** These are on the relay's disk. */
export interface StoredFrame {
  readonly type: 'stored'
  readonly items: readonly { readonly hash: Uint8Array; readonly cursor: number }[]
}
export interface DeclinedFrame {
  readonly type: 'declined'
  readonly hash: Uint8Array
  readonly reason: DeclineReason
}
/** One page of what lies after a cursor; `request` (from 1) comes back with it. */
export interface ReadFrame {
  readonly type: 'read'
  readonly request: number
  readonly after: number
  readonly filter: ReadFilter
  /** Runs of only these entries are left out: segments stand for them. One range a chain. */
  readonly without: readonly ChainRange[]
}
export interface BlobsFrame {
  readonly type: 'blobs'
  /** 0 for a push to a subscriber. */
  readonly request: number
  readonly items: readonly PlacedBlob[]
}
/** The page is complete: nothing that fits the filter lies up to `cursor` but what was sent. */
export interface PageFrame {
  readonly type: 'page'
  readonly request: number
  readonly cursor: number
  readonly hasMore: boolean
}
/** From now on every new blob is pushed; those up to `end` are to be read. Receipts of the room follow. */
export interface SubscribedFrame {
  readonly type: 'subscribed'
  readonly end: number
}
/** The reader was too slow and pushes up to `end` were left out: read them. */
export interface BehindFrame {
  readonly type: 'behind'
  readonly end: number
}
export type RelayFrame =
  | ChallengeFrame
  | OpenFrame
  | OpenedFrame
  | PutDoorFrame
  | { readonly type: 'read-door' }
  | DoorFrame
  | PutFrame
  | StoredFrame
  | DeclinedFrame
  | ReadFrame
  | BlobsFrame
  | PageFrame
  | { readonly type: 'subscribe' }
  | SubscribedFrame
  | BehindFrame
  | AboutMailboxFrame
  | AboutPieceFrame
  | AboutDropFrame

/** Items in one list of a frame. */
const MAX_LISTED = 256
const MAX_STATEMENT_BYTES = 512

/** Lowest and highest number of relay frames. */
export const RELAY_FRAMES = { first: 32, last: 63 } as const

const id = bytesOf(32)
const count = unsigned(Number.MAX_SAFE_INTEGER)
const statements = listOf(sizedBytes(MAX_STATEMENT_BYTES), MAX_LISTED)
const placedBlob = record<PlacedBlob>({ cursor: count, bytes: sizedBytes(MAX_BLOB_BYTES) })

const codings: Codings<RelayFrame> = {
  challenge: { number: 32, format: record({ nonce: id, store: bytesOf(16) }) },
  open: {
    number: 33,
    format: record({
      origin: originFormat,
      room: bytesOf<RoomName>(32),
      rootKey: bytesOf<RelayKey>(32),
      random: id,
      relayKey: bytesOf<RelayKey>(32),
      signature: bytesOf(64),
    }),
  },
  opened: { number: 34, format: record({ level: doorLevelFormat, end: count, door: id }) },
  'put-door': { number: 35, format: record({ statements }) },
  'read-door': { number: 36, format: record({}) },
  door: { number: 37, format: record({ isLast: yesOrNo, statements }) },
  put: { number: 38, format: record({ blobs: listOf(sizedBytes(MAX_BLOB_BYTES), MAX_LISTED) }) },
  stored: { number: 39, format: record({ items: listOf(record({ hash: id, cursor: count }), MAX_LISTED) }) },
  declined: {
    number: 40,
    format: record({ hash: id, reason: oneOf<DeclineReason>(['room-full', 'key-full', 'store-full']) }),
  },
  read: {
    number: 41,
    format: record({
      request: count,
      after: count,
      filter: record<ReadFilter>({
        lane: oneOf(['any', 'log', 'content', 'segment']),
        channel: optional(bytesOf<ChannelTag>(16)),
      }),
      without: chainRanges,
    }),
  },
  blobs: { number: 42, format: record({ request: count, items: listOf(placedBlob, MAX_LISTED) }) },
  page: { number: 43, format: record({ request: count, cursor: count, hasMore: yesOrNo }) },
  subscribe: { number: 44, format: record({}) },
  subscribed: { number: 45, format: record({ end: count }) },
  behind: { number: 46, format: record({ end: count }) },
  ...mailboxCodings,
  ...pieceCodings,
  ...dropCodings,
}

const typesByNumber = new Map(Object.entries(codings).map(([type, { number }]) => [number, type as RelayFrame['type']]))

/** May be longer than a frame may be, and then travels in slices (slice.ts). */
export function encodeRelayFrame(frame: RelayFrame): Uint8Array {
  const { number, format } = codings[frame.type] as { number: number; format: Format<RelayFrame> }
  return writeAll((writer) => {
    writer.byte(number)
    format.write(writer, frame)
  })
}

/** Safe on hostile bytes; a number that this version does not know is to be skipped (R2). */
export function decodeRelayFrame(
  bytes: Uint8Array,
): Result<RelayFrame | { readonly type: 'unknown'; readonly number: number }, Malformed> {
  const number = bytes[0]
  if (number === undefined) return err({ type: 'malformed', reason: 'empty' })
  const type = typesByNumber.get(number)
  if (type === undefined) return ok({ type: 'unknown', number })
  const { format } = codings[type] as { format: Format<object> }
  const fields = readAll(bytes.subarray(1), (reader) => format.read(reader))
  return fields.ok ? ok({ type, ...fields.value } as RelayFrame) : fields
}

/** Tells a relay frame from one of frames.ts. */
export const isRelayFrame = (frame: { readonly type: string }): frame is RelayFrame =>
  Object.hasOwn(codings, frame.type)
