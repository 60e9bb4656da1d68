import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import type { StoredKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'

const crypto = createBrowserCrypto()
const seed = hash(utf8('alice'))

const extractable = ({ stored }: { stored: StoredKey }): unknown =>
  stored.kind === 'platform' && (stored.key as CryptoKey).extractable

describe('createBrowserCrypto', () => {
  it('keeps every private key inside the platform, fresh or from a seed', async () => {
    const keys = [
      await crypto.signingKey(),
      await crypto.signingKey(seed),
      await crypto.exchangeKey(),
      await crypto.exchangeKey(seed),
      await crypto.storageKey(),
      await crypto.restoreStorageKey({ kind: 'seed', seed }),
    ]
    expect(keys.map(({ stored }) => stored.kind)).toEqual(keys.map(() => 'platform'))
    expect(keys.map(extractable)).toEqual(keys.map(() => false))
  })

  it('C3 attack 20: refuses an all-zero result even of a platform that gives it', async () => {
    const lax = new Proxy(globalThis.crypto.subtle, {
      get: (target, name) =>
        name === 'deriveBits' ? async () => new ArrayBuffer(32) : Reflect.get(target, name).bind(target),
    })
    const [key, other] = [await createBrowserCrypto(lax).exchangeKey(), await crypto.exchangeKey()]
    expect(await key.agree(other.publicKey)).toEqual({ ok: false, error: { type: 'low-order-key' } })
  })

  it('takes no stored key that is none of the platform', async () => {
    await expect(crypto.restoreStorageKey({ kind: 'platform', key: seed })).rejects.toThrow('Not a key')
  })
})
