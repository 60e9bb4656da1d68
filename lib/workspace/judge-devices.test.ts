import { expect, it } from 'vitest'
import { compareBytes, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { createHistory, deviceOf, type History, keysOf, type Pen } from '#lib/testing/membership-history'

/** alice owns and has two devices, ann is an admin with two, eve an editor. */
function team(salt = 0): History {
  const history = createHistory(salt)
  history.settle({ ann: 'admin', eve: 'editor' })
  history.addDevice({ by: 'alice' }, 'phone')
  history.addDevice({ by: 'ann' }, 'phone')
  return history
}
const isActive = (history: History, name: string, which: string) =>
  history.state().devices.get(toHex(deviceOf(name, which)))?.active

it('V1 gives a person another device with the same role', () => {
  const history = team()
  history.give({ by: 'alice', device: 'phone' }, 'eve', 'viewer')
  expect(history.roles()).toMatchObject({ eve: 'viewer' })
})

it('E7 admits a device by the lowest id of what added it', () => {
  const history = team()
  const again = history.addDevice({ by: 'ann' }, 'phone')
  const first = history.entries.at(-2)?.id ?? again
  const lowest = toHex(first) < toHex(again) ? first : again
  expect(history.state().devices.get(toHex(deviceOf('ann', 'phone')))?.admission).toEqual(lowest)
})

it('V3 ends a revoked device, and nothing of the other', () => {
  const history = team()
  history.revokeDevice({ by: 'ann' }, deviceOf('ann', 'phone'))
  history.give({ by: 'ann', device: 'phone' }, 'eve', 'viewer')
  expect(history.roles()).toMatchObject({ ann: 'admin', eve: 'editor' })
  expect([isActive(history, 'ann', 'laptop'), isActive(history, 'ann', 'phone')]).toEqual([true, false])
})

it('attack 53 V3 cancels what a revoked device does behind the back of the revocation', () => {
  const history = team()
  const after = history.heads()
  history.revokeDevice({ by: 'ann', after }, deviceOf('ann', 'phone'))
  const stolen = history.give({ by: 'ann', device: 'phone', after }, 'eve', 'viewer')
  expect(history.roles()).toMatchObject({ eve: 'editor' })
  expect(history.state().voided.get(toHex(stolen))).toBe('cancelled')
})

it('attack 53 V3 cancels what a device does that a revoked one had brought in unseen', () => {
  const history = team()
  const after = history.heads()
  history.revokeDevice({ by: 'alice', after }, deviceOf('alice', 'phone'))
  const third = history.addDevice({ by: 'alice', device: 'phone', after }, 'third')
  history.give({ by: 'alice', device: 'third', after: [third] }, 'eve', 'admin')
  expect(history.roles()).toMatchObject({ eve: 'editor' })
  expect(isActive(history, 'alice', 'third')).toBe(false)
})

it('V3 puts both of two devices out that revoke each other, until the root signs', () => {
  const history = team()
  const after = history.heads()
  history.revokeDevice({ by: 'ann', after }, deviceOf('ann', 'phone'))
  history.revokeDevice({ by: 'ann', device: 'phone', after }, deviceOf('ann', 'laptop'))
  expect([isActive(history, 'ann', 'laptop'), isActive(history, 'ann', 'phone')]).toEqual([false, false])
  history.addDevice({ by: 'ann', device: 'root' }, 'laptop')
  expect(isActive(history, 'ann', 'laptop')).toBe(true)
})

it('attack 53 V3 lets a stolen device of the owner undo nothing of theirs once the root spoke', () => {
  const history = team()
  history.give({ by: 'alice' }, 'eve', 'admin')
  const [genesis] = history.entries.map(({ id }) => id)
  const before = history.heads()
  history.revokeDevice({ by: 'alice', device: 'root' }, deviceOf('alice', 'phone'))
  const added = history.entries.find(({ operation }) => operation.type === 'device.add')?.id ?? genesis
  if (!added) throw new Error('No device was added')
  history.revokeDevice({ by: 'alice', device: 'phone', after: [added] }, deviceOf('alice', 'laptop'))
  expect(before).toHaveLength(1)
  expect(history.roles()).toMatchObject({ eve: 'admin' })
})

it('V3 gives back by the root what a stolen device had taken', () => {
  const history = team()
  history.give({ by: 'alice' }, 'eve', 'admin')
  const added = history.entries.find(({ operation }) => operation.type === 'device.add')?.id
  if (!added) throw new Error('No device was added')
  history.revokeDevice({ by: 'alice', device: 'phone', after: [added] }, deviceOf('alice', 'laptop'))
  expect(history.roles()).toMatchObject({ eve: 'editor' })
  history.addDevice({ by: 'alice', device: 'root' }, 'laptop')
  expect(history.roles()).toMatchObject({ eve: 'admin' })
})

it('V1 lets people name their own devices, and nobody else’s', () => {
  const history = team()
  const name = (pen: Pen, device: DeviceId, called: string) =>
    history.write(pen, { type: 'device.name', device, name: called })
  name({ by: 'ann', device: 'phone' }, deviceOf('ann', 'phone'), 'Firefox on Linux')
  name({ by: 'ann' }, deviceOf('ann'), 'Old laptop')
  name({ by: 'ann' }, deviceOf('ann'), 'Laptop')
  name({ by: 'alice' }, deviceOf('ann'), 'Mine')
  history.revokeDevice({ by: 'alice' }, deviceOf('alice', 'phone'))
  name({ by: 'alice', device: 'phone' }, deviceOf('alice', 'phone'), 'Back again')
  const nameOf = (person: string, which?: string) => history.state().devices.get(toHex(deviceOf(person, which)))?.name
  expect([nameOf('ann'), nameOf('ann', 'phone'), nameOf('alice', 'phone')]).toEqual(['Laptop', 'Firefox on Linux', ''])
})

it('M7 adds no device of somebody below admin who has had their operations', () => {
  const history = team()
  for (let i = 0; i < 256; i++) history.write({ by: 'eve' }, { type: 'merge' })
  const id = history.addDevice({ by: 'eve' }, 'phone')
  expect(isActive(history, 'eve', 'phone')).toBe(false)
  expect(history.state().voided.get(toHex(id))).toBe('too-many')
})

it('M3 lets nobody revoke a device of somebody else', () => {
  const history = team()
  history.revokeDevice({ by: 'alice' }, deviceOf('ann', 'phone'))
  expect(isActive(history, 'ann', 'phone')).toBe(true)
})

it('M1 lets a root do nothing but mind its devices', () => {
  const history = team()
  history.give({ by: 'alice', device: 'root' }, 'eve', 'admin')
  expect(history.roles()).toMatchObject({ eve: 'editor' })
})

it('attack 20 M3 adds no device whose keys or signature are not good', () => {
  const history = team()
  history.addDevice({ by: 'eve', proofsValid: false }, 'phone')
  expect(isActive(history, 'eve', 'phone')).toBeUndefined()
})

it('attack 32 M3 un-admits nobody by a removed editor who revokes a device of theirs behind everybody', () => {
  const history = team()
  const link = history.invite({ by: 'ann' }, 'viewer', 1)
  history.admit({ by: 'eve', after: [link] }, 'xena', link)
  history.remove({ by: 'alice' }, 'eve')
  history.revokeDevice({ by: 'eve', after: [link] }, deviceOf('eve'))
  expect(history.roles()).toMatchObject({ xena: 'viewer' })
})

it.each([0, 1, 2, 3, 4, 5])('V1 binds a device that two people claim to whom the lowest id names (%i)', (salt) => {
  const history = team(salt)
  history.addDevice({ by: 'eve' }, 'phone', keysOf('ann', 'phone'))
  const shared = toHex(deviceOf('ann', 'phone'))
  const claims = history.entries.flatMap(({ id, operation }) =>
    operation.type === 'device.add' && toHex(operation.keys.device) === shared
      ? [{ id, person: operation.person }]
      : [],
  )
  const [lowest] = claims.sort((a, b) => compareBytes(a.id, b.id))
  history.write({ by: 'ann', device: 'phone' }, { type: 'profile.set', name: 'shared', paper: undefined })
  const { devices, members } = history.state()
  expect(devices.get(shared)).toMatchObject({ person: lowest?.person, admission: lowest?.id })
  expect([...members.values()].find(({ name }) => name === 'shared')?.person).toEqual(lowest?.person)
})

it('attack 53 V3 cancels a link that a lost device of an editor makes unseen, unless an admin had gone on from it', () => {
  const history = team()
  history.write({ by: 'alice' }, { type: 'policy.set', editorsMayInvite: true, rotationDays: 0, minimumVersion: 0 })
  const after = history.heads()
  const link = history.invite({ by: 'eve', after }, 'editor', 0)
  const kept = history.fork()
  history.revokeDevice({ by: 'eve', device: 'root', after }, deviceOf('eve'))
  expect(history.state().invites.has(toHex(link))).toBe(false)
  kept.write({ by: 'ann' }, { type: 'merge' })
  kept.revokeDevice({ by: 'eve', device: 'root', after }, deviceOf('eve'))
  expect(kept.state().invites.has(toHex(link))).toBe(true)
})

it('M3 gives a person no more devices at once than 32, and one instead of one that is revoked', () => {
  const history = createHistory()
  history.settle({ eve: 'editor' })
  const add = (i: number) => history.addDevice({ by: 'eve' }, `phone ${i}`)
  const added = Array.from({ length: 33 }, (_, i) => add(i))
  const count = () => [...history.state().members.values()].at(-1)?.devices.length
  expect(count()).toBe(33)
  expect(history.state().voided.get(toHex(added.at(-1) as Uint8Array))).toBe('too-many')
  history.write({ by: 'eve', device: 'phone 32' }, { type: 'member.leave', cuts: [] })
  expect(history.roles()).toMatchObject({ eve: 'editor' })
  history.revokeDevice({ by: 'eve' }, deviceOf('eve', 'phone 0'))
  add(34)
  expect(isActive(history, 'eve', 'phone 34')).toBe(true)
  history.addDevice({ by: 'eve', device: 'root' }, 'from the kit')
  expect(isActive(history, 'eve', 'from the kit')).toBe(true)
})
