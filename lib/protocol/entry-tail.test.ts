import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ChainTag } from '#lib/base/ids'
import { anewIn, anewTail, isWellFormedTail } from '#lib/protocol/entry-tail'

const named = { chain: new Uint8Array(16).fill(1) as ChainTag, seq: 300, idPrefix: new Uint8Array(16).fill(2) }

it('E3 says in a value that may be left out what stands anew', () => {
  const tail = anewTail(named)
  expect([tail.type, tail.value.length]).toEqual([4, 34])
  expect(anewIn([{ type: 2, value: new Uint8Array(3) }, tail])).toEqual([named])
  expect(anewIn([])).toEqual([])
})

it('E3 E1 hears nothing in a value that is malformed, and refuses no entry for it', () => {
  const { type, value } = anewTail(named)
  for (const bent of [value.slice(0, -1), new Uint8Array([...value, 0]), new Uint8Array(0)]) {
    expect(anewIn([{ type, value: bent }])).toEqual([])
    expect(isWellFormedTail({ type, value: bent })).toBe(true)
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => anewIn([{ type, value: bytes }]).length <= 1))
})
