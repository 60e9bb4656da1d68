import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import { claimDevice } from '#lib/testing/claimed-device'
import { createOfflineTeam, type OfflineMate, type OfflineTeam } from '#lib/testing/offline-team'
import { actsOf, nameRelay, stateOf } from '#lib/testing/team-acts'
import { rotationIn } from '#lib/workspace/handed-out'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { Operation } from '#lib/workspace/operation'

let team: OfflineTeam
let alice: OfflineMate
let bob: OfflineMate
beforeAll(async () => {
  team = await createOfflineTeam()
})
beforeEach(async () => {
  alice = await team.start('alice')
  bob = await team.start('bob')
  await nameRelay(alice)
})

const idOf = (mate: OfflineMate): string => toBase64Url(mate.person())
const roleOf = (mate: OfflineMate, of: OfflineMate) => stateOf(mate).members.get(toHex(of.person()))?.role
const newestDoor = (mate: OfflineMate, of: OfflineMate) =>
  stateOf(mate).doors.findLast(({ subject }) => sameBytes(subject, of.keys.relay.publicKey))

describe('an act of power', () => {
  it('M3 gives a role, and opens the doors of relays as far as that', async () => {
    expect(await actsOf(alice).setRole(idOf(bob), 'admin')).toMatchObject({ ok: true })
    expect(roleOf(alice, bob)).toBe('admin')
    expect(newestDoor(alice, bob)?.level).toBe('admin')
    await actsOf(alice).setRole(idOf(bob), 'viewer')
    expect(newestDoor(alice, bob)?.level).toBe('member')
  })

  it('M3 is refused where the role does not suffice, and changes nothing', async () => {
    const before = bob.replica.membership.size
    expect(await actsOf(bob).setRole(idOf(alice), 'viewer')).toEqual({ ok: false, error: { type: 'not-allowed' } })
    expect(await actsOf(bob).removeMember(idOf(alice), [])).toEqual({ ok: false, error: { type: 'not-allowed' } })
    expect(await actsOf(bob).rotateKeys()).toEqual({ ok: false, error: { type: 'not-allowed' } })
    expect(await actsOf(bob).transferOwnership(idOf(alice))).toEqual({ ok: false, error: { type: 'not-allowed' } })
    expect(bob.replica.membership.size).toBe(before)
  })

  it('says so when the person is not here any more', async () => {
    await actsOf(alice).removeMember(idOf(bob), [])
    expect(await actsOf(alice).setRole(idOf(bob), 'viewer')).toEqual({ ok: false, error: { type: 'not-found' } })
    expect(await actsOf(alice).removeMember('nonsense', [])).toEqual({ ok: false, error: { type: 'not-found' } })
  })

  it('K2 R3 removes with a new epoch for all who stay, a closed door and what the remover had', async () => {
    await bob.type('mine')
    await team.carry(bob, alice)
    const before = stateOf(alice).epoch.tag
    const removed = await actsOf(alice).removeMember(idOf(bob), [])
    if (!removed.ok) throw new Error(removed.error.type)
    const operation = alice.replica.membership.operation(removed.value)
    if (operation?.type !== 'member.remove') throw new Error('no removal')
    const recipients = operation.rotation?.boxes.map(({ recipient }) => toHex(recipient)) ?? []
    expect(stateOf(alice).epoch.tag).not.toEqual(before)
    expect(recipients).toContain(toHex(alice.keys.exchange.publicKey))
    expect(recipients).not.toContain(toHex(bob.keys.exchange.publicKey))
    expect(operation.rotation?.wraps.map(({ epoch }) => epoch)).toEqual([before])
    expect(newestDoor(alice, bob)?.level).toBe('none')
    expect(operation.cuts.length).toBeGreaterThan(0)
  })

  it('M3 leaves, unless one is the owner', async () => {
    expect(await actsOf(alice).leave()).toEqual({ ok: false, error: { type: 'owner-stays' } })
    expect(await actsOf(bob).leave()).toMatchObject({ ok: true })
    expect(roleOf(bob, bob)).toBeUndefined()
  })

  it('K2 W1 removes whoever left: with new keys, and what the remover had of them', async () => {
    await bob.type('mine')
    await actsOf(bob).leave()
    await team.carry(bob, alice)
    const before = stateOf(alice).epoch.tag
    const removed = await actsOf(alice).removeMember(idOf(bob), [])
    expect(removed).toMatchObject({ ok: true })
    expect(stateOf(alice).epoch.tag).not.toEqual(before)
    const [own, taken] = [true, false].map((isLeaving) =>
      stateOf(alice).ends.find((end) => end.isLeaving === isLeaving),
    )
    expect(own?.cuts).not.toEqual([])
    expect(taken).toMatchObject({ person: bob.person(), role: undefined, cuts: own?.cuts })
    const again = await actsOf(alice).removeMember(idOf(bob), [])
    expect(again).toEqual({ ok: false, error: { type: 'not-found' } })
  })

  it('M3 R3 hands ownership to an admin, with the doors: who gets it stands above who gives it', async () => {
    const early = await actsOf(alice).transferOwnership(idOf(bob))
    expect(early).toEqual({ ok: false, error: { type: 'not-allowed' } })
    await actsOf(alice).setRole(idOf(bob), 'admin')
    const handed = await actsOf(alice).transferOwnership(idOf(bob))
    const operation = handed.ok ? alice.replica.membership.operation(handed.value) : undefined
    if (operation?.type !== 'owner.transfer') throw new Error('no transfer')
    const levels = operation.doors.map(({ subject, level }) => [sameBytes(subject, bob.keys.relay.publicKey), level])
    expect(levels).toContainEqual([true, 'root'])
    expect(levels).toContainEqual([false, 'admin'])
    expect([roleOf(alice, alice), roleOf(alice, bob)]).toEqual(['admin', 'owner'])
  })

  it('V3 revokes no only device', async () => {
    const own = toBase64Url(bob.keys.device.publicKey)
    expect(await actsOf(bob).revokeDevice(own)).toEqual({ ok: false, error: { type: 'last-device' } })
    const other = toBase64Url(alice.keys.device.publicKey)
    expect(await actsOf(bob).revokeDevice(other)).toEqual({ ok: false, error: { type: 'not-found' } })
  })

  it('K1 boxes once to a key that two claim, and on to its owner when the other is removed', async () => {
    const dave = await team.admit(alice, 'dave')
    const exchangeKey = dave.keys.exchange.publicKey as ExchangePublicKey
    await claimDevice(bob, { exchangeKey })
    await team.carry(bob, alice)
    for (const act of [actsOf(alice).rotateKeys(), actsOf(alice).removeMember(idOf(bob), [])]) {
      const done = await act
      if (!done.ok) throw new Error(done.error.type)
      const rotation = rotationIn(alice.replica.membership.operation(done.value) as Operation)
      expect(rotation?.boxes.filter(({ recipient }) => sameBytes(recipient, exchangeKey))).toHaveLength(1)
    }
  })

  it('R3 removes whoever has more devices than doors fit into one operation', async () => {
    const [place] = stateOf(alice).relays
    if (!place) throw new Error('no relay')
    const relays = Array.from({ length: 8 }, (_, i) => ({ ...place, origin: `https://relay${i}.example` }))
    await alice.operate({ type: 'relay.set', relays })
    for (let i = 0; i < 32; i++) await claimDevice(bob)
    await team.carry(bob, alice)
    expect(stateOf(alice).members.get(toHex(bob.person()))?.devices).toHaveLength(33)
    expect(await actsOf(alice).removeMember(idOf(bob), [])).toMatchObject({ ok: true })
    expect(roleOf(alice, bob)).toBeUndefined()
  })

  it('M1 says that it is too much what no operation can hold, and throws nothing', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => toBase64Url(new Uint8Array(32).fill(i).fill(i >> 8, 1)))
    expect(await actsOf(alice).removeMember(idOf(bob), keys)).toEqual({ ok: false, error: { type: 'too-much' } })
    expect(roleOf(alice, bob)).toBe('editor')
  })
})
