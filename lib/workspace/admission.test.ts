import { beforeEach, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { verifyDoorStatement } from '#lib/protocol/door'
import { createInvited, createKeyChain, EXPIRES_AT_SECONDS, type Invited, rootOf } from '#lib/testing/invited'
import { createAdmit, refusalOfJoin } from '#lib/workspace/admission'
import { createJoin } from '#lib/workspace/join'
import type { JoinRecord } from '#lib/workspace/operation'

let invited: Invited
beforeEach(async () => {
  invited = await createInvited()
})
const NOW = EXPIRES_AT_SECONDS - 1

function stateOf({ log }: Invited) {
  const state = log.current()
  if (!state) throw new Error('No genesis')
  return state
}
const refusal = (join: JoinRecord, by = invited.alice, now = NOW) =>
  refusalOfJoin(stateOf(invited), by.keys.device, join, now)?.type
const admit = async () =>
  invited.write(
    invited.alice,
    await createAdmit(stateOf(invited), invited.join, invited.alice.relay, [invited.firstSecret]),
  )

it('I2 lets a joiner in whose proof is good', async () => {
  expect(refusal(invited.join)).toBeUndefined()
  await admit()
  const bob = stateOf(invited).members.get(toHex(rootOf(invited.bob)))
  expect(bob).toMatchObject({ name: 'Bob', role: 'editor' })
  expect(bob?.devices).toHaveLength(1)
})

it('R3 puts the new device on the door of every relay, signed by the admitter', async () => {
  const { doors } = await createAdmit(stateOf(invited), invited.join, invited.alice.relay, [invited.firstSecret])
  const [door] = doors
  expect(doors).toHaveLength(1)
  expect(door).toMatchObject({
    origin: 'https://relay.example',
    subject: invited.bob.keys.relayKey,
    level: 'member',
    n: 2,
  })
  expect(door && (await verifyDoorStatement(door, invited.crypto))).toBe(true)
})

it('R3 counts on from what was said of the key before', async () => {
  await admit()
  const { doors } = await createAdmit(stateOf(invited), invited.join, invited.alice.relay, [invited.firstSecret])
  expect(doors[0]?.n).toBe(4)
})

it('attack 48 I5 lets nobody in after the end of the link, by the clock of this device', () => {
  expect(refusal(invited.join, invited.alice, EXPIRES_AT_SECONDS)).toBe('expired')
})

it('I4 lets nobody in by a revoked link', async () => {
  await invited.write(invited.alice, { type: 'invite.revoke', invite: invited.invite })
  expect(refusal(invited.join)).toBe('revoked')
})

it('attack 49 I3 lets nobody in by a link that is used up', async () => {
  await admit()
  expect(refusal({ ...invited.join, root: rootOf(await createKeyChain(invited.crypto, invited.random)) })).toBe(
    'used-up',
  )
})

it('I2 says why it does not answer', async () => {
  const { join } = invited
  expect(refusal({ ...join, invite: new Uint8Array(32) as never })).toBe('unknown-invite')
  expect(refusal({ ...join, proofKey: new Uint8Array(32) })).toBe('bad-proof')
  expect(refusal(join, invited.bob)).toBe('not-allowed')
  expect(refusal({ ...join, keys: { ...join.keys, relayKey: invited.alice.keys.relayKey } })).toBe('key-in-use')
  await admit()
  expect(refusal(join)).toBe('already-member')
})

it('I4 leaves somebody who was removed to an admin', async () => {
  await admit()
  const removal = {
    member: rootOf(invited.bob),
    cuts: [],
    keptInvites: [invited.invite],
    doors: [],
    rotation: undefined,
  }
  await invited.write(invited.alice, { type: 'member.remove', ...removal })
  expect(refusal(invited.join)).toBeUndefined()
  expect(refusal(invited.join, invited.bob)).toBe('not-allowed')
})

it('attack 20 attack 46 I2 admits nobody with a record that is not signed over its keys', async () => {
  const { join, alice } = invited
  const forged = { ...join, keys: { ...join.keys, exchangeKey: alice.keys.exchangeKey } }
  await invited.write(alice, await createAdmit(stateOf(invited), forged, alice.relay, [invited.firstSecret]))
  expect(stateOf(invited).members.size).toBe(1)
})

it('attack 47 I2 admits nobody by the proof of another link', async () => {
  const { bob, workspaceId, invite, crypto, random, alice } = invited
  const { exchangeKey, relayKey } = bob.keys
  const plan = { workspaceId, invite, name: 'Bob', exchangeKey, relayKey, paper: undefined }
  const proofKey = await crypto.signingKey(random.bytes(32))
  const join = await createJoin(plan, { root: bob.root, device: bob.device, proofKey })
  expect(refusal(join)).toBe('bad-proof')
  await invited.write(alice, await createAdmit(stateOf(invited), join, alice.relay, [invited.firstSecret]))
  expect(stateOf(invited).members.size).toBe(1)
})
