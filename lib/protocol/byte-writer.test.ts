import fc from 'fast-check'
import * as encoding from 'lib0/encoding'
import { describe, expect, it, vi } from 'vitest'
import { writeAll } from '#lib/protocol/byte-writer'

describe('writeAll', () => {
  it('E1 writes integers as lib0 does', () => {
    const edges = [0, 1, 63, 64, 127, 128, 8191, 8192, 16_383, 16_384, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]
    const check = (value: number) => {
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, Math.abs(value))
      encoding.writeVarInt(encoder, value)
      const bytes = writeAll((writer) => {
        writer.varUint(Math.abs(value))
        writer.varInt(value)
      })
      expect(bytes).toEqual(encoding.toUint8Array(encoder))
    }
    for (const edge of edges) for (const value of [edge, 0 - edge]) check(value)
    fc.assert(fc.property(fc.maxSafeInteger(), check))
  })

  it('E1 gives bytes of their own, whatever is written after or within', () => {
    const long = new Uint8Array(200_000).fill(7)
    const first = writeAll((writer) => {
      writer.byte(1)
      const within = writeAll((inner) => inner.raw(Uint8Array.of(2, 3)))
      writer.sized(within)
      writer.sized(long)
    })
    const second = writeAll((writer) => writer.text('ab'))
    expect(first.subarray(0, 4)).toEqual(Uint8Array.of(1, 2, 2, 3))
    expect(first.subarray(-200_000)).toEqual(long)
    expect(second).toEqual(Uint8Array.of(2, 97, 98))
    expect(first.buffer.byteLength).toBe(first.length)
  })

  it('E1 leaves nothing in memory that became too small', () => {
    const copied = vi.spyOn(Uint8Array.prototype, 'set')
    writeAll((writer) => {
      for (let i = 0; i < 2000; i++) writer.byte(7)
    })
    const outgrown = copied.mock.calls.map(([from]) => from)
    copied.mockRestore()
    expect(outgrown.map(({ length }) => length)).toEqual([512, 1024])
    for (const bytes of outgrown) expect(Array.from(bytes).every((byte) => byte === 0)).toBe(true)
  })

  it('E1 begins anew where a writing was broken off', () => {
    const broken = () =>
      writeAll((writer) => {
        writer.byte(9)
        writer.varUint(-1)
      })
    expect(broken).toThrow(RangeError)
    expect(writeAll((writer) => writer.varInt(-0))).toEqual(Uint8Array.of(0))
    expect(() => writeAll((writer) => writer.varInt(0.5))).toThrow(RangeError)
  })
})
