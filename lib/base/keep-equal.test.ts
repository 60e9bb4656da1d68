import { expect, it } from 'vitest'
import { keepEqual } from '#lib/base/keep-equal'

it('keeps fields that say the same, and all of it where every field does', () => {
  const before = { people: [{ name: 'alice', pages: ['1'] }], count: 1, note: { text: 'a' } }
  const after = keepEqual(before, { people: [{ name: 'alice', pages: ['1'] }], count: 2, note: { text: 'b' } })
  expect(after).toEqual({ people: before.people, count: 2, note: { text: 'b' } })
  expect(after.people).toBe(before.people)
  expect(keepEqual(before, structuredClone(before))).toBe(before)
})

it.each([
  ['another value', { facts: [1, 2] }, { facts: [1, 3] }],
  ['a longer list', { facts: [1] }, { facts: [1, 2] }],
  ['a further field', { facts: { a: 1 } }, { facts: { a: 1, b: undefined } }],
  ['another field', { facts: { a: undefined } }, { facts: { b: undefined } }],
  ['no field any more', { facts: 1, other: 2 }, { facts: 1 }],
  ['a list in place of a record', { facts: {} }, { facts: [] }],
  ['bytes', { facts: Uint8Array.of(1) }, { facts: Uint8Array.of(1) }],
])('sees %s', (_, before: object, after: object) => {
  const kept = keepEqual(before, after)
  expect(kept).not.toBe(before)
  expect(kept).toEqual(after)
  expect(Object.keys(kept)).toEqual(Object.keys(after))
})
