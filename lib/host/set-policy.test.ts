import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceId } from '#lib/base/ids'
import { type PolicyWish, policyView, setPolicy } from '#lib/host/set-policy'
import { writeOperation } from '#lib/host/write-operation'
import { createOfflineTeam } from '#lib/testing/offline-team'

type Team = Awaited<ReturnType<typeof createOfflineTeam>>
type Mate = Awaited<ReturnType<Team['start']>>

let team: Team
let alice: Mate
let bob: Mate
beforeAll(async () => {
  team = await createOfflineTeam()
})
beforeEach(async () => {
  alice = await team.start('alice')
  bob = await team.start('bob')
})

const deviceOf = ({ keys }: Mate) => keys.device.publicKey as DeviceId
const set = (mate: Mate, wish: PolicyWish) =>
  setPolicy(wish, (make) => writeOperation(mate.replica, deviceOf(mate), make))
const stateOf = (mate: Mate) => {
  const state = mate.replica.membership.current()
  if (!state) throw new Error('no log')
  return state
}
const see = (mate: Mate) => policyView(stateOf(mate), deviceOf(mate))
const giveBob = (role: 'admin' | 'editor') =>
  alice.operate({ type: 'role.set', member: bob.person(), role, cuts: [], doors: [] })

describe('the policy', () => {
  it('M3 is the owner’s to set, one part of it at a time', async () => {
    expect(see(alice)).toEqual({ editorsMayInvite: false, rotationDays: 0, maySet: true, mayRotate: true })
    await set(alice, { rotationDays: 30 })
    expect(await set(alice, { editorsMayInvite: true })).toMatchObject({ ok: true })
    expect(see(alice)).toMatchObject({ editorsMayInvite: true, rotationDays: 30 })
    expect(await set(alice, { editorsMayInvite: false, rotationDays: 0 })).toMatchObject({ ok: true })
    expect(see(alice)).toMatchObject({ editorsMayInvite: false, rotationDays: 0 })
  })

  it('M3 leaves an admin new keys, and anybody below nothing', async () => {
    expect(see(bob)).toMatchObject({ maySet: false, mayRotate: false })
    await giveBob('admin')
    await team.carry(alice, bob)
    expect(see(bob)).toMatchObject({ maySet: false, mayRotate: true })
    expect(await set(bob, { editorsMayInvite: true })).toEqual({ ok: false, error: { type: 'not-allowed' } })
  })

  it('M5 keeps the least version that somebody with a newer client set', async () => {
    await alice.operate({ type: 'policy.set', editorsMayInvite: false, rotationDays: 0, minimumVersion: 1 })
    await set(alice, { rotationDays: 7 })
    expect(stateOf(alice).policy).toEqual({ editorsMayInvite: false, rotationDays: 7, minimumVersion: 1 })
  })

  it('M5 does nothing at all in a client below the least version', async () => {
    await alice.operate({ type: 'policy.set', editorsMayInvite: true, rotationDays: 7, minimumVersion: 2 })
    expect(see(alice)).toMatchObject({ maySet: false, mayRotate: false })
    expect(await set(alice, { editorsMayInvite: false })).toEqual({ ok: false, error: { type: 'not-allowed' } })
  })
})
