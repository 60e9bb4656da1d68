/** Keys that tweetnacl works from 32 seed bytes: the fallback of platforms without these curves. */
import nacl from 'tweetnacl'
import { err, ok } from '#lib/base/result'
import type { ExchangeKey, SigningKey } from '#lib/crypto/crypto'
import { isAllZero, signatureIsStrict } from '#lib/crypto/key-profile'

/** An Ed25519 key from a seed of 32 bytes. */
export function createSeedSigningKey(seed: Uint8Array): SigningKey {
  const pair = nacl.sign.keyPair.fromSeed(seed)
  return {
    publicKey: pair.publicKey,
    sign: async (message) => nacl.sign.detached(message, pair.secretKey),
    stored: { kind: 'seed', seed },
  }
}

/** An X25519 key from a seed of 32 bytes. */
export const createSeedExchangeKey = (seed: Uint8Array): ExchangeKey => ({
  publicKey: nacl.scalarMult.base(seed),
  async agree(theirs) {
    const shared = theirs.length === 32 ? nacl.scalarMult(seed, theirs) : new Uint8Array(32)
    return isAllZero(shared) ? err({ type: 'low-order-key' }) : ok(shared)
  },
  stored: { kind: 'seed', seed },
})

/** Strict verdict of C1; false for any malformed input, never throws. */
export const verifyWithNacl = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  signatureIsStrict(publicKey, signature) && nacl.sign.detached.verify(message, signature, publicKey)
