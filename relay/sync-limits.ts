import type { Rate } from '#relay/token-bucket'

/** Bounds of `/sync`; sizes in bytes. */
export interface SyncLimits {
  /** Time to get through a door or to a mailbox. */
  readonly handshakeMs: number
  /** A socket that has sent nothing for so long is gone; clients ping. */
  readonly idleMs: number
  /** Frames of one socket that wait to be handled; beyond it the socket is not read. */
  readonly inboxBytes: number
  readonly bytes: Rate
  readonly presence: Rate
  /** Signatures verified for one socket. */
  readonly proofs: Rate
  /** A reader with more than this on the way gets no pushes but one note that it is behind. */
  readonly pushBytes: number
  /** A reader that stays behind for so long is closed. */
  readonly stalledMs: number
  readonly pageBytes: number
  /** Of all rooms; infinite where only the disk is the end. */
  readonly storeBytes: number
  /** Kept free of it, as `reserveBytes` of a room. */
  readonly storeReserveBytes: number
  readonly roomBytes: number
  /** Kept free for log entries of admin keys. */
  readonly reserveBytes: number
  /** Keys of which the door of a room keeps what was said. */
  readonly doorSubjects: number
  readonly keyContentBytes: number
  readonly keyLogBytes: number
  /** What any member key may still add to the log of a full room. */
  readonly keyReserveBytes: number
  readonly mailboxesPerRoom: number
  /** A room that nobody entered for so long loses what `LogStore.expireRooms` says; infinite keeps all. */
  readonly roomSeconds: number
  /** How long content lies here before an admin may have it dropped (S3): 0 at once, infinite never. */
  readonly dropSeconds: number
  /** Longest life of a mailbox. */
  readonly mailboxSeconds: number
  /** Deposits of one mailbox that nobody answered. */
  readonly mailboxDeposits: number
  /** All answers of one mailbox. */
  readonly mailboxAnswerBytes: number
}
