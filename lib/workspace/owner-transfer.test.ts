import { expect, it } from 'vitest'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { createHistory, deviceOf, type History, personOf } from '#lib/testing/membership-history'
import { mayHandOver } from '#lib/workspace/authorize'
import { MAX_OPERATIONS_BELOW_ADMIN } from '#lib/workspace/grounds'

/** alice owns and has two devices; ann and ben are admins, eve an editor. */
function team(): History {
  const history = createHistory()
  history.settle({ ann: 'admin', ben: 'admin', eve: 'editor' })
  history.addDevice({ by: 'alice' }, 'phone')
  return history
}
const TEAM = { alice: 'owner', ann: 'admin', ben: 'admin', eve: 'editor' }
const HANDED_TO_ANN = { ...TEAM, alice: 'admin', ann: 'owner' }
const reasonFor = (history: History, id: EntryId) => history.state().voided.get(toHex(id))

it('M3 hands the workspace to an admin, and leaves its former owner an admin', () => {
  const history = team()
  history.handOver({ by: 'alice' }, 'ann')
  expect(history.roles()).toEqual(HANDED_TO_ANN)
  expect(history.state().owner).toEqual(personOf('ann'))
  expect(history.state().members.get(toHex(personOf('alice')))?.joinOrder).toBe(0)
})

it('M3 gives the new owner an owner’s power, and the former one an admin’s', () => {
  const history = team()
  history.handOver({ by: 'alice' }, 'ann')
  history.give({ by: 'ann' }, 'eve', 'admin')
  history.remove({ by: 'alice' }, 'ben')
  history.remove({ by: 'alice' }, 'ann')
  expect(history.roles()).toEqual({ ...HANDED_TO_ANN, eve: 'admin' })
  history.remove({ by: 'ann' }, 'alice')
  expect(history.roles()).toEqual({ ann: 'owner', ben: 'admin', eve: 'admin' })
})

it('M3 hands it on and back', () => {
  const history = team()
  history.handOver({ by: 'alice' }, 'ann')
  history.handOver({ by: 'ann' }, 'ben')
  expect(history.roles()).toEqual({ alice: 'admin', ann: 'admin', ben: 'owner', eve: 'editor' })
  history.handOver({ by: 'ben' }, 'alice')
  expect(history.roles()).toEqual(TEAM)
})

it.each([
  ['an editor', 'alice', 'eve'],
  ['a stranger', 'alice', 'xena'],
  ['oneself', 'alice', 'alice'],
  ['anybody, by an admin', 'ann', 'ben'],
  ['anybody, by an editor', 'eve', 'ann'],
])('attack 34 M3 hands it to nobody but an admin, and by nobody but the owner: %s', (_, by, heir) => {
  const history = team()
  const id = history.handOver({ by }, heir)
  expect(history.roles()).toEqual(TEAM)
  expect(reasonFor(history, id)).toBe('not-entitled')
})

it('attack 35 M3 hands it to nobody where two transfers know nothing of each other, until the owner says which', () => {
  const history = team()
  const after = history.heads()
  const first = history.handOver({ by: 'alice', after }, 'ann')
  const second = history.handOver({ by: 'alice', device: 'phone', after }, 'ben')
  expect(history.roles()).toEqual(TEAM)
  expect([reasonFor(history, first), reasonFor(history, second)]).toEqual(['contested', 'contested'])
  expect(history.state().alarms.map(({ type }) => type)).toEqual(['transfer-contested', 'transfer-contested'])
  history.handOver({ by: 'alice' }, 'ann')
  expect(history.roles()).toEqual(HANDED_TO_ANN)
  expect(history.state().alarms).toEqual([])
})

it('attack 35 M3 counts the first of two transfers of which the second knew', () => {
  const history = team()
  history.handOver({ by: 'alice' }, 'ann')
  const late = history.handOver({ by: 'alice' }, 'ben')
  expect(history.roles()).toEqual(HANDED_TO_ANN)
  expect(reasonFor(history, late)).toBe('not-entitled')
})

it('attack 35 M3 brings back no transfer of an earlier time as owner', () => {
  const history = team()
  const after = history.heads()
  const first = history.handOver({ by: 'alice', after }, 'ann')
  history.remove({ by: 'alice', device: 'phone', after }, 'ann')
  history.handOver({ by: 'alice', after: [first] }, 'ben')
  history.handOver({ by: 'ben' }, 'alice')
  expect(history.roles()).toEqual(TEAM)
})

it.each(['member.remove', 'role.set'] as const)(
  'attack 35 M3 hands it to nobody whom the owner ends or demotes at the same time: %s',
  (type) => {
    const history = team()
    const after = history.heads()
    const transfer = history.handOver({ by: 'alice', after }, 'ann')
    if (type === 'member.remove') history.remove({ by: 'alice', device: 'phone', after }, 'ann')
    else history.give({ by: 'alice', device: 'phone', after }, 'ann', 'editor')
    expect(history.roles()).toMatchObject({ alice: 'owner' })
    expect(history.roles().ann).toBe(type === 'role.set' ? 'editor' : undefined)
    expect(reasonFor(history, transfer)).toBe('contested')
  },
)

