import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { createHistory, deviceOf, type History, keysOf, personOf } from '#lib/testing/membership-history'
import { MAX_OPERATIONS_BELOW_ADMIN } from '#lib/workspace/grounds'
import type { MembershipState } from '#lib/workspace/membership-state'

/** alice owns; ann and ben are admins, eve an editor, vic a viewer. */
function team(): History {
  const history = createHistory()
  history.settle({ ann: 'admin', ben: 'admin', eve: 'editor', vic: 'viewer' })
  return history
}
const TEAM = { alice: 'owner', ann: 'admin', ben: 'admin', eve: 'editor', vic: 'viewer' }
const without = (name: keyof typeof TEAM): object => {
  const { [name]: _, ...rest } = TEAM
  return rest
}
const memberOf = (state: MembershipState, name: string) => state.members.get(toHex(personOf(name)))

it('M1 begins with the founder as its owner', () => {
  const state = createHistory().state()
  expect(createHistory().roles()).toEqual({ alice: 'owner' })
  expect(state.devices.get(toHex(deviceOf('alice')))?.admission).toEqual(state.workspaceId)
})

it('M3 lets people in by a link and gives them roles', () => {
  expect(team().roles()).toEqual(TEAM)
})

it('attack 30 M3 leaves two admins who remove each other as they were', () => {
  const history = team()
  const after = history.heads()
  const first = history.remove({ by: 'ann', after }, 'ben')
  history.remove({ by: 'ben', after }, 'ann')
  expect(history.roles()).toEqual(TEAM)
  expect(history.state().voided.get(toHex(first))).toBe('not-entitled')
})

it('attack 30 M3 leaves three admins who remove each other in a ring as they were', () => {
  const history = team()
  history.give({ by: 'alice' }, 'eve', 'admin')
  const after = history.heads()
  history.remove({ by: 'ann', after }, 'ben')
  history.remove({ by: 'ben', after }, 'eve')
  history.remove({ by: 'eve', after }, 'ann')
  expect(history.roles()).toEqual({ ...TEAM, eve: 'admin' })
})

it('attack 31 M3 admits nobody by a link of an admin who was removed at the same time', () => {
  const history = team()
  const after = history.heads()
  history.remove({ by: 'alice', after }, 'ann')
  const link = history.invite({ by: 'ann', after }, 'editor', 1)
  history.admit({ by: 'ann', after: [link] }, 'xena', link)
  expect(history.roles()).toEqual(without('ann'))
})

it('M3 keeps what the remover had seen', () => {
  const history = team()
  history.give({ by: 'ann' }, 'vic', 'editor')
  history.remove({ by: 'alice' }, 'ann')
  expect(history.roles()).toEqual({ ...without('ann'), vic: 'editor' })
})

it('attack 32 M3 leaves nothing of grants, removals and links that a removed admin back-dates', () => {
  const history = team()
  const before = history.heads()
  history.remove({ by: 'alice' }, 'ann')
  history.give({ by: 'ann', after: before }, 'vic', 'editor')
  history.remove({ by: 'ann', after: before }, 'eve')
  const link = history.invite({ by: 'ann', after: before }, 'editor', 0)
  history.admit({ by: 'eve', after: [link] }, 'xena', link)
  expect(history.roles()).toEqual(without('ann'))
})

it('attack 32 M3 cancels what an admin does while the owner makes them an editor, and nothing below', () => {
  const history = team()
  const link = history.invite({ by: 'alice' }, 'viewer', 1)
  const after = history.heads()
  history.give({ by: 'alice', after }, 'ann', 'editor')
  history.give({ by: 'ann', after }, 'vic', 'editor')
  history.admit({ by: 'ann', after }, 'xena', link)
  expect(history.roles()).toEqual({ ...TEAM, ann: 'editor', xena: 'viewer' })
})

it('M3 cancels nothing of somebody who leaves by themselves', () => {
  const history = team()
  const after = history.heads()
  history.write({ by: 'ann', after }, { type: 'member.leave', cuts: [] })
  history.give({ by: 'ann', after }, 'vic', 'editor')
  expect(history.roles()).toEqual({ ...without('ann'), vic: 'editor' })
})

it('attack 33 M3 removes whom another admin promotes at the same time', () => {
  const history = team()
  const after = history.heads()
  history.remove({ by: 'ann', after }, 'eve')
  history.give({ by: 'ben', after }, 'eve', 'viewer')
  expect(history.roles()).toEqual(without('eve'))
})

it('attack 33 M3 removes whom another admin removes and adds again at the same time', () => {
  const history = team()
  const after = history.heads()
  history.remove({ by: 'ann', after }, 'eve')
  const removal = history.remove({ by: 'ben', after }, 'eve')
  history.give({ by: 'ben', after: [removal] }, 'eve', 'editor')
  expect(history.roles()).toEqual(without('eve'))
})

it('M3 lets the lower of two roles given at once win', () => {
  const history = team()
  const after = history.heads()
  history.give({ by: 'ann', after }, 'eve', 'viewer')
  history.give({ by: 'alice', after }, 'eve', 'admin')
  expect(history.roles()).toEqual({ ...TEAM, eve: 'viewer' })
})

it('attack 34 M3 lets no admin make an admin, or change the owner or another admin', () => {
  const history = team()
  history.give({ by: 'ann' }, 'eve', 'admin')
  history.give({ by: 'ann' }, 'alice', 'editor')
  history.remove({ by: 'ann' }, 'alice')
  history.remove({ by: 'ann' }, 'ben')
  expect(history.roles()).toEqual(TEAM)
})

