import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameBytes } from '#lib/base/bytes'
import { decodeFrame, type SliceFrame } from '#lib/protocol/frames'
import { MAX_FRAME_BYTES, MAX_OBJECT_BYTES } from '#lib/protocol/limits'
import { createSliceReader, sliceFrame } from '#lib/protocol/slice'

const slicesOf = (object: Uint8Array): SliceFrame[] =>
  sliceFrame(object, 7).map((bytes) => {
    const frame = decodeFrame(bytes)
    if (!frame.ok || frame.value.type !== 'slice') throw new Error('expected slices')
    return frame.value
  })
const patterned = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31) % 251)

describe('slices', () => {
  it('E10 leaves a frame that fits alone', () => {
    const frame = patterned(MAX_FRAME_BYTES)
    expect(sliceFrame(frame, 1)).toEqual([frame])
  })

  it('E10 puts together what it split, and every slice fits a frame', () => {
    fc.assert(
      fc.property(fc.integer({ min: MAX_FRAME_BYTES + 1, max: MAX_OBJECT_BYTES }), (size) => {
        const object = patterned(size)
        expect(sliceFrame(object, 1).every((frame) => frame.length <= MAX_FRAME_BYTES)).toBe(true)
        const reader = createSliceReader()
        const results = slicesOf(object).map((slice) => reader.add(slice))
        const last = results.at(-1)
        expect(last?.ok && last.value && sameBytes(last.value, object)).toBe(true)
        expect(reader.bytes).toBe(0)
      }),
      { numRuns: 10 },
    )
  })

  it('E10 refuses a slice that is missing, repeated or of another object', () => {
    const [first, second, third] = slicesOf(patterned(150_000)) as [SliceFrame, SliceFrame, SliceFrame]
    const after = (...slices: SliceFrame[]) => {
      const reader = createSliceReader()
      return slices.map((slice) => reader.add(slice)).at(-1)
    }
    const refused = { ok: false, error: { type: 'slice-out-of-order' } }
    expect(after(first, third)).toEqual(refused)
    expect(after(first, second, second)).toEqual(refused)
    expect(after(first, { ...second, object: 8 })).toEqual(refused)
    expect(after(second)).toEqual(refused)
  })

  it('E9 keeps no more than its limit, whatever the slices promise', () => {
    const reader = createSliceReader(100_000)
    const [first] = slicesOf(patterned(150_000)) as [SliceFrame]
    expect(reader.add({ ...first, count: 1000 })).toEqual({ ok: false, error: { type: 'object-too-large' } })
  })
})
