/**
 * What two devices of one person derive from the twelve words that the new one shows (docs/protocol.md V1): the mailbox in
 * which they meet, the key of what lies in it, and the code that a person carries from one screen to the other. Whoever
 * saw the words, too, cannot make both screens show one code: the old device bound itself to the nonce in it before the
 * new one named its key, and tells it only after.
 */
import { utf8 } from '#lib/base/bytes'
import type { Brand } from '#lib/base/ids'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { hash, tag } from '#lib/crypto/hash'
import { kdf } from '#lib/crypto/kdf'

/** 16 bytes that the new device draws and shows as words. */
export type PairingSecret = Brand<Uint8Array, 'PairingSecret'>
/** 32 secret bytes that seal messages between the two. */
export type PairingKey = Brand<Uint8Array, 'PairingKey'>

/** What follows from the words. */
export interface PairingKeys {
  /** The new device's proof at the mailbox; the old one opens it under the public half. */
  readonly mailboxKey: SigningKey
  readonly messageKey: PairingKey
}

export const PAIRING_SECRET_BYTES = 16
export const PAIRING_NONCE_BYTES = 16
/** How long the two have. */
export const PAIRING_SECONDS = 600
/** Wrong codes that end a linking. */
export const MAX_WRONG_CODES = 3

const EMPTY = new Uint8Array(0)
const CODE_DIGITS = 6

export async function pairingKeys(crypto: Crypto, secret: PairingSecret): Promise<PairingKeys> {
  return {
    mailboxKey: await crypto.signingKey(kdf(secret, EMPTY, utf8('pairing mailbox'))),
    messageKey: kdf(secret, EMPTY, utf8('pairing messages')) as PairingKey,
  }
}

/** The key of everything after the code, from the secret of 32 bytes in the grant. */
export const grantedKey = (secret: Uint8Array): PairingKey => kdf(secret, EMPTY, utf8('pairing grant')) as PairingKey

/** 32 bytes that bind the old device to a nonce of 16. */
export const commitmentTo = (nonce: Uint8Array): Uint8Array => hash(tag('pairing-nonce'), nonce)

/** Six digits over everything that was said so far: offer and hello as they lay in the mailbox, and the nonce. */
export function confirmationCode(offer: Uint8Array, hello: Uint8Array, nonce: Uint8Array): string {
  const digest = hash(tag('pairing-code'), hash(offer), hash(hello), nonce)
  const number = digest.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0)
  return String(number % 10 ** CODE_DIGITS).padStart(CODE_DIGITS, '0')
}
