import { expect, it } from 'vitest'
import { concat, toHex, utf8 } from '#lib/base/bytes'
import { hash, tag } from '#lib/crypto/hash'
import { derivationsInScript, kdf, mac, slowKdf } from '#lib/crypto/kdf'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { hexBytes, vectorSets } from '#lib/testing/test-vectors'

interface WycheproofFile {
  testGroups: {
    tests: { tcId: number; ikm: string; salt: string; info: string; size: number; okm: string; result: string }[]
  }[]
}

for (const set of vectorSets()) {
  it.skipIf(!set.present)(`C4 derives what Wycheproof derives: ${set.name}`, () => {
    const tests = set.read<WycheproofFile>('wycheproof-hkdf_sha256.json').testGroups.flatMap((group) => group.tests)
    const valid = tests.filter(({ result }) => result === 'valid')
    expect(valid.length).toBeGreaterThan(5)
    for (const derive of [kdf, derivationsInScript.kdf]) {
      const derived = valid.map((t) => toHex(derive(hexBytes(t.ikm), hexBytes(t.salt), hexBytes(t.info), t.size)))
      expect(derived).toEqual(valid.map(({ okm }) => okm))
    }
  })
}

it('hashes and authenticates parts as their concatenation', () => {
  const [a, b] = [utf8('wax'), utf8('wing')]
  expect(hash(a, b)).toEqual(hash(concat(a, b)))
  expect(mac(a, a, b)).toEqual(mac(a, concat(a, b)))
})

it('hashes as FIPS 180-2 and authenticates as RFC 4231 say', () => {
  expect(toHex(hash(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  const code = mac(utf8('Jefe'), utf8('what do ya want for nothing?'))
  expect(toHex(code)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})

it('C1 derives the same in a browser as in Node, whatever the sizes', () => {
  const random = createSeededRandom(3)
  for (let length = 0; length < 140; length++) {
    const [secret, salt, info] = [random.bytes(length), random.bytes(random.below(140)), random.bytes(random.below(99))]
    const size = 1 + random.below(100)
    expect(kdf(secret, salt, info, size)).toEqual(derivationsInScript.kdf(secret, salt, info, size))
    expect(mac(salt, secret, info)).toEqual(derivationsInScript.mac(salt, secret, info))
    expect(slowKdf(secret, salt, 3, size)).toEqual(derivationsInScript.slowKdf(secret, salt, 3, size))
  }
  expect(kdf(new Uint8Array(), new Uint8Array(), new Uint8Array(), 8160)).toEqual(
    derivationsInScript.kdf(new Uint8Array(), new Uint8Array(), new Uint8Array(), 8160),
  )
})

it('separates uses by name', () => {
  expect(tag('entry')).toEqual(hash(utf8('waxwing/entry/1')))
  expect(tag('entry')).not.toEqual(tag('sign'))
})
