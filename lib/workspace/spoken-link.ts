/**
 * A link that can be said aloud (docs/protocol.md I7): it lies, sealed, as the card of a mailbox whose key follows from
 * the six words. Whoever has the words has the link, and nothing more.
 */
import { concat, textFromUtf8, utf8 } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { kdf } from '#lib/crypto/kdf'
import { boxOpenWithNonce, boxSealWithNonce } from '#lib/crypto/secretbox'
import type { WordsSecret } from '#lib/workspace/spoken-words'

const NONCE_BYTES = 24
const NO_SALT = new Uint8Array(0)

/** The key of the mailbox that the words open. */
export const wordsMailboxKey = (crypto: Crypto, secret: WordsSecret): Promise<SigningKey> =>
  crypto.signingKey(kdf(secret, NO_SALT, utf8('words mailbox')))

/** The card: a link's fragment, sealed. */
export function sealSpokenLink(fragment: string, secret: WordsSecret, random: Random): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES)
  return concat(nonce, boxSealWithNonce(utf8(fragment), nonce, sealKey(secret)))
}

/** The fragment, to be read like any link. Safe on hostile bytes. */
export function openSpokenLink(
  card: Uint8Array,
  secret: WordsSecret,
): Result<string, { readonly type: 'damaged-message' }> {
  const plain =
    card.length < NONCE_BYTES
      ? undefined
      : boxOpenWithNonce(card.subarray(NONCE_BYTES), card.subarray(0, NONCE_BYTES), sealKey(secret))
  const fragment = plain && textFromUtf8(plain)
  return fragment === undefined ? err({ type: 'damaged-message' }) : ok(fragment)
}

const sealKey = (secret: WordsSecret): Uint8Array => kdf(secret, NO_SALT, utf8('words link'))
