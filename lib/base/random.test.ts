import { expect, it } from 'vitest'
import { randomBelow } from '#lib/base/random'
import { createSeededRandom } from '#lib/testing/seeded-random'

it('gives every integer below the limit, and no other', () => {
  const random = createSeededRandom(6)
  const seen = new Set(Array.from({ length: 500 }, () => randomBelow(random, 6)))
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5])
  expect(randomBelow({ bytes: (size) => new Uint8Array(size).fill(255) }, 10)).toBe(9)
})
