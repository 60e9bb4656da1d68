/**
 * What a relay keeps, as a port: rooms with blobs in the order of their arrival, door records and receipts; mailboxes.
 * Names, keys and bytes are opaque here. `log-store.contract.ts` holds every implementation to this.
 */
import type { ChannelTag, PieceName } from '#lib/base/ids'
import type { BlobLane } from '#lib/protocol/blob'
import type { RoomName } from '#lib/protocol/door'
import type { DoorRecord } from '#lib/protocol/door-list'
import type { PlacedBlob, ReadFilter } from '#lib/protocol/relay-frames'
import type { StoreNews } from '#relay/store-news'

export interface RoomRecord {
  readonly room: RoomName
  readonly rootKey: Uint8Array
  readonly random: Uint8Array
  /** Seconds since 1970 when somebody was last let in, give or take a day. */
  readonly touchedAt: number
  /** Cursor of the newest blob that was ever stored, 0 at first. */
  readonly end: number
  /** How many of the blobs up to there were dropped, 0 at first. */
  readonly dropped: number
  /** How many door records were written, 0 at first. */
  readonly doorVersion: number
}

/** What a room begins with. */
export type FirstRecord = Omit<RoomRecord, 'end' | 'dropped' | 'doorVersion'>

export interface MailboxRecord {
  /** 32 bytes. */
  readonly name: Uint8Array
  readonly room: RoomName
  readonly publicKey: Uint8Array
  /** Seconds since 1970. */
  readonly expiresAt: number
  readonly card: Uint8Array
}

/** A deposit or an answer; its number is unique in the mailbox. */
export interface MailboxItem {
  readonly number: number
  readonly bytes: Uint8Array
}

export type StoreWrite =
  /** Nothing happens where the room exists. */
  | { readonly type: 'room'; readonly record: FirstRecord }
  /** Moves `touchedAt` on, never back. */
  | { readonly type: 'touch'; readonly room: RoomName; readonly at: number }
  /** Kept once a room, by hash; of the uploader no more than what they have used. */
  | {
      readonly type: 'blob'
      readonly room: RoomName
      readonly hash: Uint8Array
      readonly lane: BlobLane
      readonly channel: ChannelTag
      readonly uploader: Uint8Array
      /** Seconds since 1970. */
      readonly storedAt: number
      readonly bytes: Uint8Array
    }
  /** Drops the blob of the content lane that lies there, for good: a cursor is never used anew. Refused where none lies. */
  | { readonly type: 'drop'; readonly room: RoomName; readonly cursor: number }
  /** A piece of a file, kept once a room, by name; apart from the blobs, without a cursor (F1). */
  | {
      readonly type: 'piece'
      readonly room: RoomName
      readonly name: PieceName
      readonly uploader: Uint8Array
      readonly bytes: Uint8Array
    }
  /** Replaces what was said about the subject; refused where the room's door is at another version than this one. */
  | { readonly type: 'door'; readonly room: RoomName; readonly record: DoorRecord; readonly version: number }
  /** The last value of a relay key. */
  | { readonly type: 'receipt'; readonly room: RoomName; readonly key: Uint8Array; readonly bytes: Uint8Array }
  /** Opens a mailbox, unless its room has `mostInRoom`; where it exists, only end and card change. */
  | { readonly type: 'mailbox'; readonly record: MailboxRecord; readonly mostInRoom: number }
  /** Kept once a mailbox, by its bytes, while nobody has answered; refused where `mostWaiting` others wait. */
  | {
      readonly type: 'deposit'
      readonly mailbox: Uint8Array
      readonly bytes: Uint8Array
      readonly mostWaiting: number
    }
  /** Answers deposit `number`, which is no longer listed then; refused where all answers would exceed `mostBytes`. */
  | {
      readonly type: 'answer'
      readonly mailbox: Uint8Array
      readonly number: number
      readonly bytes: Uint8Array
      readonly mostBytes: number
    }

export type BlobWrite = Extract<StoreWrite, { type: 'blob' }>
export type DropWrite = Extract<StoreWrite, { type: 'drop' }>
export type PieceWrite = Extract<StoreWrite, { type: 'piece' }>
export type MailboxWrite = Extract<StoreWrite, { type: 'mailbox' }>

/**
 * Where a blob or deposit lies or lay, and whether this write brought or dropped it; 1 for a piece. For other writes 0 and true. A write that its own bound
 * refuses changes nothing: 0 and false.
 */
export interface Placed {
  readonly position: number
  readonly isNew: boolean
}

export const isRefused = ({ position, isNew }: Placed): boolean => position === 0 && !isNew

