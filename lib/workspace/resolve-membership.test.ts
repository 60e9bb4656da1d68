import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { createHistory, deviceOf, type History, personOf } from '#lib/testing/membership-history'

/** alice owns; ann and ben are admins, eve an editor, vic a viewer. */
function team(): History {
  const history = createHistory()
  history.settle({ ann: 'admin', ben: 'admin', eve: 'editor', vic: 'viewer' })
  return history
}
const TEAM = { alice: 'owner', ann: 'admin', ben: 'admin', eve: 'editor', vic: 'viewer' }

it('M1 begins with the founder as its owner', () => {
  expect(createHistory().roles()).toEqual({ alice: 'owner' })
})

it('M3 lets people in by a link and gives them roles', () => {
  expect(team().roles()).toEqual(TEAM)
})

it('attack 30 two admins who remove each other change nothing', () => {
  const history = team()
  const after = history.heads()
  const first = history.remove({ by: 'ann', after }, 'ben')
  history.remove({ by: 'ben', after }, 'ann')
  expect(history.roles()).toEqual(TEAM)
  expect(history.state().voided.get(toHex(first))).toBe('not-entitled')
})
