/** The `Crypto` port on node:crypto, for tests, the simulation and the relay. Keys are plain seeds. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  sign as ed25519Sign,
  verify as ed25519Verify,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import { concat } from '#lib/base/bytes'
import { err, ok } from '#lib/base/result'
import type { Crypto, ExchangeKey, PieceKey, SigningKey, StorageKey, StoredKey } from '#lib/crypto/crypto'
import { createKeyCache } from '#lib/crypto/key-cache'
import { isAllZero, signatureIsStrict } from '#lib/crypto/key-profile'
import { type Curve, privateKeyBytes } from '#lib/crypto/private-key-bytes'

const VERIFY_KEYS_KEPT = 1024
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A backend whose operations finish at once, under the same asynchronous port. */
export function createNodeCrypto(): Crypto {
  const verifyKey = createKeyCache(VERIFY_KEYS_KEPT, (publicKey) => publicKeyOf('Ed25519', publicKey))
  return {
    signingKey: async (seed) => nodeSigningKey(seed ?? freshSeed()),
    exchangeKey: async (seed) => nodeExchangeKey(seed ?? freshSeed()),
    storageKey: async () => nodeStorageKey(freshSeed()),
    restoreSigningKey: async (stored) => nodeSigningKey(seedOf(stored)),
    restoreExchangeKey: async (stored) => nodeExchangeKey(seedOf(stored)),
    restoreStorageKey: async (stored) => nodeStorageKey(seedOf(stored)),
    pieceKey: async (secret) => nodePieceKey(secret),
    digest: async (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
    async verify(publicKey, message, signature) {
      if (!signatureIsStrict(publicKey, signature)) return false
      try {
        return ed25519Verify(null, message, verifyKey(publicKey), signature)
      } catch {
        return false // the key is no point of the curve
      }
    },
  }
}

const freshSeed = (): Uint8Array => new Uint8Array(randomBytes(32))

function seedOf(stored: StoredKey): Uint8Array {
  if (stored.kind !== 'seed') throw new Error('A platform key of another backend')
  return stored.seed
}

function nodeSigningKey(seed: Uint8Array): SigningKey {
  const { key, publicKey } = keyPairOf('Ed25519', seed)
  return {
    publicKey,
    sign: async (message) => new Uint8Array(ed25519Sign(null, message, key)),
    stored: { kind: 'seed', seed },
  }
}

function nodeExchangeKey(seed: Uint8Array): ExchangeKey {
  const { key, publicKey } = keyPairOf('X25519', seed)
  return {
    publicKey,
    async agree(theirs) {
      try {
        const shared = new Uint8Array(diffieHellman({ privateKey: key, publicKey: publicKeyOf('X25519', theirs) }))
        return isAllZero(shared) ? err({ type: 'low-order-key' }) : ok(shared)
      } catch {
        return err({ type: 'low-order-key' }) // OpenSSL refuses such keys by throwing
      }
    },
    stored: { kind: 'seed', seed },
  }
}

const publicKeyOf = (crv: Curve, bytes: Uint8Array): KeyObject =>
  createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv, x: toBase64Url(bytes) } })

/** The private key of a seed and its public half. */
function keyPairOf(crv: Curve, seed: Uint8Array): { readonly key: KeyObject; readonly publicKey: Uint8Array } {
  const key = createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.from(privateKeyBytes(crv, seed)) })
  const publicKey = fromBase64Url(createPublicKey(key).export({ format: 'jwk' }).x ?? '')
  if (!publicKey) throw new Error('No public half')
  return { key, publicKey }
}

const nodePieceKey = (secret: Uint8Array): PieceKey => ({
  async seal(plain, nonce, data) {
    const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(data)
    return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag())
  },
  async open(sealed, nonce, data) {
    if (sealed.length < TAG_BYTES) return err({ type: 'damaged' })
    const end = sealed.length - TAG_BYTES
    const cipher = createDecipheriv('aes-256-gcm', secret, nonce)
    cipher.setAAD(data).setAuthTag(sealed.subarray(end))
    try {
      return ok(concat(cipher.update(sealed.subarray(0, end)), cipher.final()))
    } catch {
      return err({ type: 'damaged' })
    }
  },
})

function nodeStorageKey(seed: Uint8Array): StorageKey {
  const cipher = nodePieceKey(seed)
  return {
    async seal(plain, context) {
      const nonce = new Uint8Array(randomBytes(NONCE_BYTES))
      return concat(nonce, await cipher.seal(plain, nonce, context))
    },
    async open(sealed, context) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return err({ type: 'damaged' })
      return cipher.open(sealed.subarray(NONCE_BYTES), sealed.subarray(0, NONCE_BYTES), context)
    },
    stored: { kind: 'seed', seed },
  }
}
