import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pad, paddedLength } from '#lib/protocol/padding'

it('E10 pads to 48, 64 and multiples of 32, then by PADMÉ', () => {
  const lengths = [0, 48, 49, 64, 65, 96, 97, 255, 256, 257, 272, 273, 1000, 1024, 1025, 65_535]
  expect(lengths.map(paddedLength)).toEqual([
    48, 48, 64, 64, 96, 96, 128, 256, 256, 272, 272, 288, 1024, 1024, 1088, 65_536,
  ])
})

it('E10 leaves a padded length as it is, and adds at most 12 % beyond 256', () => {
  fc.assert(
    fc.property(fc.integer({ min: 257, max: 2_000_000 }), (size) => {
      const length = paddedLength(size)
      expect(paddedLength(length)).toBe(length)
      expect(length).toBeGreaterThanOrEqual(size)
      expect(length / size).toBeLessThanOrEqual(1.12)
    }),
  )
})

it('E10 pads with zeros', () => {
  expect(pad(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2, ...Array(46).fill(0)))
})
