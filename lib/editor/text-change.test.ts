import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mapIndex, textChange } from '#lib/editor/text-change'

const apply = (text: string, { index, remove, insert }: { index: number; remove: number; insert: string }) =>
  text.slice(0, index) + insert + text.slice(index + remove)

/** Half of a surrogate pair. */
const LONE = /\p{Cs}/u

describe('textChange', () => {
  it('turns any text into any other', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f426}', '\u{1f427}', 'é') })
    fc.assert(
      fc.property(letters, letters, fc.nat(20), (before, after, cursor) => {
        const change = textChange(before, after, Math.min(cursor, after.length))
        expect(change ? apply(before, change) : before).toBe(after)
        expect(change?.insert ?? '').not.toMatch(LONE)
        expect(change ? before.slice(change.index, change.index + change.remove) : '').not.toMatch(LONE)
      }),
    )
  })
  it('puts a letter where it was typed among equal ones', () => {
    expect(textChange('aaa', 'aaaa', 2)).toEqual({ index: 1, remove: 0, insert: 'a' })
    expect(textChange('aaa', 'aa', 1)).toEqual({ index: 1, remove: 1, insert: '' })
  })
  it('keeps what did not change wherever the cursor stands', () => {
    expect(textChange('one two', 'One two', 7)).toEqual({ index: 0, remove: 1, insert: 'O' })
  })
  it('sees nothing in nothing', () => {
    expect(textChange('same', 'same', 2)).toBeUndefined()
  })
})

describe('mapIndex', () => {
  it.each([
    [3, [{ insert: 'ab' }], 5],
    [3, [{ retain: 3 }, { insert: 'ab' }], 3],
    [3, [{ delete: 2 }], 1],
    [3, [{ retain: 1 }, { delete: 5 }], 1],
    [3, [{ retain: 5 }, { insert: 'ab' }], 3],
  ])('keeps %i where it was', (index, delta, expected) => {
    expect(mapIndex(index, delta)).toBe(expected)
  })
})
