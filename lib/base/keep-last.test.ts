import { expect, it } from 'vitest'
import { keepLast } from '#lib/base/keep-last'

it('computes once for the same object, and anew for another', () => {
  const asked: string[] = []
  const lengthOf = keepLast(({ name }: { name: string }) => {
    asked.push(name)
    return name.length
  })
  const alice = { name: 'alice' }
  expect([lengthOf(alice), lengthOf(alice), lengthOf({ name: 'bob' }), lengthOf(alice)]).toEqual([5, 5, 3, 5])
  expect(asked).toEqual(['alice', 'bob', 'alice'])
})
