import { concat, fromHex } from '#lib/base/bytes'

export type Curve = 'Ed25519' | 'X25519'

/** RFC 8410: the PKCS #8 bytes before the 32 of a private key. */
const PREFIX: Record<Curve, string> = {
  Ed25519: '302e020100300506032b657004220420',
  X25519: '302e020100300506032b656e04220420',
}

/** A seed of 32 bytes as both platforms take it in: PKCS #8, 48 bytes. */
export const privateKeyBytes = (curve: Curve, seed: Uint8Array): Uint8Array =>
  concat(fromHex(PREFIX[curve]) ?? new Uint8Array(0), seed)
