import { expect, it } from 'vitest'
import { createKeyCache } from '#lib/crypto/key-cache'

it('makes each value once while it is among the newest', () => {
  const made: number[] = []
  const cache = createKeyCache(2, ([first = 0]) => made.push(first))
  for (const first of [1, 2, 1, 3, 1, 2]) cache(Uint8Array.of(first))
  expect(made).toEqual([1, 2, 3, 2])
})
