import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import { hash } from '#lib/crypto/hash'
import { isAdmissibleExchangeKey } from '#lib/crypto/key-profile'
import { cryptoBackends } from '#lib/testing/crypto-backends'
import { hexBytes, vectorSets } from '#lib/testing/test-vectors'

interface WycheproofFile {
  testGroups: { tests: { tcId: number; public: string; private: string; shared: string; flags: string[] }[] }[]
}

const LOW_ORDER = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map(hexBytes)

describe.each(cryptoBackends())('%s', (_, crypto) => {
  for (const set of vectorSets()) {
    it.skipIf(!set.present)(`C4 agrees with Wycheproof: ${set.name}`, async () => {
      const tests = set.read<WycheproofFile>('wycheproof-x25519.json').testGroups.flatMap((group) => group.tests)
      const wrong = []
      for (const test of tests) {
        const key = await crypto.exchangeKey(hexBytes(test.private))
        const shared = await key.agree(hexBytes(test.public))
        const expected = test.flags.includes('ZeroSharedSecret') ? undefined : test.shared
        if ((shared.ok ? toHex(shared.value) : undefined) !== expected) wrong.push(test.tcId)
      }
      expect(tests.length).toBeGreaterThan(20)
      expect(wrong).toEqual([])
    })
  }

  it('C3 attack 20: refuses an all-zero result and other sizes', async () => {
    const key = await crypto.exchangeKey(hash(utf8('bob')))
    for (const theirs of [...LOW_ORDER, new Uint8Array(0), new Uint8Array(31), new Uint8Array(33)]) {
      expect(await key.agree(theirs)).toEqual({ ok: false, error: { type: 'low-order-key' } })
    }
  })

  it('agrees from both sides, also after a fresh key was stored and restored', async () => {
    const [bob, carol] = [await crypto.exchangeKey(hash(utf8('bob'))), await crypto.exchangeKey()]
    const again = await crypto.restoreExchangeKey(structuredClone(carol.stored), carol.publicKey)
    expect(await bob.agree(carol.publicKey)).toEqual(await again.agree(bob.publicKey))
  })
})

describe('admission', () => {
  it('C3 attack 20: refuses keys of low order, not canonical ones and other sizes', async () => {
    const [, crypto] = cryptoBackends()[0] ?? []
    const honest = (await crypto?.exchangeKey(hash(utf8('bob'))))?.publicKey ?? new Uint8Array(0)
    const topBit = Uint8Array.from(honest, (byte, i) => (i === 31 ? byte | 128 : byte))
    const refused = [...LOW_ORDER, topBit, hexBytes(`f5${'ff'.repeat(30)}7f`), honest.subarray(1)]
    expect(isAdmissibleExchangeKey(honest)).toBe(true)
    expect(refused.map(isAdmissibleExchangeKey)).toEqual(refused.map(() => false))
  })
})
