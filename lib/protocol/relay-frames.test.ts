import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRelayFrame, encodeRelayFrame } from '#lib/protocol/relay-frames'
import { sampleRelayFrames } from '#lib/testing/sample-relay-frames'

describe('relay frames', () => {
  it.each(sampleRelayFrames.map((frame) => [frame.type, frame] as const))('R4 reads back %s', (_, frame) => {
    expect(decodeRelayFrame(encodeRelayFrame(frame))).toEqual({ ok: true, value: frame })
  })

  it('R4 gives every frame a number of its own that never changes', () => {
    expect(sampleRelayFrames.map((frame) => encodeRelayFrame(frame)[0])).toEqual(
      sampleRelayFrames.map((_, i) => 32 + i),
    )
  })

  it('attack 13 refuses trailing, missing and bent bytes or reads what was written', () => {
    for (const frame of sampleRelayFrames) {
      const encoded = encodeRelayFrame(frame)
      expect(decodeRelayFrame(Uint8Array.of(...encoded, 0)).ok).toBe(false)
      if (encoded.length > 1) expect(decodeRelayFrame(encoded.slice(0, -1)).ok).toBe(false)
    }
  })

  it('attack 24 survives any bytes, and what it reads it would write the same', () => {
    const hostile = fc.tuple(fc.integer({ min: 32, max: 63 }), fc.uint8Array({ maxLength: 300 }))
    fc.assert(
      fc.property(hostile, ([number, rest]) => {
        const input = Uint8Array.of(number, ...rest)
        const decoded = decodeRelayFrame(input)
        if (!decoded.ok || decoded.value.type === 'unknown') return
        expect(encodeRelayFrame(decoded.value)).toEqual(input)
      }),
      { numRuns: 2000 },
    )
  })

  it('attack 24 refuses a list that promises more than it holds without allocating it', () => {
    expect(decodeRelayFrame(Uint8Array.of(38, 0xff, 0xff, 0xff, 0x7f))).toMatchObject({ ok: false })
  })

  it('R2 skips numbers of the future', () => {
    expect(decodeRelayFrame(Uint8Array.of(63, 1, 2))).toEqual({ ok: true, value: { type: 'unknown', number: 63 } })
  })
})
