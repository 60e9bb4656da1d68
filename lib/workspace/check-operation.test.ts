import { beforeAll, expect, it } from 'vitest'
import { fromHex } from '#lib/base/bytes'
import { createInvited, createKeyChain, type Invited, type KeyChain, rootOf } from '#lib/testing/invited'
import { signDeviceKeys } from '#lib/workspace/add-device'
import { checkOperation } from '#lib/workspace/check-operation'
import type { DeviceAdd, Operation } from '#lib/workspace/operation'

let invited: Invited
let phone: KeyChain
let addition: DeviceAdd
beforeAll(async () => {
  invited = await createInvited()
  phone = await createKeyChain(invited.crypto, invited.random)
  const person = rootOf(invited.alice)
  const deviceSignature = await signDeviceKeys(invited.workspaceId, person, phone.keys, phone.device)
  addition = { type: 'device.add', person, keys: phone.keys, deviceSignature, doors: [], boxes: [] }
})
const check = (operation: Operation) => checkOperation(invited.crypto, invited.workspaceId, operation)
const smallOrder = fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05') as never
/** A point of the main group plus one of order eight. */
const withTorsion = fromHex('d0424b701d60255de5df705071059ccd22b8349bb4138202ebbd65e9e0ad211b') as never

it('V1 takes a device that consents to belong to the person', async () => {
  expect(await check(addition)).toBe(true)
  expect(await check({ ...addition, person: rootOf(invited.bob) })).toBe(false)
  expect(await check({ ...addition, keys: { ...phone.keys, relayKey: invited.bob.keys.relayKey } })).toBe(false)
})

it('V1 takes a consent for one workspace only', async () => {
  const other = await createInvited(2)
  expect(await checkOperation(other.crypto, other.workspaceId, addition)).toBe(false)
})

it('attack 18 attack 19 attack 20 C1 C3 takes no bad key by any operation', async () => {
  const zero = new Uint8Array(32) as never
  const paper = { exchangeKey: phone.keys.exchangeKey, relayKey: phone.keys.relayKey }
  for (const key of [smallOrder, withTorsion]) {
    expect(await check({ ...invited.operation, proofKey: key })).toBe(false)
    expect(await check({ ...invited.operation, mailboxKey: key })).toBe(false)
    expect(await check({ type: 'profile.set', name: undefined, paper: { ...paper, relayKey: key, doors: [] } })).toBe(
      false,
    )
  }
  expect(await check({ type: 'profile.set', name: undefined, paper: { ...paper, exchangeKey: zero, doors: [] } })).toBe(
    false,
  )
  expect(await check({ type: 'profile.set', name: undefined, paper: { ...paper, doors: [] } })).toBe(true)
})

it('attack 19 C1 takes no device key with torsion, though it signs', async () => {
  expect(await check({ ...addition, keys: { ...phone.keys, device: withTorsion } })).toBe(false)
})

it('M1 has nothing to check in what holds no keys', async () => {
  expect(await check({ type: 'merge' })).toBe(true)
  expect(await check({ type: 'unknown', kind: 99 })).toBe(true)
})
