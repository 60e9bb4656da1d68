import { expect, it } from 'vitest'
import { systemRandom } from '#lib/crypto/system-random'

it('fills more than the platform fills at once, to the end', () => {
  const bytes = systemRandom.bytes(200_000)
  expect(bytes).toHaveLength(200_000)
  expect(bytes.subarray(-64).some((byte) => byte !== 0)).toBe(true)
  expect(systemRandom.bytes(32)).not.toEqual(systemRandom.bytes(32))
})
