import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ByteReader, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'

const read = <T>(bytes: readonly number[], how: (reader: ByteReader) => T) => readAll(Uint8Array.from(bytes), how)
const malformed = (reason: string) => ({ ok: false, error: { type: 'malformed', reason } })

describe('readAll', () => {
  it('reads back everything that was written', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.maxSafeInteger(),
        fc.uint8Array(),
        fc.string({ unit: 'grapheme' }),
        (natural, integer, raw, text) => {
          const bytes = writeAll((writer) => {
            writer.byte(7)
            writer.varUint(natural)
            writer.varInt(integer)
            writer.sized(raw)
            writer.list([raw, raw], writer.sized)
            writer.text(text)
            writer.raw(raw)
          })
          const value = readAll(bytes, (reader) => [
            reader.byte(),
            reader.varUint(),
            reader.varInt(),
            reader.sized(100),
            reader.list(2, () => reader.sized(100)),
            reader.text(1000),
            reader.rest(),
          ])
          expect(value).toEqual({ ok: true, value: [7, natural, integer, raw, [raw, raw], text, raw] })
        },
      ),
    )
  })

  it('E1 attack 13: refuses integers that are longer than needed', () => {
    expect(read([0x80, 0], (reader) => reader.varUint())).toEqual(malformed('integer not minimal'))
    expect(read([0x85, 0], (reader) => reader.varUint())).toEqual(malformed('integer not minimal'))
    expect(read([0x80, 0], (reader) => reader.varInt())).toEqual(malformed('integer not minimal'))
    expect(read([0x40], (reader) => reader.varInt())).toEqual(malformed('negative zero'))
  })

  it('E1 attack 13: refuses what is left over', () => {
    expect(read([1, 2], (reader) => reader.byte())).toEqual(malformed('trailing bytes'))
  })

  it('refuses integers beyond 2^53 − 1 or beyond what the field allows', () => {
    expect(read(Array(20).fill(255), (reader) => reader.varUint())).toEqual(malformed('integer too large'))
    expect(read(Array(20).fill(255), (reader) => reader.varInt())).toEqual(malformed('integer too large'))
    expect(read([9], (reader) => reader.varUint(8))).toEqual(malformed('number too large'))
  })

  it('refuses lengths that pass the end before it allocates', () => {
    expect(read([255, 255, 255, 127], (reader) => reader.sized(2 ** 40))).toEqual(malformed('too short'))
    expect(read([200, 1], (reader) => reader.list(1000, () => reader.byte()))).toEqual(malformed('too short'))
    expect(read([], (reader) => reader.byte())).toEqual(malformed('too short'))
  })

  it('refuses text that is not UTF-8', () => {
    expect(read([2, 0xc3, 0x28], (reader) => reader.text(9))).toEqual(malformed('not UTF-8'))
  })

  it('gives copies, so that a buffer used again changes nothing', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const taken = readAll(bytes, (reader) => reader.rest())
    bytes.fill(0)
    expect(taken).toEqual({ ok: true, value: Uint8Array.of(1, 2, 3) })
  })

  it('lets bugs of the caller through', () => {
    const bug = new Error('bug')
    const run = () =>
      readAll(Uint8Array.of(1), () => {
        throw bug
      })
    expect(run).toThrow(bug)
  })
})

describe('writeAll', () => {
  it('refuses what no reader would take', () => {
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => writeAll((writer) => writer.varUint(value))).toThrow(RangeError)
    }
    expect(() => writeAll((writer) => writer.varInt(2 ** 53))).toThrow(RangeError)
  })

  it('writes negative zero as zero', () => {
    expect(writeAll((writer) => writer.varInt(-0))).toEqual(Uint8Array.of(0))
  })
})
