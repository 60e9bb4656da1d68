import { describe, expect, it } from 'vitest'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { type AcknowledgedSegment, decodeAcknowledgement, encodeAcknowledgement } from '#lib/document/acknowledgement'
import { flips, mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'

const chain = (byte: number) => new Uint8Array(16).fill(byte) as ChainTag
const segment = (byte: number) => new Uint8Array(32).fill(byte) as EntryId
const some: readonly AcknowledgedSegment[] = [
  { chain: chain(1), from: 2, count: 1024, segment: segment(7) },
  { chain: chain(1), from: 1026, count: 64, segment: segment(8) },
  { chain: chain(2), from: 300, count: 4096, segment: segment(9) },
]

describe('the payload of an acknowledge entry', () => {
  it('S1 comes back as it was, sorted by chain and place', () => {
    expect(decodeAcknowledgement(encodeAcknowledgement(some.toReversed()))).toEqual({ ok: true, value: some })
    expect(encodeAcknowledgement([])).toEqual(Uint8Array.of(0))
  })

  it('S1 stands as list, chain, from, count, id', () => {
    const bytes = encodeAcknowledgement(some.slice(0, 1))
    expect(bytes).toEqual(Uint8Array.of(1, ...chain(1), 2, 0x80, 0x08, ...segment(7)))
  })

  it('S1 takes 256, and no more', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => ({ ...some[0], from: 2 + i }) as never)
    expect(decodeAcknowledgement(encodeAcknowledgement(many(256))).ok).toBe(true)
    expect(() => encodeAcknowledgement(many(257))).toThrow(RangeError)
  })

  it.each([
    ['a segment of the first entry', { from: 1 }],
    ['a segment of no entries', { count: 0 }],
    ['a segment of too many entries', { count: 4097 }],
  ])('S1 refuses %s', (_, change) => {
    expect(() => encodeAcknowledgement([{ ...(some[0] as AcknowledgedSegment), ...change }])).toThrow(RangeError)
  })

  it('S1 refuses what stands out of order or twice at one place', () => {
    const [a, b] = [some.slice(0, 1), some.slice(1, 2)].map((one) => encodeAcknowledgement(one).subarray(1))
    const listed = (...items: (Uint8Array | undefined)[]) =>
      Uint8Array.of(items.length, ...items.flatMap((item) => [...(item ?? [])]))
    expect(decodeAcknowledgement(listed(a, b)).ok).toBe(true)
    expect(decodeAcknowledgement(listed(b, a)).ok).toBe(false)
    expect(decodeAcknowledgement(listed(a, a)).ok).toBe(false)
  })

  it('S1 survives hostile bytes, and what decodes encodes to itself', () => {
    const random = createSeededRandom(31)
    const bytes = encodeAcknowledgement(some)
    const hostile = [...flips(bytes), ...Array.from({ length: 3000 }, () => mutate(bytes, random))]
    for (const one of hostile) {
      const decoded = decodeAcknowledgement(one)
      if (decoded.ok) expect(encodeAcknowledgement(decoded.value)).toEqual(one)
      else expect(decoded.error.type).toBe('malformed')
    }
  })
})
