import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '#lib/base/bytes'
import { hash } from '#lib/crypto/hash'
import { isAdmissibleSigningKey, signatureIsStrict } from '#lib/crypto/key-profile'
import { cryptoBackends } from '#lib/testing/crypto-backends'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { hexBytes, vectorSets } from '#lib/testing/test-vectors'

interface WycheproofFile {
  testGroups: { publicKey: { pk: string }; tests: { tcId: number; msg: string; sig: string; result: string }[] }[]
}
type SpeccheckFile = { message: string; pub_key: string; signature: string }[]

const { Point } = ed25519
const ORDER = Point.Fn.ORDER
/** A generator of the eight torsion points. */
const TORSION = Point.fromBytes(hexBytes('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'))
const message = utf8('a berry')
const alice = ed25519.utils.getExtendedPublicKey(hash(utf8('alice')))

const scalar = (bytes: Uint8Array) => bytes.reduceRight((number, byte) => number * 256n + BigInt(byte), 0n)
const littleEndian = (value: bigint) =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))

/** A signature whose equation holds up to `nonceTorsion` in R. */
function signatureWith(nonceTorsion: typeof TORSION): Uint8Array {
  const nonce = scalar(hash(utf8('nonce'))) % ORDER
  const r = Point.BASE.multiply(nonce).add(nonceTorsion).toBytes()
  const challenge = scalar(sha512(concat(r, alice.pointBytes, message))) % ORDER
  return concat(r, littleEndian((nonce + challenge * alice.scalar) % ORDER))
}

describe.each(cryptoBackends())('%s', (_, crypto) => {
  for (const set of vectorSets()) {
    describe.skipIf(!set.present)(`vectors: ${set.name}`, () => {
      it('C4 agrees with every Wycheproof verdict', async () => {
        const { testGroups } = set.read<WycheproofFile>('wycheproof-ed25519.json')
        const wrong = []
        for (const { publicKey, tests } of testGroups) {
          for (const { tcId, msg, sig, result } of tests) {
            const verdict = await crypto.verify(hexBytes(publicKey.pk), hexBytes(msg), hexBytes(sig))
            if (verdict !== (result === 'valid')) wrong.push(tcId)
          }
        }
        expect(testGroups.length).toBeGreaterThan(10)
        expect(wrong).toEqual([])
      })

      it('C1 refuses every speccheck case but number 3, whose key admission refuses', async () => {
        const cases = set.read<SpeccheckFile>('ed25519-speccheck.json')
        const verified = []
        for (const [i, { message, pub_key, signature }] of cases.entries()) {
          if (await crypto.verify(hexBytes(pub_key), hexBytes(message), hexBytes(signature))) verified.push(i)
        }
        expect(cases).toHaveLength(12)
        expect(verified).toEqual([3])
        expect(isAdmissibleSigningKey(hexBytes(cases[3]?.pub_key ?? ''))).toBe(false)
      })
    })
  }

  it('C1 attack 16: refuses S + L, which means the same to lax verifiers', async () => {
    const good = signatureWith(Point.ZERO)
    const malleated = concat(good.subarray(0, 32), littleEndian(scalar(good.subarray(32)) + ORDER))
    expect(await crypto.verify(alice.pointBytes, message, good)).toBe(true)
    expect(await crypto.verify(alice.pointBytes, message, malleated)).toBe(false)
  })

  it('C1 attack 17: refuses R with a torsion part, which cofactored verifiers take', async () => {
    const twisted = signatureWith(TORSION)
    expect(ed25519.verify(twisted, message, alice.pointBytes)).toBe(true)
    expect(await crypto.verify(alice.pointBytes, message, twisted)).toBe(false)
  })

  it('C1 refuses keys that are no point, and wrong sizes, without throwing', async () => {
    const noPoint = hexBytes('02'.padEnd(64, '0'))
    const good = signatureWith(Point.ZERO)
    expect(signatureIsStrict(noPoint, good)).toBe(true)
    expect(await crypto.verify(noPoint, message, good)).toBe(false)
    expect(await crypto.verify(alice.pointBytes, message, good.subarray(1))).toBe(false)
    expect(await crypto.verify(alice.pointBytes.subarray(1), message, good)).toBe(false)
    expect(await crypto.verify(new Uint8Array(0), message, new Uint8Array(0))).toBe(false)
  })

  it('signs what every verifier takes, the same bytes from the same seed', async () => {
    const key = await crypto.signingKey(hash(utf8('alice')))
    expect(key.publicKey).toEqual(alice.pointBytes)
    expect(await key.sign(message)).toEqual(ed25519.sign(message, hash(utf8('alice'))))
  })

  it('makes a fresh key that signs on after being stored and restored', async () => {
    const key = await crypto.signingKey()
    const again = await crypto.restoreSigningKey(structuredClone(key.stored), key.publicKey)
    expect(await crypto.verify(key.publicKey, message, await again.sign(message))).toBe(true)
    expect((await crypto.signingKey()).publicKey).not.toEqual(key.publicKey)
  })
})

it('C4 attack 21: all backends give one verdict on altered signatures and keys', async () => {
  const random = createSeededRandom(21)
  const backends = cryptoBackends().map(([, crypto]) => crypto)
  const good = concat(alice.pointBytes, signatureWith(Point.ZERO))
  for (let round = 0; round < 60; round++) {
    const bytes = good.slice()
    for (let i = random.below(3); i > 0; i--)
      bytes[random.below(96)] = random.pick([0, 1, 127, 128, 255, random.below(256)])
    const verdicts = await Promise.all(backends.map((b) => b.verify(bytes.slice(0, 32), message, bytes.slice(32))))
    expect(new Set(verdicts)).toHaveProperty('size', 1)
  }
})

describe('admission', () => {
  it('C1 takes an honest key', () => {
    expect(isAdmissibleSigningKey(alice.pointBytes)).toBe(true)
  })

  it('C1 attack 18: refuses every point of small order, however it is encoded', () => {
    const points = Array.from({ length: 8 }, (_, i) => (i ? TORSION.multiplyUnsafe(BigInt(i)) : Point.ZERO).toBytes())
    const flipped = points.map((bytes) => Uint8Array.from(bytes, (byte, i) => (i === 31 ? byte ^ 128 : byte)))
    for (const key of [...points, ...flipped]) {
      expect(isAdmissibleSigningKey(key)).toBe(false)
      expect(signatureIsStrict(key, signatureWith(Point.ZERO))).toBe(false)
    }
  })

  it('C1 attack 18: refuses encodings of y at or above the prime', () => {
    for (const low of ['ed', 'ee', 'f5', 'ff']) {
      const key = hexBytes(`${low}${'ff'.repeat(30)}7f`)
      expect(isAdmissibleSigningKey(key)).toBe(false)
      expect(signatureIsStrict(key, signatureWith(Point.ZERO))).toBe(false)
    }
  })

  it('C1 attack 19: refuses a key with a torsion part, though its encoding is faultless', () => {
    const mixed = alice.point.add(TORSION)
    expect(signatureIsStrict(mixed.toBytes(), signatureWith(Point.ZERO))).toBe(true)
    expect(isAdmissibleSigningKey(mixed.toBytes())).toBe(false)
  })

  it('refuses other sizes and what is no point', () => {
    for (const key of [new Uint8Array(0), new Uint8Array(33), hexBytes('02'.padEnd(64, '0'))]) {
      expect(isAdmissibleSigningKey(key)).toBe(false)
    }
  })
})
