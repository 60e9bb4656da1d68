import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import {
  bytesOf,
  decodeWith,
  encodeWith,
  listOf,
  oneOf,
  optional,
  record,
  sizedBytes,
  sortedList,
  textWhere,
  unsigned,
  yesOrNo,
} from '#lib/protocol/format'

const everything = record({
  fixed: bytesOf(2),
  sized: sizedBytes(5, 1),
  number: unsigned(300),
  text: textWhere(10, (text) => !text.includes('!')),
  flag: yesOrNo,
  choice: oneOf(['a', 'b']),
  perhaps: optional(unsigned(3)),
  sorted: sortedList(bytesOf(1), 3, (value) => value),
  list: listOf(unsigned(9), 3),
})
const bytes = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max })
const values = fc.record({
  fixed: bytes(2),
  sized: bytes(1, 5),
  number: fc.nat(300),
  text: fc.constantFrom('', 'text', 'ä€'),
  flag: fc.boolean(),
  choice: fc.constantFrom('a' as const, 'b' as const),
  perhaps: fc.option(fc.nat(3), { nil: undefined }),
  sorted: fc
    .uniqueArray(fc.nat(255), { maxLength: 3 })
    .map((all) => all.toSorted((a, b) => a - b).map((n) => Uint8Array.of(n))),
  list: fc.array(fc.nat(9), { maxLength: 3 }),
})

it('E1 reads what it wrote', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(decodeWith(everything, encodeWith(everything, value))).toEqual({ ok: true, value })
    }),
  )
})

it('E1 has one encoding only for what it reads', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (input) => {
      const value = decodeWith(everything, input)
      if (value.ok) expect(toHex(encodeWith(everything, value.value))).toBe(toHex(input))
    }),
    { numRuns: 1000 },
  )
})

it.each([
  ['a choice that does not exist', oneOf(['a', 'b']), [2]],
  ['neither yes nor no', yesOrNo, [2]],
  ['a number above its limit', unsigned(5), [6]],
  ['bytes above their limit', sizedBytes(1), [2, 0, 0]],
  ['bytes below their limit', sizedBytes(4, 2), [1, 0]],
  ['text that is not allowed', textWhere(5, () => false), [0]],
  ['an unsorted list', sortedList(bytesOf(1), 3, (value: Uint8Array) => value), [2, 5, 4]],
  ['a list with doubles', sortedList(bytesOf(1), 3, (value: Uint8Array) => value), [2, 5, 5]],
  ['a list that is too long', listOf(yesOrNo, 1), [2, 1, 1]],
  ['bytes that are left over', yesOrNo, [1, 1]],
] as const)('E1 refuses %s', (_, format, input) => {
  expect(decodeWith(format as never, Uint8Array.from(input))).toMatchObject({ ok: false, error: { type: 'malformed' } })
})

it('throws where the caller breaks the format', () => {
  expect(() => encodeWith(unsigned(5), 6)).toThrow('Not encodable')
  expect(() => encodeWith(bytesOf(2), new Uint8Array(3))).toThrow('Expected 2 bytes')
})
