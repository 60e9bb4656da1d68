import { expect, it } from 'vitest'
import { groupBy, pushTo } from '#lib/base/group-by'

it('groups in order and leaves out what has no key', () => {
  const lists = groupBy([1, 2, 3, 4, 5], (n) => (n === 5 ? undefined : n % 2))
  expect([...lists]).toEqual([
    [1, [1, 3]],
    [0, [2, 4]],
  ])
})

it('begins a list and goes on with it', () => {
  const lists = new Map<string, number[]>()
  pushTo(lists, 'a', 1)
  pushTo(lists, 'a', 2)
  expect(lists.get('a')).toEqual([1, 2])
})
