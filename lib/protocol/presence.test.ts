import { describe, expect, it } from 'vitest'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { openPresence, type Presence, sealPresence, sealSignedPresence } from '#lib/protocol/presence'
import { createSeededRandom } from '#lib/testing/seeded-random'

const crypto = createNodeCrypto()
const random = createSeededRandom(1)
const presenceKey = random.bytes(32)
const presence: Presence = {
  device: random.bytes(32) as DeviceId,
  counter: 1_700_000_000_000,
  tab: 2 ** 53 - 1,
  channel: random.bytes(16) as ChannelTag,
  cursor: random.bytes(30),
}

describe('presence', () => {
  it('R7 opens for members as it was said', async () => {
    const { device, counter, tab } = presence
    for (const word of [presence, { device, counter, tab }]) {
      const opened = await openPresence(sealPresence(word, presenceKey, random), presenceKey, crypto)
      expect(opened).toEqual({ ok: true, value: { presence: word, isSigned: false } })
    }
  })

  it('R7 proves its device over a relay', async () => {
    const key = await crypto.signingKey(random.bytes(32))
    const own = { ...presence, device: key.publicKey as DeviceId }
    const opened = await openPresence(await sealSignedPresence(own, key, presenceKey, random), presenceKey, crypto)
    expect(opened).toEqual({ ok: true, value: { presence: own, isSigned: true } })
  })

  it("attack 27 refuses a word signed in another device's name", async () => {
    const mallory = await crypto.signingKey(random.bytes(32))
    const forged = await sealSignedPresence(presence, mallory, presenceKey, random)
    expect(await openPresence(forged, presenceKey, crypto)).toEqual({ ok: false, error: { type: 'bad-signature' } })
  })

  it('R7 is small, and survives any bytes', async () => {
    const sealed = sealPresence(presence, presenceKey, random)
    expect(sealed.length).toBeLessThanOrEqual(160)
    for (let at = 0; at < sealed.length; at++) {
      const flipped = Uint8Array.from(sealed)
      flipped[at] = (flipped[at] ?? 0) ^ 4
      expect((await openPresence(flipped, presenceKey, crypto)).ok).toBe(false)
      expect((await openPresence(sealed.subarray(0, at), presenceKey, crypto)).ok).toBe(false)
    }
  })

  it('R7 refuses a cursor beyond 1 KiB before it is sealed', () => {
    expect(() => sealPresence({ ...presence, cursor: new Uint8Array(1025) }, presenceKey, random)).toThrow(RangeError)
  })
})