it.each(['eve', 'vic', 'xena'])('attack 28 M3 lets %s, who is below admin, change nobody', (name) => {
  const history = team()
  history.give({ by: name }, name, 'admin')
  history.give({ by: name, after: history.entries.slice(0, 1).map(({ id }) => id) }, 'vic', 'editor')
  history.remove({ by: name }, 'vic')
  expect(history.roles()).toEqual(TEAM)
})

it('attack 29 M3 takes nothing for somebody else but what their own device signed', () => {
  const history = team()
  const stolen = { type: 'device.add', person: personOf('alice'), keys: keysOf('eve', 'second') } as const
  const rest = { deviceSignature: new Uint8Array(64) as never, doors: [], boxes: [] }
  history.write({ by: 'eve' }, { ...stolen, ...rest })
  history.give({ by: 'eve', device: 'second' }, 'eve', 'admin')
  expect(history.roles()).toEqual(TEAM)
})

it('M6 makes a person who was removed and added again a member, and no former one', () => {
  const history = team()
  history.remove({ by: 'ann' }, 'eve')
  history.give({ by: 'ann' }, 'eve', 'editor')
  expect(history.roles()).toEqual(TEAM)
  expect(history.state().formerMembers.size).toBe(0)
})

it('M6 keeps the name and the place of somebody who left', () => {
  const history = team()
  history.write({ by: 'ann' }, { type: 'member.leave', cuts: [] })
  const state = history.state()
  expect(state.formerMembers.get(toHex(personOf('ann')))).toMatchObject({ name: 'ann', joinOrder: 1 })
  expect(memberOf(state, 'ben')?.joinOrder).toBe(2)
})

it('M5 passes over unknown kinds, and stops for the strict ones only where the owner wrote them', () => {
  const history = team()
  history.write({ by: 'alice' }, { type: 'unknown', kind: 99 })
  history.write({ by: 'ann' }, { type: 'unknown', kind: 200 })
  expect(history.state().needsNewerVersion).toBe(false)
  history.write({ by: 'alice' }, { type: 'unknown', kind: 200 })
  expect(history.state().needsNewerVersion).toBe(true)
})

it('M5 stops below the least version that the owner asks for, and nobody else may ask', () => {
  const history = team()
  const policy = { type: 'policy.set', editorsMayInvite: false, rotationDays: 0 } as const
  history.write({ by: 'ann' }, { ...policy, minimumVersion: 2 })
  history.write({ by: 'alice' }, { ...policy, minimumVersion: 1 })
  expect(history.state().needsNewerVersion).toBe(false)
  history.write({ by: 'alice' }, { ...policy, minimumVersion: 2 })
  expect(history.state().needsNewerVersion).toBe(true)
  history.write({ by: 'alice' }, { ...policy, minimumVersion: 0 })
  expect(history.state().needsNewerVersion).toBe(false)
})

it('M7 takes 256 operations of somebody below admin, and any number of an admin', () => {
  const history = team()
  for (let i = 0; i < MAX_OPERATIONS_BELOW_ADMIN + 1; i++) {
    history.write({ by: 'eve' }, { type: 'profile.set', name: `eve ${i}`, paper: undefined })
    history.write({ by: 'ann' }, { type: 'profile.set', name: `ann ${i}`, paper: undefined })
  }
  const state = history.state()
  expect(memberOf(state, 'eve')?.name).toBe('eve 255')
  expect(memberOf(state, 'ann')?.name).toBe('ann 256')
})

it('M3 names the workspace by an admin, and the same way everywhere when two do at once', () => {
  const history = team()
  history.write({ by: 'eve' }, { type: 'workspace.rename', name: 'mine' })
  expect(history.state().name).toBe('')
  const after = history.heads()
  history.write({ by: 'ann', after }, { type: 'workspace.rename', name: 'from ann' })
  history.write({ by: 'ben', after }, { type: 'workspace.rename', name: 'from ben' })
  expect(history.state([...history.entries].reverse()).name).toBe(history.state().name)
  history.write({ by: 'ben' }, { type: 'workspace.rename', name: 'Newsroom' })
  expect(history.state().name).toBe('Newsroom')
})

it('M3 keeps the newest relays that an admin set', () => {
  const history = team()
  const relay = { origin: 'https://relay.example', rootKey: keysOf('alice').relayKey, random: new Uint8Array(32) }
  history.write({ by: 'alice' }, { type: 'relay.set', relays: [relay] })
  history.write({ by: 'vic' }, { type: 'relay.set', relays: [] })
  expect(history.state().relays).toEqual([relay])
})

it('§5 lists what ended whose standing, with its cut', () => {
  const history = team()
  const cut = { chain: new Uint8Array(16) as never, seq: 7, id: new Uint8Array(32) as never }
  const removal = { member: personOf('eve'), cuts: [cut], keptInvites: [], doors: [], rotation: undefined }
  const operation = history.write({ by: 'ann' }, { type: 'member.remove', ...removal })
  const end = history.state().ends.at(-1)
  const ended = { person: personOf('eve'), device: undefined, role: undefined, cuts: [cut] }
  expect(end).toEqual({ ...ended, operation, isLeaving: false })
  const leaving = history.write({ by: 'ann' }, { type: 'member.leave', cuts: [cut] })
  expect(history.state().ends.at(-1)).toEqual({
    ...ended,
    operation: leaving,
    person: personOf('ann'),
    isLeaving: true,
  })
})

it('M1 has no effect of a kind that this version only reads', () => {
  const history = team()
  const newRoot = personOf('new alice')
  const signature = new Uint8Array(64) as never
  const rotation = { root: personOf('alice'), newRoot, rootSignature: signature, newRootSignature: signature }
  const id = history.write({ by: 'alice', device: 'root' }, { type: 'root.rotate', ...rotation })
  expect(history.roles()).toEqual(TEAM)
  expect(history.state().voided.get(toHex(id))).toBe('no-effect')
})