it('M3 hands it to nobody who leaves at the same time', () => {
  const history = team()
  const after = history.heads()
  const transfer = history.handOver({ by: 'alice', after }, 'ann')
  history.write({ by: 'ann', after }, { type: 'member.leave', cuts: [] })
  expect(history.roles()).toEqual({ alice: 'owner', ben: 'admin', eve: 'editor' })
  expect(reasonFor(history, transfer)).toBe('contested')
})

it('M3 lets the owner not leave, and whoever was one once', () => {
  const history = team()
  const leaving = history.write({ by: 'alice' }, { type: 'member.leave', cuts: [] })
  expect(history.roles()).toEqual(TEAM)
  expect(reasonFor(history, leaving)).toBe('not-entitled')
  expect(history.state().ends.filter(({ person }) => sameBytes(person, personOf('alice')))).toEqual([])
  history.handOver({ by: 'alice' }, 'ann')
  history.write({ by: 'ann' }, { type: 'member.leave', cuts: [] })
  history.write({ by: 'alice' }, { type: 'member.leave', cuts: [] })
  expect(history.roles()).toEqual({ ann: 'owner', ben: 'admin', eve: 'editor' })
  expect(history.state().formerMembers.has(toHex(personOf('alice')))).toBe(true)
})

it('attack 35 M3 cancels what takes an owner and the transfer had not seen, and nothing below', () => {
  const history = team()
  const before = history.heads()
  history.handOver({ by: 'alice' }, 'ann')
  const unseen = history.give({ by: 'alice', device: 'phone', after: before }, 'eve', 'admin')
  history.write({ by: 'alice', device: 'phone', after: before }, { type: 'workspace.rename', name: 'Newsroom' })
  expect(history.roles()).toEqual(HANDED_TO_ANN)
  expect(reasonFor(history, unseen)).toBe('cancelled')
  expect(history.state().name).toBe('Newsroom')
})

it('attack 32 M3 leaves nothing of what a former owner back-dates whom the new one removed', () => {
  const history = team()
  const before = history.heads()
  history.handOver({ by: 'alice' }, 'ann')
  history.remove({ by: 'ann' }, 'alice')
  history.give({ by: 'alice', after: before }, 'eve', 'admin')
  history.remove({ by: 'alice', after: before }, 'eve')
  history.write({ by: 'alice', after: before }, { type: 'workspace.rename', name: 'mine' })
  expect(history.roles()).toEqual({ ann: 'owner', ben: 'admin', eve: 'editor' })
  expect(history.state().name).toBe('')
})

it('M3 takes no change of the new owner by an admin who had not seen the transfer', () => {
  const history = team()
  const before = history.heads()
  history.give({ by: 'alice' }, 'eve', 'admin')
  history.handOver({ by: 'alice' }, 'eve')
  const removal = history.remove({ by: 'ann', after: before }, 'eve')
  expect(history.roles()).toEqual({ alice: 'admin', ann: 'admin', ben: 'admin', eve: 'owner' })
  expect(reasonFor(history, removal)).toBe('not-entitled')
})

it('attack 53 M3 hands nothing on from a device that the owner revokes at the same time', () => {
  const history = team()
  const after = history.heads()
  const stolen = history.handOver({ by: 'alice', device: 'phone', after }, 'ann')
  history.revokeDevice({ by: 'alice', after }, deviceOf('alice', 'phone'))
  expect(history.roles()).toEqual(TEAM)
  expect(reasonFor(history, stolen)).toBe('cancelled')
})

it('M3 comes to the same owner in every order of delivery', () => {
  const history = team()
  const before = history.heads()
  history.handOver({ by: 'alice' }, 'ann')
  history.give({ by: 'alice', device: 'phone', after: before }, 'eve', 'admin')
  history.handOver({ by: 'ann' }, 'ben')
  const backwards = history.state([...history.entries].reverse())
  expect(backwards.members).toEqual(history.state().members)
})

it('M7 counts no operations of whom a later owner made an admin', () => {
  const history = team()
  history.handOver({ by: 'alice' }, 'ann')
  history.give({ by: 'ann' }, 'eve', 'admin')
  for (let i = 0; i < MAX_OPERATIONS_BELOW_ADMIN; i++) history.write({ by: 'eve' }, { type: 'merge' })
  history.write({ by: 'eve' }, { type: 'workspace.rename', name: 'Newsroom' })
  expect(history.state().name).toBe('Newsroom')
})

it('M3 offers the workspace to admins, and offers it by the owner', () => {
  const state = team().state()
  expect(mayHandOver(state, personOf('alice'), personOf('ann'))).toBe(true)
  expect(mayHandOver(state, personOf('alice'), personOf('eve'))).toBe(false)
  expect(mayHandOver(state, personOf('ann'), personOf('ben'))).toBe(false)
})
