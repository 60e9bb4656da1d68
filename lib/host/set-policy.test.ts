import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type PolicyWish, policyView, setPolicy } from '#lib/host/set-policy'
import { createOfflineTeam, type OfflineMate, type OfflineTeam } from '#lib/testing/offline-team'
import { deviceOf, operateAs, stateOf } from '#lib/testing/team-acts'

let team: OfflineTeam
let alice: OfflineMate
let bob: OfflineMate
beforeAll(async () => {
  team = await createOfflineTeam()
})
beforeEach(async () => {
  alice = await team.start('alice')
  bob = await team.start('bob')
})

const set = (mate: OfflineMate, wish: PolicyWish) => setPolicy(wish, operateAs(mate))
const see = (mate: OfflineMate) => policyView(stateOf(mate), deviceOf(mate))
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
