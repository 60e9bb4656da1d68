import { describe, expect, it } from 'vitest'
import { sameBytes, utf8 } from '#lib/base/bytes'
import { hash } from '#lib/crypto/hash'
import { LOCKBOX_OVERHEAD, openLockbox, sealTo, sealToEach, sealToMany } from '#lib/crypto/lockbox'
import { cryptoBackends } from '#lib/testing/crypto-backends'

const secret = hash(utf8('epoch secret'))
const seed = hash(utf8('seed'))

describe.each(cryptoBackends())('%s', (_, crypto) => {
  it('opens a box for its own key only', async () => {
    const [bob, carol] = [await crypto.exchangeKey(), await crypto.exchangeKey()]
    const box = sealTo(bob.publicKey, secret, seed)
    expect(box).toHaveLength(secret.length + LOCKBOX_OVERHEAD)
    expect(await openLockbox(bob, box)).toEqual({ ok: true, value: secret })
    expect(await openLockbox(carol, box)).toEqual({ ok: false, error: { type: 'damaged-box' } })
  })

  it('refuses any flipped bit and any cut', async () => {
    const bob = await crypto.exchangeKey(hash(utf8('bob')))
    const box = sealTo(bob.publicKey, utf8('e'), seed)
    for (let i = 0; i < box.length; i++) {
      const altered = Uint8Array.from(box, (byte, at) => (at === i ? byte ^ 1 : byte))
      expect((await openLockbox(bob, altered)).ok).toBe(false)
      expect((await openLockbox(bob, box.subarray(0, i))).ok).toBe(false)
    }
  })

  it('K1 seals to many as to each', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => crypto.exchangeKey()))
    const recipients = keys.map(({ publicKey }) => publicKey)
    expect(await sealToMany(crypto, recipients, secret, seed)).toEqual(sealToEach(recipients, secret, seed))
    const refused = sealToMany(crypto, [...recipients, new Uint8Array(32)], secret, seed)
    await expect(refused).rejects.toThrow('admission refuses')
  })

  it('C3 attack 20: refuses a box under a low-order ephemeral key', async () => {
    const bob = await crypto.exchangeKey()
    expect(await openLockbox(bob, new Uint8Array(80))).toEqual({ ok: false, error: { type: 'low-order-key' } })
  })
})

it('K1 asks for a few agreements at a time, and leaves the thread between them', async () => {
  const [, crypto] = cryptoBackends()[0] ?? []
  const [key, recipient] = [await crypto?.exchangeKey(), await crypto?.exchangeKey()]
  if (!key || !recipient) throw new Error('no keys')
  const waiting: (() => void)[] = []
  const agree = async (theirs: Uint8Array) => {
    await new Promise<void>((resolve) => waiting.push(resolve))
    return key.agree(theirs)
  }
  const exchangeKey = async () => ({ ...key, agree })
  const recipients = Array.from({ length: 40 }, () => recipient.publicKey)
  let done = false
  const sealing = sealToMany({ exchangeKey }, recipients, secret, seed).then(() => {
    done = true
  })
  const rounds: number[] = []
  while (!done) {
    await new Promise(setImmediate)
    if (waiting.length > 0) rounds.push(waiting.length)
    for (const answer of waiting.splice(0)) answer()
  }
  await sealing
  expect(rounds).toEqual([16, 16, 8])
})

describe('sealing', async () => {
  const [, crypto] = cryptoBackends()[0] ?? []
  const recipient = (await crypto?.exchangeKey(hash(utf8('bob'))))?.publicKey ?? new Uint8Array(0)
  const other = (await crypto?.exchangeKey(hash(utf8('carol'))))?.publicKey ?? new Uint8Array(0)

  it('K1 gives the same box to whoever recomputes it', () => {
    expect(sealTo(recipient, secret, seed)).toEqual(sealTo(recipient, secret, seed))
  })

  it('K1 uses one ephemeral key for all recipients of one secret', () => {
    const [a, b] = [sealTo(recipient, secret, seed), sealTo(other, secret, seed)]
    expect(a.subarray(0, 32)).toEqual(b.subarray(0, 32))
    expect(sameBytes(a, b)).toBe(false)
  })

  it('never seals two contents under one key, even from one seed', () => {
    const [a, b] = [sealTo(recipient, secret, seed), sealTo(recipient, hash(secret), seed)]
    expect(a.subarray(0, 32)).not.toEqual(b.subarray(0, 32))
  })

  it('C3 does not seal to a key that admission refuses', () => {
    expect(() => sealTo(new Uint8Array(32), secret, seed)).toThrow('admission refuses')
  })
})
