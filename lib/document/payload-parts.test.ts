import { describe, expect, it } from 'vitest'
import { concat, sameBytes } from '#lib/base/bytes'
import { isPayloadTooLong, splitPayload } from '#lib/document/payload-parts'
import { MAX_PARTS, MAX_PAYLOAD_BYTES } from '#lib/protocol/limits'
import { createSeededRandom } from '#lib/testing/seeded-random'

describe('a long payload', () => {
  it('E10 splits into full parts and joins to what it was', () => {
    for (const size of [0, 1, MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES + 1, 5 * MAX_PAYLOAD_BYTES - 1]) {
      const payload = createSeededRandom(size).bytes(size)
      const parts = splitPayload(payload)
      expect(parts).toHaveLength(Math.max(1, Math.ceil(size / MAX_PAYLOAD_BYTES)))
      expect(parts.every(({ length }) => length <= MAX_PAYLOAD_BYTES)).toBe(true)
      expect(sameBytes(concat(...parts), payload)).toBe(true)
    }
  })

  it('E10 is too long beyond the parts that one change may have', () => {
    const most = MAX_PARTS * MAX_PAYLOAD_BYTES
    expect(isPayloadTooLong(new Uint8Array(most))).toBe(false)
    expect(isPayloadTooLong(new Uint8Array(most + 1))).toBe(true)
  })
})
