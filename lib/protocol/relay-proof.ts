/** What a key signs to show itself at a relay. The origin is in it, so that one relay cannot use the answer at another. */
import { concat, utf8 } from '#lib/base/bytes'
import { hash, tag } from '#lib/crypto/hash'

/** Bytes of a challenge, fresh for every connection. */
export const NONCE_BYTES = 32

/** Signed by a relay key to enter `room` (R3). */
export const roomProof = (origin: string, nonce: Uint8Array, room: Uint8Array): Uint8Array =>
  concat(tag('room-proof'), nonce, room, utf8(origin))

/** Signed by a mailbox key to deposit and read (I1). */
export const mailboxProof = (origin: string, nonce: Uint8Array, mailbox: Uint8Array): Uint8Array =>
  concat(tag('mailbox-proof'), nonce, mailbox, utf8(origin))

/** A mailbox's name: 32 bytes, from its Ed25519 public key. */
export const mailboxName = (publicKey: Uint8Array): Uint8Array => hash(publicKey)
