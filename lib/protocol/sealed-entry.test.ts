import { expect, it } from 'vitest'
import type { Signature } from '#lib/base/ids'
import { decodeEntry, encodeEntry } from '#lib/protocol/sealed-entry'
import { flips, mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createTestChain } from '#lib/testing/test-chain'

const alice = await createTestChain('alice')
const entry = await alice.write({ payload: Uint8Array.of(1) })

it('E1 reads back an entry with its signature, and one without', () => {
  const { signature, ...unsigned } = entry
  expect(signature).toHaveLength(64)
  expect(decodeEntry(encodeEntry(entry))).toEqual({ ok: true, value: entry })
  expect(decodeEntry(encodeEntry(unsigned))).toEqual({ ok: true, value: unsigned })
})

it('E1 attack 1: gives any altered entry another id or another signature', () => {
  for (const bytes of flips(encodeEntry(entry))) {
    const decoded = decodeEntry(bytes)
    if (decoded.ok) expect([decoded.value.id, decoded.value.signature]).not.toEqual([entry.id, entry.signature])
  }
})

it('C2 leaves the signature out of the id', () => {
  const malleated = { ...entry, signature: new Uint8Array(64) as Signature }
  const decoded = decodeEntry(encodeEntry(malleated))
  expect(decoded.ok && decoded.value.id).toEqual(entry.id)
})

it('E1 attack 13: survives any bytes, and reads canonical ones only', () => {
  const random = createSeededRandom(2)
  for (let round = 0; round < 5000; round++) {
    const bytes = mutate(encodeEntry(entry), random)
    const decoded = decodeEntry(bytes)
    if (decoded.ok) expect(encodeEntry(decoded.value)).toEqual(bytes)
  }
})

it('refuses a box that cannot be one, and one beyond the limit, before reading it', () => {
  const bytes = encodeEntry(entry)
  const boxLengthAt = 1 + entry.headerBytes.length + 8
  const short = Uint8Array.from(bytes, (byte, i) => (i === boxLengthAt ? 15 : byte))
  const huge = Uint8Array.from([...bytes.subarray(0, boxLengthAt), 255, 255, 255, 255, 15])
  expect([short, huge].map((hostile) => decodeEntry(hostile))).toEqual([
    { ok: false, error: { type: 'malformed', reason: 'box too short' } },
    { ok: false, error: { type: 'malformed', reason: 'number too large' } },
  ])
})