/** Lanes by the number under which a store keeps them. */
export const LANES: readonly BlobLane[] = ['log', 'content', 'segment']

/** What is counted of a key: blobs by lane, and pieces. */
export type UsageLane = BlobLane | 'piece'
export const USAGE_LANES: readonly UsageLane[] = [...LANES, 'piece']

export interface ReadQuery {
  readonly room: RoomName
  readonly after: number
  readonly filter: ReadFilter
  /** At least one blob is returned whatever its size. */
  readonly maxBytes: number
  readonly maxBlobs: number
}

export interface ReadPage {
  readonly blobs: readonly PlacedBlob[]
  /** Everything that fits the filter up to here was returned. */
  readonly cursor: number
  readonly hasMore: boolean
}

export interface OutlineQuery {
  readonly room: RoomName
  readonly channel: ChannelTag
  readonly after: number
  /** Bytes of the blobs themselves; at least one is told of whatever its size. */
  readonly maxBytes: number
  readonly maxBlobs: number
}

/** A blob of the content lane, without its body. */
export interface BlobOutline {
  readonly cursor: number
  readonly size: number
  /** Seconds since 1970; of a blob that an older version stored, about when this one first opened the store. */
  readonly storedAt: number
  /** Its first `PLACE_BYTES`. */
  readonly head: Uint8Array
}

export interface OutlinePage {
  readonly outlines: readonly BlobOutline[]
  /** Everything of the channel's content up to here was told of. */
  readonly cursor: number
  readonly hasMore: boolean
}

/** How many of the blobs of these sizes, from the first on, make a page. */
export function countFitting(sizes: readonly { readonly size: number }[], maxBytes: number, maxBlobs: number): number {
  let sum = 0
  const tooMany = sizes.findIndex(({ size }, i) => {
    sum += size
    return i >= maxBlobs || (i > 0 && sum > maxBytes)
  })
  return tooMany < 0 ? sizes.length : tooMany
}

export interface KeyUsage {
  readonly key: Uint8Array
  readonly lane: UsageLane
  readonly bytes: number
}

export interface LogStore {
  /** 16 bytes, drawn when the store was made: cursors of one store mean nothing in another. */
  readonly id: Uint8Array
  /**
   * All of them or none, in order. Resolves when they would survive a power cut. A write to a room or mailbox that does
   * not exist is a bug of the caller and rejects.
   */
  commit(writes: readonly StoreWrite[]): Promise<readonly Placed[]>
  room(room: RoomName): Promise<RoomRecord | undefined>
  read(query: ReadQuery): Promise<ReadPage>
  /** What lies in a channel's content after a cursor, in order. */
  outlines(query: OutlineQuery): Promise<OutlinePage>
  /** Names of all pieces of a room, in no order: for an operator's commands. */
  pieceNames(room: RoomName): Promise<readonly PieceName[]>
  /** A piece of a file, as it came. */
  piece(room: RoomName, name: PieceName): Promise<Uint8Array | undefined>
  doorRecords(room: RoomName): Promise<readonly DoorRecord[]>
  /** All, or that of one key. */
  receipts(
    room: RoomName,
    key?: Uint8Array,
  ): Promise<readonly { readonly key: Uint8Array; readonly bytes: Uint8Array }[]>
  /**
   * Bytes of blobs and pieces by uploader and lane. What a commit drops is taken from all keys of its room by what each has used of the
   * lane, what it stores included (fall-by-share.ts): so the sum is what lies there, and none is below 0.
   */
  usage(room: RoomName): Promise<readonly KeyUsage[]>
  /** Bytes of the blobs and pieces of all rooms. */
  bytes(): Promise<number>
  mailbox(name: Uint8Array): Promise<MailboxRecord | undefined>
  /** Deposits that nobody answered, by number. */
  deposits(mailbox: Uint8Array): Promise<readonly MailboxItem[]>
  /** Answers by the number of the deposit that they answer. */
  answers(mailbox: Uint8Array): Promise<readonly MailboxItem[]>
  /** Drops mailboxes, with all in them, whose end is not after `seconds`. */
  dropExpired(seconds: number): Promise<void>
  /**
   * Of rooms touched before `seconds`: forgets receipts, which devices say again, and drops those that never held a blob and hold no
   * piece and no mailbox. Blobs and pieces always stay. Resolves to how many rooms it dropped.
   */
  expireRooms(seconds: number): Promise<number>
  /** Every room, in no order: for an operator's commands, nothing that a visitor can ask for. */
  roomNames(): Promise<readonly RoomName[]>
  /** Calls `listener` with what other nodes on this store commit, in the order of their commits. Once, before visitors come. */
  listen(listener: (news: StoreNews) => void): void
  close(): Promise<void>
}
