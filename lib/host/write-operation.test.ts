/** Whoever acts says that they have seen what they made it from: nothing may arrive between (docs/protocol.md K2, R3). */
import { beforeAll, describe, expect, it } from 'vitest'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { EpochSecret, EpochTag } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createKeyKeeper } from '#lib/host/key-keeper'
import { writeOperation } from '#lib/host/write-operation'
import type { RelayKey } from '#lib/protocol/door'
import { bring as bringTo, type KeyHolder, type OfflineTeam, startKeyHolder } from '#lib/testing/key-holder'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { createRotation } from '#lib/workspace/epoch'
import type { ExchangePublicKey } from '#lib/workspace/keys'
import type { MembershipState } from '#lib/workspace/membership-state'

let team: OfflineTeam
const clock = createVirtualClock()
beforeAll(async () => {
  team = await createOfflineTeam()
})
const start = (name: string) => startKeyHolder(team, name, clock, systemRandom)
const bring = (from: KeyHolder, ...to: readonly KeyHolder[]) => bringTo(team, from, ...to)

/** All that `from` has is on its way to `to`: it was not judged yet when this returns. */
async function sendOff(from: KeyHolder, to: KeyHolder): Promise<() => Promise<unknown>> {
  const runs = await team.runsOf(from.mate)
  return () => Promise.all(runs.map((run) => to.replica.receive(run)))
}
const stateOf = ({ replica }: KeyHolder): MembershipState => {
  const state = replica.membership.current()
  if (!state) throw new Error('no log')
  return state
}
const recipientsOf = (holder: KeyHolder): string[] => {
  const handed = holder.replica.membership.handedOut().at(-1)
  return (handed?.boxes ?? []).flatMap(({ boxes }) => boxes.map(({ recipient }) => toHex(recipient)))
}
const exchangeKeyOf = ({ keys }: KeyHolder): string => toHex(keys.exchange.publicKey)

describe('an operation is made from what its author has seen', () => {
  it('attack 42 K2 a removal that arrives while another is under way: neither removed person gets the new secret', async () => {
    const [alice, bob, carol, dave] = [
      await start('alice'),
      await start('bob'),
      await start('carol'),
      await start('dave'),
    ]
    await alice.acts.setRole(carol.id(), 'admin')
    await bring(alice, bob, carol, dave)
    await carol.acts.removeMember(dave.id(), [])
    await carol.keeper.settled()
    const arrive = await sendOff(carol, alice)
    const arriving = arrive()
    const done = await alice.acts.removeMember(bob.id(), [])
    await arriving
    if (!done.ok) throw new Error(done.error.type)
    expect(stateOf(alice).epoch.operations).toEqual([done.value])
    expect(recipientsOf(alice)).not.toContain(exchangeKeyOf(dave))
    expect(recipientsOf(alice)).toContain(exchangeKeyOf(carol))
  })

  it('attack 42 K2 a rotation that falls due is made for who is here when it is written', async () => {
    const [alice, bob, carol, dave] = [
      await start('alice'),
      await start('bob'),
      await start('carol'),
      await start('dave'),
    ]
    await alice.acts.setRole(carol.id(), 'admin')
    await alice.acts.rotateKeys()
    await bring(alice, bob, carol, dave)
    await bob.mate.operate({ type: 'member.leave', cuts: [] })
    await bring(bob, alice, carol)
    expect(alice.keeper.isDue()).toBe(true)
    await carol.mate.operate({
      type: 'member.remove',
      ...{ member: dave.mate.person(), cuts: [], keptInvites: [], doors: [] },
      rotation: createRotation(stateOf(carol).workspaceId, systemRandom.bytes(32) as EpochSecret, [], []),
    })
    const arrive = await sendOff(carol, alice)
    alice.keeper.close()
    const { replica, device } = alice
    const keeper = createKeyKeeper({
      ...{
        crypto: createNodeCrypto(),
        replica,
        device,
        exchange: alice.keys.exchange,
        clock,
        random: systemRandom,
        onChange() {},
      },
      save: async () => {},
      async operate(make) {
        await arrive()
        return writeOperation(replica, device, make)
      },
    })
    keeper.changed()
    await keeper.settled()
    await clock.advance(12_000)
    await keeper.settled()
    keeper.close()
    expect(stateOf(alice).epoch.operations).toHaveLength(1)
    expect(recipientsOf(alice)).not.toContain(exchangeKeyOf(dave))
  })

  it('R3 a demotion that arrives while somebody is given a role: the door says what the role allows then', async () => {
    const [alice, bob] = [await start('alice'), await start('bob')]
    const rootKey = alice.keys.relay.publicKey as RelayKey
    await alice.mate.operate({
      type: 'relay.set',
      relays: [{ origin: 'https://relay.example', rootKey, random: new Uint8Array(32) }],
    })
    await bring(alice, bob)
    const second = await startKeyHolder(team, 'alice', clock, systemRandom)
    await bring(alice, second)
    await second.acts.setRole(bob.id(), 'admin')
    const arrive = await sendOff(second, alice)
    const arriving = arrive()
    await alice.acts.setRole(bob.id(), 'viewer')
    await arriving
    const newest = stateOf(alice).doors.findLast(({ subject }) => sameBytes(subject, bob.keys.relay.publicKey))
    expect(newest?.level).toBe('member')
  })

  it('E10 says that it is too much what no payload holds, and throws nothing', async () => {
    const alice = await start('alice')
    const boxes = Array.from({ length: 2 }, (_, i) => ({
      epoch: new Uint8Array(16).fill(i) as EpochTag,
      ephemeralKey: new Uint8Array(32),
      boxes: Array.from({ length: 1000 }, () => ({
        recipient: systemRandom.bytes(32) as ExchangePublicKey,
        box: new Uint8Array(48),
      })),
    }))
    const done = await writeOperation(alice.replica, alice.device, { type: 'key.share', boxes })
    expect(done).toEqual({ ok: false, error: { type: 'too-much' } })
  })

  it('M3 what is not allowed any more when its turn comes is not written', async () => {
    const [alice, bob, carol] = [await start('alice'), await start('bob'), await start('carol')]
    await alice.acts.setRole(bob.id(), 'admin')
    await bring(alice, bob, carol)
    await alice.acts.setRole(bob.id(), 'editor')
    const arrive = await sendOff(alice, bob)
    const arriving = arrive()
    const done = await bob.acts.removeMember(carol.id(), [])
    await arriving
    expect(done).toEqual({ ok: false, error: { type: 'not-allowed' } })
    expect(stateOf(bob).members.has(toHex(carol.mate.person()))).toBe(true)
  })
})
