import { describe, expect, it } from 'vitest'
import type { ChainTag, DeviceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { MAX_RECEIPT_HEADS, openReceipt, type Receipt, sealReceipt } from '#lib/protocol/receipt'
import { createSeededRandom } from '#lib/testing/seeded-random'

const crypto = createNodeCrypto()
const random = createSeededRandom(1)
const receiptKey = random.bytes(32)

async function sealed(changes: Partial<Receipt> = {}) {
  const key = await crypto.signingKey(random.bytes(32))
  const chain = (n: number) => Uint8Array.of(n >> 8, n & 255, ...new Uint8Array(14)) as ChainTag
  const receipt: Receipt = {
    device: key.publicKey as DeviceId,
    counter: 7,
    at: 1_700_000_000_000,
    digest: random.bytes(16),
    heads: [1, 2, 300].map((n) => ({ chain: chain(n), seq: n, idPrefix: random.bytes(8) })),
    complete: true,
    ...changes,
  }
  return { receipt, bytes: await sealReceipt(receipt, key, receiptKey, random), chain }
}

describe('receipts', () => {
  it('R10 open for members as they were signed', async () => {
    const { receipt, bytes } = await sealed()
    expect(await openReceipt(bytes, receiptKey, crypto)).toEqual({ ok: true, value: receipt })
  })

  it('R10 open for nobody without the key of the epoch', async () => {
    const { bytes } = await sealed()
    const opened = await openReceipt(bytes, random.bytes(32), crypto)
    expect(opened).toEqual({ ok: false, error: { type: 'wrong-key' } })
  })

  it('R10 cannot be made in the name of another device', async () => {
    const { bytes } = await sealed({ device: (await crypto.signingKey()).publicKey as DeviceId })
    const opened = await openReceipt(bytes, receiptKey, crypto)
    expect(opened).toEqual({ ok: false, error: { type: 'bad-signature' } })
  })

  it('R10 refuses every flipped bit, every cut and any noise', async () => {
    const { bytes } = await sealed()
    for (let at = 0; at < bytes.length; at += 3) {
      const flipped = Uint8Array.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
      expect((await openReceipt(flipped, receiptKey, crypto)).ok).toBe(false)
      expect((await openReceipt(bytes.subarray(0, at), receiptKey, crypto)).ok).toBe(false)
      expect((await openReceipt(random.bytes(at), receiptKey, crypto)).ok).toBe(false)
    }
  })

  it('R10 fits what a relay keeps, however many heads there are', async () => {
    const heads = Array.from({ length: MAX_RECEIPT_HEADS }, (_, n) => ({
      chain: Uint8Array.of(n >> 8, n & 255, ...new Uint8Array(14)) as ChainTag,
      seq: 2 ** 32 - 1,
      idPrefix: new Uint8Array(8),
    }))
    const { bytes } = await sealed({ heads })
    expect(bytes.length).toBeLessThanOrEqual(16_384)
    await expect(sealed({ heads: [...heads, ...heads] })).rejects.toThrow(RangeError)
  })
})
