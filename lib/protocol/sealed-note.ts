/** Short-lived words between members, outside the log: sealed under a key of the epoch, each with a nonce of its own. */

import { concat } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { boxOpenWithNonce, boxSealWithNonce } from '#lib/crypto/secretbox'

const NONCE_BYTES = 24

/** nonce (24) ‖ secretbox. `key` is 32 bytes and may seal many notes. */
export function sealNote(plain: Uint8Array, key: Uint8Array, random: Random): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES)
  return concat(nonce, boxSealWithNonce(plain, nonce, key))
}

/** What `sealNote` sealed, or `undefined` for any other bytes or key; safe on hostile bytes. */
export function openNote(sealed: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  if (sealed.length < NONCE_BYTES) return undefined
  return boxOpenWithNonce(sealed.subarray(NONCE_BYTES), sealed.subarray(0, NONCE_BYTES), key)
}
