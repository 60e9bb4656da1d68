/**
 * The checks that make every Ed25519 and X25519 implementation reach one verdict (docs/protocol.md C1, C3). They look
 * at encodings only and come before any verification. Sources: RFC 8032 §5.1, RFC 7748 §6.1, "Taming the many EdDSAs".
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { fromHex, sameBytes } from '#lib/base/bytes'
import { createKeyCache } from '#lib/crypto/key-cache'

const VERDICTS_KEPT = 1024

/** Little-endian 2^255 − 19. */
const FIELD_PRIME = bytesOf('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')
/** Little-endian order L of the base point. */
const GROUP_ORDER = bytesOf('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

/** y coordinates of the eight Edwards points of small order (0, 1, −1 and the two of order 8). */
const SMALL_ORDER_Y = [
  bytesOf('0000000000000000000000000000000000000000000000000000000000000000'),
  bytesOf('0100000000000000000000000000000000000000000000000000000000000000'),
  bytesOf('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
  bytesOf('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  bytesOf('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
]

/** u coordinates of the Montgomery points of small order, on the curve and on its twist. */
const LOW_ORDER_U = [
  bytesOf('0000000000000000000000000000000000000000000000000000000000000000'),
  bytesOf('0100000000000000000000000000000000000000000000000000000000000000'),
  bytesOf('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
  bytesOf('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
  bytesOf('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
]

/** C1 before verification: both sizes right, S < L, A and R canonical and not of small order. Safe on any bytes. */
export function signatureIsStrict(publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  return (
    isStrictPoint(publicKey) && isStrictPoint(signature.subarray(0, 32)) && isBelow(signature.subarray(32), GROUP_ORDER)
  )
}

/**
 * C1 at admission: a canonical point of the curve without any torsion part. Safe on any bytes; some milliseconds the first
 * time, and a key comes by several times: with who asks to join, in the operation that lets them in, and from every road.
 */
export const isAdmissibleSigningKey = (key: Uint8Array): boolean =>
  key.length === 32 && isStrictPoint(key) && isWithoutTorsion(key)

const isWithoutTorsion = createKeyCache(VERDICTS_KEPT, (key) => {
  try {
    return ed25519.Point.fromBytes(key).isTorsionFree()
  } catch {
    return false
  }
})

/** C3 at admission: a canonical u coordinate that is not of low order. Safe on any bytes. */
export const isAdmissibleExchangeKey = (key: Uint8Array): boolean =>
  key.length === 32 && isBelow(key, FIELD_PRIME) && !LOW_ORDER_U.some((u) => sameBytes(u, key))

/** Whether every byte is zero; takes the same time for all inputs of one length. */
export const isAllZero = (bytes: Uint8Array): boolean => bytes.reduce((seen, byte) => seen | byte, 0) === 0

function isStrictPoint(point: Uint8Array): boolean {
  const y = Uint8Array.from(point)
  y[31] = (y[31] ?? 0) & 127
  return isBelow(y, FIELD_PRIME) && !SMALL_ORDER_Y.some((small) => sameBytes(small, y))
}

/** Compares little-endian numbers of one length. */
function isBelow(value: Uint8Array, limit: Uint8Array): boolean {
  for (let i = limit.length - 1; i >= 0; i--) {
    const difference = (value[i] ?? 0) - (limit[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex)
  if (!bytes) throw new Error('Not hexadecimal')
  return bytes
}
