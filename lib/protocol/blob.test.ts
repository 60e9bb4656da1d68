import { describe, expect, it } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { blobHash, blobOf, decodeBlob, isWithin, MAX_BLOB_BYTES } from '#lib/protocol/blob'
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

  it('S0 tells from its beginning whether it holds nothing but entries of a range', async () => {
    const run = await makeRun(6)
    const { chain } = run[0]?.header ?? { chain: channel as never }
    const { bytes } = blobOf(run.slice(2, 5))
    expect(isWithin(bytes, { chain, from: 3, to: 5 })).toBe(true)
    for (const [from, to] of [
      [4, 9],
      [1, 4],
    ] as const)
      expect(isWithin(bytes, { chain, from, to })).toBe(false)
    expect(isWithin(bytes, { chain: channel as never, from: 1, to: 9 })).toBe(false)
    expect(isWithin(blobOf(run.slice(0, 2)).bytes, { chain, from: 1, to: 2 })).toBe(true)
    for (let length = 0; length < 60; length++) {
      expect(isWithin(bytes.slice(0, length), { chain, from: 1, to: 9 })).toBe(false)
    }
  })

  it('R4 is not looked at beyond its greatest size', () => {
    expect(decodeBlob(new Uint8Array(MAX_BLOB_BYTES + 1))).toMatchObject({ ok: false })
  })
})
