import { expect, it } from 'vitest'
import { createForeignTabNotice } from '#lib/session/foreign-tab'

it('tells once of a tab of another release, until that is dismissed', () => {
  let changes = 0
  const foreign = createForeignTabNotice(() => changes++)
  expect(foreign.list()).toEqual([])
  foreign.heard()
  foreign.heard()
  expect([foreign.list().map(({ type }) => type), changes]).toEqual([['foreign-tab'], 1])
  expect([foreign.dismiss('another'), foreign.list().length]).toEqual([false, 1])
  expect(foreign.dismiss('foreign-tab')).toBe(true)
  foreign.heard()
  expect([foreign.list(), changes]).toEqual([[], 2])
})
