import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fallByShare } from '#relay/fall-by-share'

const accountsOf = (...all: readonly number[]) => all.map((bytes, i) => ({ uploader: Uint8Array.of(i), bytes }))
const fall = (all: readonly number[], freed: number) =>
  fallByShare(accountsOf(...all), freed)
    .toSorted((a, b) => (a.uploader[0] ?? 0) - (b.uploader[0] ?? 0))
    .map(({ bytes }) => bytes)

describe('what keys have used once blobs were dropped', () => {
  it('S3 R4 falls by what each has used, of whatever size', () => {
    expect(fall([600, 300, 100], 500)).toEqual([300, 150, 50])
    expect(fall([4 * 2 ** 40, 2 ** 40], 2.5 * 2 ** 40)).toEqual([2 * 2 ** 40, 2 ** 39])
    expect(fall([7, 0, 9], 16)).toEqual([0, 0])
    expect(fall([], 0)).toEqual([])
  })

  it('S3 R4 leaves what rounding leaves to the largest', () => {
    expect(fall([1, 1, 2], 1)).toEqual([0, 1, 2])
    expect(fall([5, 1000], 3)).toEqual([4, 998])
    expect(fall([100, 100, 100], 299)).toEqual([0, 0, 1])
  })

  it('S3 R4 adds up to what is left, and nobody’s rises, falls below 0 or is further than a byte from its share', () => {
    const usages = fc.array(fc.integer({ min: 1, max: 2 ** 45 }), { minLength: 1, maxLength: 40 })
    const property = fc.property(usages, fc.double({ min: 0, max: 1, noNaN: true }), (all, part) => {
      const total = all.reduce((sum, bytes) => sum + bytes, 0)
      const freed = Math.floor(total * part)
      const left = fall(all, freed)
      expect(left.reduce((sum, bytes) => sum + bytes, 0)).toBe(total - freed)
      all.forEach((bytes, i) => {
        expect(left[i]).toBeGreaterThanOrEqual(0)
        expect(left[i]).toBeLessThanOrEqual(bytes)
        expect(Math.abs((left[i] ?? 0) - bytes * ((total - freed) / total))).toBeLessThan(1.1)
      })
    })
    fc.assert(property, { seed: 3 })
  })
})
