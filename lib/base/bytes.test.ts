import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, concat, fromHex, sameBytes, textFromUtf8, toHex, u32, utf8 } from '#lib/base/bytes'

const bytes = fc.uint8Array({ maxLength: 40 })

describe('text', () => {
  it('comes back from its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textFromUtf8(utf8(text))).toBe(text)
      }),
    )
  })

  it('keeps a byte order mark and refuses what is not UTF-8', () => {
    expect(textFromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 65))).toBe('\ufeffA')
    expect(textFromUtf8(Uint8Array.of(0xc0, 0x80))).toBeUndefined()
    expect(textFromUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined()
  })
})

describe('hexadecimal', () => {
  it('comes back as the same bytes', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        expect(fromHex(toHex(given))).toEqual(given)
        expect(fromHex(toHex(given).toUpperCase())).toEqual(given)
      }),
    )
  })

  it('has two digits for each byte, in order, of any length', () => {
    const long = Uint8Array.from({ length: 300 }, (_, i) => i * 7)
    expect(toHex(long)).toBe(Buffer.from(long).toString('hex'))
  })

  it('refuses other text', () => {
    for (const text of ['0', '0g', ' 00', '00\n']) expect(fromHex(text)).toBeUndefined()
  })
})

describe('byte strings', () => {
  it('join in order into an array of their own', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2, 3)]
    const joined = concat(a, new Uint8Array(0), b)
    a[0] = 9
    expect(joined).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('compare as their hexadecimal texts do', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [x, y] = [toHex(a), toHex(b)]
        expect(Math.sign(compareBytes(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0)
        expect(sameBytes(a, b)).toBe(x === y)
      }),
    )
  })
})

it('u32 writes four bytes, big end first', () => {
  expect([0, 258, 2 ** 32 - 1].map((value) => toHex(u32(value)))).toEqual(['00000000', '00000102', 'ffffffff'])
})
