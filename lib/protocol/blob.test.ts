import { describe, expect, it } from 'vitest'
import { concat, toHex, utf8 } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { blobHash, blobOf, decodeBlob, judgeBlob, MAX_BLOB_BYTES, placeOf } from '#lib/protocol/blob'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'

const channel = new Uint8Array(16).fill(4) as ChannelTag

async function makeRun(size: number) {
  const key = await createNodeCrypto().signingKey(new Uint8Array(32).fill(1))
  const writer = createChainWriter(key, createSeededRandom(1), { lane: 'log', channel })
  const run = []
  for (let i = 0; i < size; i++) run.push(await writer.write())
  return run
}

describe('blob', () => {
  it('R4 tells a relay lane, channel and chain, and reads back whole', async () => {
    const run = await makeRun(3)
    const blob = blobOf(run)
    expect(blob).toMatchObject({ lane: 'log', channel, chain: run[0]?.header.chain, hash: blobHash(blob.bytes) })
    const decoded = decodeBlob(blob.bytes)
    expect(decoded.ok && decoded.value.run.map(({ id }) => id)).toEqual(run.map(({ id }) => id))
  })

  it('attack 13 is refused with a byte more or less, and has another name with one bit bent', async () => {
    const { bytes, hash } = blobOf(await makeRun(2))
    expect(decodeBlob(Uint8Array.of(...bytes, 0)).ok).toBe(false)
    expect(decodeBlob(bytes.slice(1)).ok).toBe(false)
    for (let i = 0; i < bytes.length; i++) {
      const bent = bytes.slice()
      bent[i] = (bent[i] ?? 0) ^ 1
      const decoded = decodeBlob(bent)
      if (decoded.ok) expect(decoded.value.hash).not.toEqual(hash)
    }
  })

  it('S0 tells from its beginning where its entries lie', async () => {
    const run = await makeRun(6)
    const chain = run[0]?.header.chain
    const { bytes } = blobOf(run.slice(2, 5))
    expect(placeOf(bytes)).toEqual({ chain, from: 3, to: 5 })
    expect(placeOf(blobOf(run.slice(0, 2)).bytes)).toEqual({ chain, from: 1, to: 2 })
    expect(placeOf(Uint8Array.of((bytes[0] ?? 0) | 4, ...bytes.subarray(1)))).toBeUndefined()
    for (let length = 0; length < 60; length++) expect(placeOf(bytes.slice(0, length))).toBeUndefined()
  })

  it('R4 is judged by a relay as by whoever reads it, whatever byte of it is another', async () => {
    const run = await makeRun(4)
    const facts = (bytes: Uint8Array, read: typeof judgeBlob) => {
      const blob = read(bytes)
      if (!blob.ok) return undefined
      const { hash, lane, channel } = blob.value
      return toHex(concat(hash, utf8(lane), channel))
    }
    const isAlike = (bytes: Uint8Array) => facts(bytes, judgeBlob) === facts(bytes, decodeBlob)
    const parts = [run.slice(0, 1), run.slice(1, 2), run.slice(2)].map((some) => blobOf(some).bytes)
    for (const bytes of parts) {
      expect(facts(bytes, judgeBlob)).toBeDefined()
      const others = [Uint8Array.of(...bytes, 0)]
      for (let i = 0; i < bytes.length; i++) others.push(bytes.slice(0, i))
      for (let i = 0; i < 110; i++)
        for (const byte of [0, 1, 2, 3, 4, 7, 15, 16, 127, 128, 255]) others.push(bytes.with(i, byte))
      expect(others.filter((other) => !isAlike(other))).toEqual([])
    }
    const second = parts[1] ?? new Uint8Array()
    expect(facts(second.fill(0, 53, 85), judgeBlob)).toBeUndefined()
    expect(isAlike(second)).toBe(true)
  })

  it('R4 is not looked at beyond its greatest size', () => {
    expect(decodeBlob(new Uint8Array(MAX_BLOB_BYTES + 1))).toMatchObject({ ok: false })
  })
})
