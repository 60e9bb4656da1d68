import { expect, it } from 'vitest'
import { entryKind } from '#lib/protocol/entry-kind'
import { createHistory, deviceOf, personOf } from '#lib/testing/membership-history'
import { mayAppend, mayManage, roleOfDevice } from '#lib/workspace/authorize'

function team() {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'editor', cora: 'commenter', vic: 'viewer' })
  return history
}
const state = team().state()
const mayWrite = (name: string, channel: Parameters<typeof mayAppend>[2], kind: number = entryKind.update) =>
  mayAppend(state, deviceOf(name), channel, kind)
const PEOPLE = ['alice', 'ann', 'eve', 'cora', 'vic', 'xena']

it.each([
  ['body', ['alice', 'ann', 'eve']],
  ['index', ['alice', 'ann', 'eve']],
  ['discussion', ['alice', 'ann', 'eve', 'cora']],
] as const)('E5 takes content in the %s from %j only', (channel, allowed) => {
  expect(PEOPLE.filter((name) => mayWrite(name, channel))).toEqual(allowed)
})

it.each([
  [entryKind.merge, ['alice', 'ann', 'eve', 'cora', 'vic']],
  [entryKind.profileSet, ['alice', 'ann', 'eve', 'cora', 'vic']],
  [entryKind.admit, ['alice', 'ann', 'eve']],
  [entryKind.inviteCreate, ['alice', 'ann']],
  [entryKind.relaySet, ['alice', 'ann']],
  [entryKind.policySet, ['alice']],
  [entryKind.forget, ['alice']],
] as const)('M1 has operations of kind %i written by %j only', (kind, allowed) => {
  expect(PEOPLE.filter((name) => mayWrite(name, 'log', kind))).toEqual(allowed)
})

it('M1 takes acknowledgements from every member, adoptions from those who write', () => {
  expect(PEOPLE.filter((name) => mayWrite(name, 'body', entryKind.acknowledge))).toHaveLength(5)
  expect(PEOPLE.filter((name) => mayWrite(name, 'body', entryKind.adopt))).toEqual(['alice', 'ann', 'eve'])
})

it('attack 40 E5 takes nothing from somebody who was made a viewer', () => {
  const history = team()
  history.give({ by: 'ann' }, 'eve', 'viewer')
  expect(mayAppend(history.state(), deviceOf('eve'), 'body', entryKind.update)).toBe(false)
})

it('attack 53 E5 takes nothing from a revoked device', () => {
  const history = team()
  history.addDevice({ by: 'eve' }, 'phone')
  history.revokeDevice({ by: 'eve', device: 'phone' }, deviceOf('eve'))
  expect(roleOfDevice(history.state(), deviceOf('eve'))).toBeUndefined()
  expect(roleOfDevice(history.state(), deviceOf('eve', 'phone'))).toBe('editor')
})

it('M7 ends the operations of somebody below admin after 256, not those of an admin', () => {
  const history = team()
  for (let i = 0; i < 256; i++) {
    history.write({ by: 'eve' }, { type: 'merge' })
    history.write({ by: 'ann' }, { type: 'merge' })
  }
  const now = history.state()
  expect(mayAppend(now, deviceOf('eve'), 'log', entryKind.merge)).toBe(false)
  expect(mayAppend(now, deviceOf('ann'), 'log', entryKind.merge)).toBe(true)
})

it('M3 lets people manage those below them only', () => {
  const may = (by: string, target: string, role?: 'admin' | 'viewer') =>
    mayManage(state, personOf(by), personOf(target), role)
  expect([may('ann', 'eve'), may('ann', 'vic', 'viewer'), may('alice', 'eve', 'admin')]).toEqual([true, true, true])
  expect([may('ann', 'eve', 'admin'), may('ann', 'alice'), may('eve', 'vic'), may('ann', 'ann')]).toEqual([
    false,
    false,
    false,
    false,
  ])
})
