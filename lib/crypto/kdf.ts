import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { type NodeHashes, nodeHashes } from '#lib/crypto/node-hashes'

/** The functions of this file, as one platform works them out. */
export interface Derivations {
  kdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, size?: number): Uint8Array
  slowKdf(input: Uint8Array, salt: Uint8Array, rounds: number, size: number): Uint8Array
  mac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array
}

export const derivationsInScript: Derivations = {
  kdf: (secret, salt, info, size = 32) => hkdf(sha256, secret, salt, info, size),
  slowKdf: (input, salt, rounds, size) => pbkdf2(sha256, input, salt, { c: rounds, dkLen: size }),
  mac(key, ...parts) {
    const code = hmac.create(sha256, key)
    for (const part of parts) code.update(part)
    return code.digest()
  },
}

const derivationsWith = ({ createHmac, hkdfSync, pbkdf2Sync }: NodeHashes): Derivations => ({
  kdf: (secret, salt, info, size = 32) => new Uint8Array(hkdfSync('sha256', secret, salt, info, size)),
  slowKdf: (input, salt, rounds, size) => new Uint8Array(pbkdf2Sync(input, salt, rounds, size, 'sha256')),
  mac(key, ...parts) {
    const code = createHmac('sha256', key)
    for (const part of parts) code.update(part)
    return new Uint8Array(code.digest())
  },
})

const derivations = nodeHashes === undefined ? derivationsInScript : derivationsWith(nodeHashes)

/** HKDF-SHA256 (RFC 5869): `size` bytes, at most 8160; `info` of at most 1,024. An empty `salt` counts as 32 zero bytes. */
export const kdf = derivations.kdf

/** PBKDF2-HMAC-SHA256 (RFC 8018): makes trying out inputs slow where nothing is secret. */
export const slowKdf = derivations.slowKdf

/** HMAC-SHA256 over the concatenation of `parts`; 32 bytes. */
export const mac = derivations.mac
