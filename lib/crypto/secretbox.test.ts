import nacl from 'tweetnacl'
import { expect, it } from 'vitest'
import { concat, u32, utf8 } from '#lib/base/bytes'
import { hash } from '#lib/crypto/hash'
import { BOX_OVERHEAD, boxOpen, boxOpenWithNonce, boxSeal, boxSealWithNonce } from '#lib/crypto/secretbox'

const key = hash(utf8('key'))
const plain = utf8('a berry')

it('opens what it sealed, and nothing that was altered or cut', () => {
  const box = boxSeal(plain, key)
  expect(box).toHaveLength(plain.length + BOX_OVERHEAD)
  expect(boxOpen(box, key)).toEqual(plain)
  expect(boxOpen(box, hash(key))).toBeUndefined()
  for (let i = 0; i < box.length; i++) {
    expect(
      boxOpen(
        Uint8Array.from(box, (byte, at) => (at === i ? byte ^ 128 : byte)),
        key,
      ),
    ).toBeUndefined()
    expect(boxOpen(box.subarray(0, i), key)).toBeUndefined()
  }
})

it('seals as NaCl does under a nonce', () => {
  const nonce = hash(plain).slice(0, 24)
  const box = boxSealWithNonce(plain, nonce, key)
  expect(box).toEqual(nacl.secretbox(plain, nonce, key))
  expect(boxOpenWithNonce(box, nonce, key)).toEqual(plain)
  expect(boxOpen(box, key)).toBeUndefined()
})

it('attack 15: opens under two keys if made for it, so a key must be bound by what surrounds the box', () => {
  const box = boxUnderBoth(key, hash(key))
  expect([key, hash(key), hash(hash(key))].map((k) => boxOpen(box, k)?.length)).toEqual([48, 48, undefined])
})

/** Poly1305 commits to nobody: a box of 48 bytes, free in its last block, whose tag is right under two keys. */
function boxUnderBoth(one: Uint8Array, two: Uint8Array): Uint8Array {
  const prime = 2n ** 130n - 5n
  const number = (bytes: Uint8Array) => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
  const modulo = (value: bigint) => ((value % prime) + prime) % prime
  const power = (base: bigint, exponent: bigint): bigint =>
    exponent === 0n ? 1n : (power((base * base) % prime, exponent / 2n) * (exponent % 2n ? base : 1n)) % prime
  const authenticators = [one, two].map((key) => {
    const stream = polyKey(key)
    return { r: number(stream.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn, s: number(stream.subarray(16)) }
  })
  const [a, b] = authenticators as [{ r: bigint; s: bigint }, { r: bigint; s: bigint }]
  for (let attempt = 0; ; attempt++) {
    const free = concat(u32(attempt), new Uint8Array(28))
    const known = ({ r }: { r: bigint }) =>
      [0, 16].reduce(
        (sum, at, i) => sum + (number(free.subarray(at, at + 16)) + 2n ** 128n) * power(r, BigInt(3 - i)),
        0n,
      )
    const difference = modulo(known(b) + b.s - known(a) - a.s)
    const block = modulo(difference * power(modulo(a.r - b.r), prime - 2n)) - 2n ** 128n
    if (block < 0n || block >= 2n ** 128n) continue
    const last = Uint8Array.from({ length: 16 }, (_, i) => Number((block >> BigInt(8 * i)) & 255n))
    const tag = modulo(known(a) + (block + 2n ** 128n) * a.r) + a.s
    const tagBytes = Uint8Array.from({ length: 16 }, (_, i) => Number((tag >> BigInt(8 * i)) & 255n))
    const box = concat(tagBytes, free, last)
    if (boxOpen(box, one) && boxOpen(box, two)) return box
  }
}

/** The one-time key of a secretbox with a zero nonce: the first 32 bytes of its stream. */
function polyKey(key: Uint8Array): Uint8Array {
  const { lowlevel } = nacl as unknown as {
    lowlevel: { crypto_stream(c: Uint8Array, at: number, size: number, nonce: Uint8Array, key: Uint8Array): void }
  }
  const stream = new Uint8Array(32)
  lowlevel.crypto_stream(stream, 0, 32, new Uint8Array(24), key)
  return stream
}
