/** Frames about mailboxes (protocol.md I1), numbers 47–56 of those between a device and a relay (relay-frames.ts). */
import { originFormat } from '#lib/protocol/door'
import { bytesOf, type Codings, oneOf, record, sizedBytes, unsigned } from '#lib/protocol/format'

/** What became of a wish about a mailbox. */
export type MailboxOutcome = 'done' | 'no-mailbox' | 'not-allowed' | 'full'

/** Opens a mailbox of the room, or renews its card and end. */
export interface OpenMailboxFrame {
  readonly type: 'open-mailbox'
  /** Ed25519, 32 bytes; the mailbox's name is its hash. */
  readonly publicKey: Uint8Array
  /** Seconds since 1970. */
  readonly expiresAt: number
  /** Sealed; shown to whoever holds the mailbox key. */
  readonly card: Uint8Array
}
export interface MailboxOpenedFrame {
  readonly type: 'mailbox-opened'
  readonly name: Uint8Array
  readonly outcome: MailboxOutcome
}
/** A member asks for all deposits that nobody answered, and for those to come. */
export interface ListenMailboxFrame {
  readonly type: 'listen-mailbox'
  readonly name: Uint8Array
}
/** A joiner answers the challenge with `mailboxProof` under the mailbox key. */
export interface EnterMailboxFrame {
  readonly type: 'enter-mailbox'
  readonly origin: string
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
}
/** To a joiner; answers that are there follow, later ones as they come. */
export interface MailboxFrame {
  readonly type: 'mailbox'
  readonly expiresAt: number
  readonly card: Uint8Array
}
export interface DepositFrame {
  readonly type: 'deposit'
  readonly bytes: Uint8Array
}
export interface DepositedFrame {
  readonly type: 'deposited'
  /** SHA-256 of the deposit. */
  readonly hash: Uint8Array
  readonly outcome: MailboxOutcome
}
export interface DepositFoundFrame {
  readonly type: 'deposit-found'
  readonly name: Uint8Array
  readonly number: number
  readonly bytes: Uint8Array
}
/** From a member to the relay and on to the joiners; it makes room for another deposit. */
export interface AnswerFrame {
  readonly type: 'answer'
  readonly name: Uint8Array
  /** The deposit that it answers. */
  readonly number: number
  readonly bytes: Uint8Array
}
export interface AnsweredFrame {
  readonly type: 'answered'
  readonly name: Uint8Array
  readonly number: number
  readonly outcome: MailboxOutcome
}

/** Between members or a joiner and the relay; each wish is answered. */
export type AboutMailboxFrame =
  | OpenMailboxFrame
  | MailboxOpenedFrame
  | ListenMailboxFrame
  | EnterMailboxFrame
  | MailboxFrame
  | DepositFrame
  | DepositedFrame
  | DepositFoundFrame
  | AnswerFrame
  | AnsweredFrame

export const MAX_CARD_BYTES = 4096
export const MAX_DEPOSIT_BYTES = 8192
export const MAX_ANSWER_BYTES = 32_768

const id = bytesOf(32)
const count = unsigned(Number.MAX_SAFE_INTEGER)
const outcome = oneOf<MailboxOutcome>(['done', 'no-mailbox', 'not-allowed', 'full'])

/** Their part of the codec in relay-frames.ts. */
export const mailboxCodings: Codings<AboutMailboxFrame> = {
  'open-mailbox': {
    number: 47,
    format: record({ publicKey: id, expiresAt: count, card: sizedBytes(MAX_CARD_BYTES) }),
  },
  'mailbox-opened': { number: 48, format: record({ name: id, outcome }) },
  'listen-mailbox': { number: 49, format: record({ name: id }) },
  'enter-mailbox': { number: 50, format: record({ origin: originFormat, publicKey: id, signature: bytesOf(64) }) },
  mailbox: { number: 51, format: record({ expiresAt: count, card: sizedBytes(MAX_CARD_BYTES) }) },
  deposit: { number: 52, format: record({ bytes: sizedBytes(MAX_DEPOSIT_BYTES) }) },
  deposited: { number: 53, format: record({ hash: id, outcome }) },
  'deposit-found': { number: 54, format: record({ name: id, number: count, bytes: sizedBytes(MAX_DEPOSIT_BYTES) }) },
  answer: { number: 55, format: record({ name: id, number: count, bytes: sizedBytes(MAX_ANSWER_BYTES) }) },
  answered: { number: 56, format: record({ name: id, number: count, outcome }) },
}
