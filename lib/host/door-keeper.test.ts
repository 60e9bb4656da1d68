import { beforeAll, beforeEach, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import type { DeviceId } from '#lib/base/ids'
import type { ExchangeKey, SigningKey } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { createDoorKeeper } from '#lib/host/door-keeper'
import { type DoorStatement, type RelayKey, verifyDoorStatement } from '#lib/protocol/door'
import { createDoorList, type DoorList } from '#lib/protocol/door-list'
import { claimDevice } from '#lib/testing/claimed-device'
import { createOfflineTeam, type OfflineMate, type OfflineTeam } from '#lib/testing/offline-team'
import { actsOf, deviceOf, nameRelay } from '#lib/testing/team-acts'
import { createDeviceAdd, signDeviceKeys } from '#lib/workspace/add-device'
import type { ExchangePublicKey } from '#lib/workspace/keys'

let team: OfflineTeam
let alice: OfflineMate
let bob: OfflineMate
let carol: OfflineMate
let door: DoorList
let phone: SigningKey
let phoneExchange: ExchangeKey
beforeAll(async () => {
  phone = await createNodeCrypto().signingKey()
  phoneExchange = await createNodeCrypto().exchangeKey()
  team = await createOfflineTeam()
})
beforeEach(async () => {
  alice = await team.start('alice')
  bob = await team.start('bob')
  carol = await team.start('carol')
  const rootKey = alice.keys.relay.publicKey as RelayKey
  door = createDoorList(rootKey)
  await nameRelay(alice)
  await team.carry(alice, bob, carol)
})

const keeperOf = (mate: OfflineMate) =>
  createDoorKeeper({ replica: mate.replica, device: deviceOf(mate), relayKey: mate.keys.relay, onChange() {} })
const levelOf = (mate: OfflineMate) => door.levelOf(mate.keys.relay.publicKey)

/** The other keys of a phone of bob's. */
const bobsKeys = () => ({
  device: phone.publicKey as DeviceId,
  exchangeKey: phoneExchange.publicKey as ExchangePublicKey,
})

/** What a client brings to the relay: the log's statements, then its own. */
async function bringTo(mate: OfflineMate, extra: readonly DoorStatement[] = []): Promise<void> {
  for (const statement of [...(mate.replica.membership.current()?.doors ?? []), ...extra]) {
    expect(await verifyDoorStatement(statement, createNodeCrypto())).toBe(true)
    door.apply(statement)
  }
}

/** The cast came in before there was a relay: each role that is given opens its door. */
async function open(mate: OfflineMate): Promise<void> {
  await actsOf(alice).setRole(toBase64Url(mate.person()), 'admin')
  await actsOf(alice).setRole(toBase64Url(mate.person()), 'editor')
  await team.carry(alice, bob, carol)
  await bringTo(alice)
  expect(levelOf(mate)).toBe('member')
}

it('R3 a removed member is turned away by what the removal says', async () => {
  await open(bob)
  await actsOf(alice).removeMember(toBase64Url(bob.person()), [])
  await bringTo(alice)
  expect(levelOf(bob)).toBe('none')
})

it('R3 whoever left is turned away by the next admin, since leaving says nothing at a door', async () => {
  await open(bob)
  await actsOf(bob).leave()
  await team.carry(bob, alice, carol)
  await bringTo(bob)
  expect(levelOf(bob)).toBe('member')
  const [editor, admin] = [keeperOf(carol), keeperOf(alice)]
  await Promise.all([editor.changed(), admin.changed()])
  expect(editor.statements()).toEqual([])
  await bringTo(alice, admin.statements())
  expect(levelOf(bob)).toBe('none')
})

it('R3 whom a cancelled removal turned away is let in again', async () => {
  await open(bob)
  await actsOf(alice).setRole(toBase64Url(carol.person()), 'admin')
  await team.carry(alice, bob, carol)
  await bringTo(alice)
  await actsOf(carol).removeMember(toBase64Url(bob.person()), [])
  await actsOf(alice).setRole(toBase64Url(carol.person()), 'editor')
  await bringTo(carol)
  expect(levelOf(bob)).toBe('none')
  await team.carry(carol, alice)
  const keeper = keeperOf(alice)
  await keeper.changed()
  await bringTo(alice, keeper.statements())
  expect(levelOf(bob)).toBe('member')
})

it('R3 an admin who was none for a while says it again', async () => {
  await open(bob)
  const keeper = keeperOf(carol)
  const setRole = async (role: 'admin' | 'editor') => {
    await actsOf(alice).setRole(toBase64Url(carol.person()), role)
    await team.carry(alice, bob, carol)
  }
  await setRole('admin')
  await actsOf(bob).leave()
  await team.carry(bob, alice, carol)
  await keeper.changed()
  const said = keeper.statements().length
  expect(said).toBeGreaterThan(0)
  await setRole('editor')
  await keeper.changed()
  expect(keeper.statements()).toEqual([])
  await setRole('admin')
  await keeper.changed()
  expect(keeper.statements()).toHaveLength(said)
})

it('R3 the owner gives an admin’s further device what its admin could not', async () => {
  await actsOf(alice).setRole(toBase64Url(bob.person()), 'admin')
  await team.carry(alice, bob, carol)
  const own = await createNodeCrypto().signingKey()
  const state = bob.replica.membership.current()
  const keys = { ...bobsKeys(), relayKey: own.publicKey as RelayKey }
  const person = bob.person()
  const deviceSignature = await signDeviceKeys(bob.keys.workspaceId, person, keys, phone)
  if (!state) throw new Error('no log')
  await bob.operate(await createDeviceAdd(state, { person, keys, deviceSignature }, bob.keys.relay, []))
  await team.carry(bob, alice)
  await bringTo(alice)
  expect(door.levelOf(own.publicKey)).toBe('member')
  const keeper = keeperOf(alice)
  await keeper.changed()
  await bringTo(alice, keeper.statements())
  expect(door.levelOf(own.publicKey)).toBe('admin')
})

it('R3 hands the room on: the new owner stands at root, the old one below', async () => {
  await actsOf(alice).setRole(toBase64Url(bob.person()), 'admin')
  await actsOf(alice).transferOwnership(toBase64Url(bob.person()))
  await bringTo(alice)
  expect([levelOf(bob), levelOf(alice)]).toEqual(['root', 'admin'])
})

it('R3 says nothing of a key that somebody claims and gives back: its owner stays', async () => {
  const claimed = await claimDevice(bob, { relayKey: alice.keys.relay.publicKey as RelayKey })
  await bob.operate({ type: 'device.revoke', device: claimed.device, cuts: [], doors: [], rotation: undefined })
  await team.carry(bob, alice)
  const keeper = keeperOf(alice)
  await keeper.changed()
  await bringTo(alice, keeper.statements())
  expect(levelOf(alice)).toBe('root')
})

it('R3 puts nobody out with whoever claimed their key unseen', async () => {
  const dave = await team.admit(alice, 'dave')
  await open(carol)
  const relayKey = dave.keys.relay.publicKey as RelayKey
  await claimDevice(bob, { relayKey })
  await team.carry(bob, alice)
  await actsOf(alice).setRole(toBase64Url(dave.person()), 'admin')
  await actsOf(alice).removeMember(toBase64Url(bob.person()), [])
  const keeper = keeperOf(alice)
  await keeper.changed()
  await bringTo(alice, keeper.statements())
  expect([levelOf(dave), levelOf(bob)]).toEqual(['admin', 'none'])
})
