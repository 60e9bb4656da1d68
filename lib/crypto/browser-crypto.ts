/**
 * The `Crypto` port on WebCrypto. Private keys are non-extractable CryptoKeys; only where a platform lacks Ed25519 or
 * X25519 does tweetnacl sign or agree with a seed instead. The strict profile comes before every verification (C1).
 */
import { fromBase64Url } from '#lib/base/base64url'
import { concat } from '#lib/base/bytes'
import { err, ok } from '#lib/base/result'
import type { Crypto, ExchangeKey, PieceKey, SigningKey, StorageKey, StoredKey } from '#lib/crypto/crypto'
import { createKeyCache } from '#lib/crypto/key-cache'
import { isAllZero, signatureIsStrict } from '#lib/crypto/key-profile'
import { type Curve, privateKeyBytes } from '#lib/crypto/private-key-bytes'
import { createSeedExchangeKey, createSeedSigningKey, verifyWithNacl } from '#lib/crypto/seed-keys'
import { systemRandom } from '#lib/crypto/system-random'

const VERIFY_KEYS_KEPT = 1024
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Keys in WebCrypto, or in another `subtle`. Which curves the platform knows is found out on first use, once. */
export function createBrowserCrypto(subtle: SubtleCrypto = globalThis.crypto.subtle): Crypto {
  const knows = createCurveProbe(subtle)
  const verifyKey = createKeyCache(VERIFY_KEYS_KEPT, (publicKey) =>
    subtle.importKey('raw', source(publicKey), 'Ed25519', false, ['verify']).catch(() => undefined),
  )

  /** Whoever has the public half of a seed says so; finding it again takes the platform a moment. */
  async function signingKey(seed?: Uint8Array, publicKey?: Uint8Array): Promise<SigningKey> {
    if (!(await knows('Ed25519'))) return createSeedSigningKey(seed ?? systemRandom.bytes(32))
    const usages: KeyUsage[] = ['sign', 'verify']
    if (!seed) {
      const pair = (await subtle.generateKey('Ed25519', false, usages)) as CryptoKeyPair
      return platformSigningKey(subtle, pair.privateKey, await rawPublicKey(subtle, pair))
    }
    const key = await importPrivateKey(subtle, 'Ed25519', seed)
    return platformSigningKey(subtle, key, publicKey ?? (await publicHalf(subtle, 'Ed25519', seed)))
  }

  async function exchangeKey(seed?: Uint8Array, publicKey?: Uint8Array): Promise<ExchangeKey> {
    if (!(await knows('X25519'))) return createSeedExchangeKey(seed ?? systemRandom.bytes(32))
    if (!seed) {
      const pair = (await subtle.generateKey('X25519', false, ['deriveBits'])) as CryptoKeyPair
      return platformExchangeKey(subtle, pair.privateKey, await rawPublicKey(subtle, pair))
    }
    const key = await importPrivateKey(subtle, 'X25519', seed)
    return platformExchangeKey(subtle, key, publicKey ?? (await publicHalf(subtle, 'X25519', seed)))
  }

  return {
    signingKey: (seed) => signingKey(seed),
    exchangeKey: (seed) => exchangeKey(seed),
    async storageKey() {
      const usages: KeyUsage[] = ['encrypt', 'decrypt']
      return platformStorageKey(subtle, await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, usages))
    },
    async restoreSigningKey(stored, publicKey) {
      return stored.kind === 'seed'
        ? signingKey(stored.seed, publicKey)
        : platformSigningKey(subtle, keyOf(stored), publicKey)
    },
    async restoreExchangeKey(stored, publicKey) {
      return stored.kind === 'seed'
        ? exchangeKey(stored.seed, publicKey)
        : platformExchangeKey(subtle, keyOf(stored), publicKey)
    },
    async restoreStorageKey(stored) {
      if (stored.kind === 'platform') return platformStorageKey(subtle, keyOf(stored))
      const usages: KeyUsage[] = ['encrypt', 'decrypt']
      return platformStorageKey(subtle, await subtle.importKey('raw', source(stored.seed), 'AES-GCM', false, usages))
    },
    async pieceKey(secret) {
      const usages: KeyUsage[] = ['encrypt', 'decrypt']
      return platformPieceKey(subtle, await subtle.importKey('raw', source(secret), 'AES-GCM', false, usages))
    },
    digest: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', source(bytes))),
    async verify(publicKey, message, signature) {
      if (!signatureIsStrict(publicKey, signature)) return false
      if (!(await knows('Ed25519'))) return verifyWithNacl(publicKey, message, signature)
      const key = await verifyKey(publicKey)
      return key !== undefined && subtle.verify('Ed25519', key, source(signature), source(message))
    },
  }
}

