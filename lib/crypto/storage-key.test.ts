import { describe, expect, it } from 'vitest'
import { concat, toHex, utf8 } from '#lib/base/bytes'
import { cryptoBackends } from '#lib/testing/crypto-backends'
import { hexBytes, vectorSets } from '#lib/testing/test-vectors'

interface WycheproofFile {
  testGroups: {
    ivSize: number
    keySize: number
    tests: {
      tcId: number
      key: string
      iv: string
      aad: string
      msg: string
      ct: string
      tag: string
      result: string
    }[]
  }[]
}

const plain = utf8('what a person typed')
const context = utf8('entries/1')
const damaged = { ok: false, error: { type: 'damaged' } }

describe.each(cryptoBackends())('%s', (_, crypto) => {
  for (const set of vectorSets()) {
    it.skipIf(!set.present)(`C4 opens exactly what Wycheproof calls valid: ${set.name}`, async () => {
      const { testGroups } = set.read<WycheproofFile>('wycheproof-aes_gcm.json')
      const fitting = testGroups.filter(({ ivSize, keySize }) => ivSize === 96 && keySize === 256)
      const wrong = []
      for (const { tcId, key, iv, aad, msg, ct, tag, result } of fitting.flatMap((group) => group.tests)) {
        const storageKey = await crypto.restoreStorageKey({ kind: 'seed', seed: hexBytes(key) })
        const opened = await storageKey.open(hexBytes(iv + ct + tag), hexBytes(aad))
        if ((opened.ok ? toHex(opened.value) : undefined) !== (result === 'valid' ? msg : undefined)) wrong.push(tcId)
      }
      expect(fitting.length).toBeGreaterThan(0)
      expect(wrong).toEqual([])
    })
  }

  it('opens what it sealed, also after being stored and restored', async () => {
    const key = await crypto.storageKey()
    const again = await crypto.restoreStorageKey(structuredClone(key.stored))
    expect(await again.open(await key.seal(plain, context), context)).toEqual({ ok: true, value: plain })
  })

  it('seals the same bytes differently each time', async () => {
    const key = await crypto.storageKey()
    expect(await key.seal(plain, context)).not.toEqual(await key.seal(plain, context))
  })

  it('refuses any flipped bit, any cut and any other context', async () => {
    const key = await crypto.storageKey()
    const sealed = await key.seal(plain, context)
    for (let i = 0; i < sealed.length; i++) {
      const altered = Uint8Array.from(sealed, (byte, at) => (at === i ? byte ^ 4 : byte))
      expect(await key.open(altered, context)).toEqual(damaged)
      expect(await key.open(sealed.subarray(0, i), context)).toEqual(damaged)
    }
    expect(await key.open(sealed, concat(context, utf8('0')))).toEqual(damaged)
  })
})
