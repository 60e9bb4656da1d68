import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256 } from '@noble/hashes/sha2.js'

/** HKDF-SHA256 (RFC 5869): `size` bytes, at most 8160. An empty `salt` counts as 32 zero bytes. */
export const kdf = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, size = 32): Uint8Array =>
  hkdf(sha256, secret, salt, info, size)

/** PBKDF2-HMAC-SHA256 (RFC 8018): makes trying out inputs slow where nothing is secret. */
export const slowKdf = (input: Uint8Array, salt: Uint8Array, rounds: number, size: number): Uint8Array =>
  pbkdf2(sha256, input, salt, { c: rounds, dkLen: size })

/** HMAC-SHA256 over the concatenation of `parts`; 32 bytes. */
export function mac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const code = hmac.create(sha256, key)
  for (const part of parts) code.update(part)
  return code.digest()
}
