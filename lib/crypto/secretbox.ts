/**
 * XSalsa20-Poly1305 of NaCl. It binds no additional data and does not commit to its key: what an entry must be bound
 * to enters the derivation of its key (docs/protocol.md §3).
 */
import nacl from 'tweetnacl'

/** Bytes that a box is longer than what it holds. */
export const BOX_OVERHEAD = 16

const ZERO_NONCE = new Uint8Array(24)

/** Seals under a 32-byte key that seals this one message and never another: the nonce is zero. */
export const boxSeal = (plain: Uint8Array, key: Uint8Array): Uint8Array => nacl.secretbox(plain, ZERO_NONCE, key)

/** What `boxSeal` sealed, or `undefined` for any other bytes or key; safe on hostile boxes. */
export const boxOpen = (box: Uint8Array, key: Uint8Array): Uint8Array | undefined =>
  nacl.secretbox.open(box, ZERO_NONCE, key) ?? undefined

/** For a key that seals many messages: `nonce` is 24 bytes, never used twice under one key. */
export const boxSealWithNonce = (plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array =>
  nacl.secretbox(plain, nonce, key)

/** What `boxSealWithNonce` sealed, or `undefined`. */
export const boxOpenWithNonce = (box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined =>
  nacl.secretbox.open(box, nonce, key) ?? undefined