/** TypeScript tells ArrayBuffer from SharedArrayBuffer, and WebCrypto takes the former: the only place that converts. */
const source = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)

function createCurveProbe(subtle: SubtleCrypto): (curve: Curve) => Promise<boolean> {
  const known = new Map<Curve, Promise<boolean>>()
  return (curve) => {
    const answer =
      known.get(curve) ??
      importPrivateKey(subtle, curve, new Uint8Array(32).fill(1)).then(
        () => true,
        () => false,
      )
    known.set(curve, answer)
    return answer
  }
}

function importPrivateKey(subtle: SubtleCrypto, curve: Curve, seed: Uint8Array, extractable = false) {
  const usages: KeyUsage[] = curve === 'Ed25519' ? ['sign'] : ['deriveBits']
  return subtle.importKey('pkcs8', source(privateKeyBytes(curve, seed)), curve, extractable, usages)
}

/** The 32 bytes that the platform finds for a seed: it tells them beside the seed alone (RFC 8037), of a key that is not kept. */
async function publicHalf(subtle: SubtleCrypto, curve: Curve, seed: Uint8Array): Promise<Uint8Array> {
  const { x } = await subtle.exportKey('jwk', await importPrivateKey(subtle, curve, seed, true))
  const found = x === undefined ? undefined : fromBase64Url(x)
  if (!found) throw new Error('The platform found no public key')
  return found
}

const rawPublicKey = async (subtle: SubtleCrypto, pair: CryptoKeyPair): Promise<Uint8Array> =>
  new Uint8Array(await subtle.exportKey('raw', pair.publicKey))

function keyOf(stored: StoredKey): CryptoKey {
  if (stored.kind !== 'platform' || !(stored.key instanceof CryptoKey)) throw new Error('Not a key of this platform')
  return stored.key
}

const platformSigningKey = (subtle: SubtleCrypto, key: CryptoKey, publicKey: Uint8Array): SigningKey => ({
  publicKey,
  sign: async (message) => new Uint8Array(await subtle.sign('Ed25519', key, source(message))),
  stored: { kind: 'platform', key },
})

const platformExchangeKey = (subtle: SubtleCrypto, key: CryptoKey, publicKey: Uint8Array): ExchangeKey => ({
  publicKey,
  async agree(theirs) {
    try {
      const other = await subtle.importKey('raw', source(theirs), 'X25519', false, [])
      const shared = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: other }, key, 256))
      return isAllZero(shared) ? err({ type: 'low-order-key' }) : ok(shared)
    } catch {
      return err({ type: 'low-order-key' }) // the platform refuses such keys by throwing
    }
  },
  stored: { kind: 'platform', key },
})

const platformPieceKey = (subtle: SubtleCrypto, key: CryptoKey): PieceKey => ({
  async seal(plain, nonce, data) {
    const cipher = { name: 'AES-GCM', iv: source(nonce), additionalData: source(data) }
    return new Uint8Array(await subtle.encrypt(cipher, key, source(plain)))
  },
  async open(sealed, nonce, data) {
    const cipher = { name: 'AES-GCM', iv: source(nonce), additionalData: source(data) }
    try {
      return ok(new Uint8Array(await subtle.decrypt(cipher, key, source(sealed))))
    } catch {
      return err({ type: 'damaged' })
    }
  },
})

const platformStorageKey = (subtle: SubtleCrypto, key: CryptoKey): StorageKey => {
  const cipher = platformPieceKey(subtle, key)
  return {
    async seal(plain, context) {
      const nonce = systemRandom.bytes(NONCE_BYTES)
      return concat(nonce, await cipher.seal(plain, nonce, context))
    },
    async open(sealed, context) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return err({ type: 'damaged' })
      return cipher.open(sealed.subarray(NONCE_BYTES), sealed.subarray(0, NONCE_BYTES), context)
    },
    stored: { kind: 'platform', key },
  }
}
