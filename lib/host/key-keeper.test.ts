import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { EpochSecret } from '#lib/base/ids'
import { err } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createKeyKeeper, nextEpoch } from '#lib/host/key-keeper'
import { writeOperation } from '#lib/host/write-operation'
import { MAX_PAYLOAD_BYTES } from '#lib/protocol/limits'
import { bring as bringTo, type KeyHolder, type OfflineTeam, startKeyHolder } from '#lib/testing/key-holder'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { createRotation, recipientsOf } from '#lib/workspace/epoch'
import type { ExchangePublicKey } from '#lib/workspace/keys'

let team: OfflineTeam
let clock: ReturnType<typeof createVirtualClock>
beforeAll(async () => {
  team = await createOfflineTeam()
})
beforeEach(() => {
  clock = createVirtualClock()
})

const start = (name: string) => startKeyHolder(team, name, clock, systemRandom)
const bring = (from: KeyHolder, ...to: readonly KeyHolder[]) => bringTo(team, from, ...to)

describe('the keys of a workspace', () => {
  it('K1 K2 after a removal everybody who stays writes under the new key, and the removed person reads none of it', async () => {
    const [alice, bob, carol] = [await start('alice'), await start('bob'), await start('carol')]
    await alice.acts.removeMember(bob.id(), [])
    await bring(alice, bob, carol)
    await alice.type('secret')
    await bring(alice, bob, carol)
    expect(await carol.text()).toContain('secret')
    expect(carol.saved).toContain(carol.epoch())
    expect(bob.holds()).toBe(false)
    expect(await bob.text()).not.toContain('secret')
    await carol.type('too')
    await bring(carol, alice)
    expect(await alice.text()).toContain('too')
  })

  it('attack 42 K3 two removals at once: all who stay write on, and neither removed person reads it', async () => {
    const [alice, bob, carol, dave, vera] = await Promise.all(['alice', 'bob', 'carol', 'dave', 'vera'].map(start))
    if (!alice || !bob || !carol || !dave || !vera) throw new Error('nobody')
    await alice.acts.setRole(carol.id(), 'admin')
    await bring(alice, bob, carol, dave, vera)
    await alice.acts.removeMember(bob.id(), [])
    await carol.acts.removeMember(vera.id(), [])
    await bring(alice, bob, carol, dave, vera)
    await bring(carol, alice, bob, dave, vera)
    await bring(alice, carol)
    expect(dave.replica.membership.current()?.epoch.operations).toHaveLength(2)
    expect([alice, carol, dave].map((one) => one.holds())).toEqual([true, true, true])
    await dave.type('joined')
    await bring(dave, alice, bob, carol, vera)
    expect(await carol.text()).toContain('joined')
    expect(await bob.text()).not.toContain('joined')
    expect(await vera.text()).not.toContain('joined')

    expect(alice.keeper.isDue()).toBe(true)
    await clock.advance(15_000)
    await bring(alice, carol, dave)
    expect(dave.replica.membership.current()?.epoch.operations).toHaveLength(1)
    expect(dave.holds()).toBe(true)
    expect(await dave.text()).toContain('joined')
  })

  it('K2 when somebody leaves, the next admin begins an epoch, and an editor does not', async () => {
    const [alice, bob, carol] = [await start('alice'), await start('bob'), await start('carol')]
    await bob.acts.leave()
    await bring(bob, alice, carol)
    const before = alice.epoch()
    expect(carol.keeper.isDue()).toBe(true)
    await clock.advance(15_000)
    expect(carol.epoch()).toBe(before)
    expect(carol.keeper.isUncleanLong()).toBe(false)
    await clock.advance(110_000)
    expect(carol.keeper.isUncleanLong()).toBe(true)
    expect(alice.epoch()).not.toBe(before)
    await bring(alice, bob, carol)
    expect([carol.holds(), bob.holds(), carol.keeper.isDue()]).toEqual([true, false, false])
    expect(carol.keeper.isUncleanLong()).toBe(false)
  })

  it('attack 43 K1 a box spoilt for one is shown by the others, and whoever has the secret fills it', async () => {
    const [alice, bob, carol] = [await start('alice'), await start('bob'), await start('carol')]
    await alice.acts.rotateKeys()
    await alice.keeper.settled()
    const handed = alice.replica.membership.handedOut().at(-1)
    if (!handed?.rotation) throw new Error('no rotation')
    const mallory = await start('alice')
    const spoilt = handed.rotation.boxes.map((one) =>
      toHex(one.recipient) === toHex(bob.mate.keys.exchange.publicKey) ? { ...one, box: new Uint8Array(48) } : one,
    )
    await mallory.mate.operate({ type: 'epoch.rotate', ...handed.rotation, boxes: spoilt })
    await bring(mallory, bob, carol)
    expect(bob.holds()).toBe(false)
    expect(carol.holds()).toBe(true)
    await carol.type('for all')
    await bring(carol, bob)
    expect(await bob.text()).not.toContain('for all')

    await clock.advance(20_000)
    expect(carol.keeper.cheats().map(toHex)).toEqual([toHex(alice.mate.keys.device.publicKey)])
    expect(bob.keeper.cheats().map(toHex)).toEqual([toHex(alice.mate.keys.device.publicKey)])
    await bring(carol, bob)
    expect(bob.holds()).toBe(true)
    expect(await bob.text()).toContain('for all')
  })

  it('attack 45 K2 somebody who is let in while another rotates gets a share from whoever has the key', async () => {
    const [alice, carol] = [await start('alice'), await start('carol')]
    await alice.acts.setRole(carol.id(), 'admin')
    await bring(alice, carol)
    // What an admission boxes under the old epoch, while it is replaced: bob comes in and stands in no box of the new one.
    const bob = await start('bob')
    const withoutBob = alice.replica.membership.current()
    if (!withoutBob) throw new Error('no log')
    const secret = systemRandom.bytes(32) as EpochSecret
    const others = [alice, carol].map(({ mate }) => mate.keys.exchange.publicKey as ExchangePublicKey)
    await alice.mate.operate({
      type: 'epoch.rotate',
      ...createRotation(withoutBob.workspaceId, secret, [], others),
    })
    alice.keeper.changed()
    await bring(alice, bob, carol)
    expect([bob.holds(), carol.holds()]).toEqual([false, true])
    await bob.type('under the old key')
    await bring(bob, carol)
    expect(await carol.text()).toContain('under the old key')

    // The share will stand above an operation that bob cannot read without it.
    await carol.mate.operate({ type: 'workspace.rename', name: 'Harbour Desk' })
    await bring(carol, alice, bob)
    expect(bob.replica.membership.current()?.name).not.toBe('Harbour Desk')
    await clock.advance(10_000)
    await bring(carol, alice, bob)
    expect(bob.holds()).toBe(true)
    expect(bob.replica.membership.current()?.name).toBe('Harbour Desk')
  })

  it('K2 hands the key of a cancelled removal to whom it was to shut out: the remover went on under it', async () => {
    const [alice, carol, dave] = [await start('alice'), await start('carol'), await start('dave')]
    await alice.acts.setRole(carol.id(), 'admin')
    await bring(alice, carol, dave)
    await alice.acts.setRole(carol.id(), 'editor')
    await carol.acts.removeMember(dave.id(), [])
    await carol.keeper.settled()
    await carol.mate.operate({ type: 'profile.set', name: 'Carol', paper: undefined })
    await bring(carol, alice)
    await bring(alice, carol, dave)
    await bring(carol, dave)
    await alice.type('for dave, too')
    await bring(alice, dave)
    expect(await dave.text()).toBe('')
    await clock.advance(10_000)
    await bring(carol, alice, dave)
    await bring(alice, dave)
    expect(await dave.text()).toBe('for dave, too')
    expect(dave.keeper.isDue()).toBe(false)
  })

  it('K1 finds every secret again in the log after a restart that knows the first alone', async () => {
    const [alice, bob] = [await start('alice'), await start('bob')]
    await alice.type('first')
    await alice.acts.rotateKeys()
    await alice.keeper.settled()
    await alice.mate.operate({ type: 'workspace.rename', name: 'Harbour Desk' })
    await alice.type('second')
    await alice.acts.rotateKeys()
    await alice.keeper.settled()
    await alice.type('third')
    await bring(alice, bob)
    for (const one of [alice, bob]) {
      const again = await startKeyHolder(team, one.name, clock, systemRandom, one.mate.disk)
      again.keeper.changed()
      await again.keeper.settled()
      expect(again.holds()).toBe(true)
      expect(await again.text()).toBe('first second third')
      expect(again.replica.membership.current()?.name).toBe('Harbour Desk')
      expect(again.mate.refused).toEqual([])
    }
  })

  it('K2 begins an epoch when the keys are as old as the owner wants them to become', async () => {
    const [alice, bob] = [await start('alice'), await start('bob')]
    const policy = { type: 'policy.set', editorsMayInvite: false, rotationDays: 30, minimumVersion: 0 } as const
    await alice.mate.operate(policy)
    await bring(alice, bob)
    const before = alice.epoch()
    await clock.advance(29 * 86_400_000)
    expect(alice.epoch()).toBe(before)
    await clock.advance(86_400_000 + 3_700_000)
    expect(alice.epoch()).not.toBe(before)
    expect(bob.epoch()).toBe(before)
  })

  it('K2 an operation of somebody who lacks the newest key cites it all the same', async () => {
    const [alice, bob] = [await start('alice'), await start('bob')]
    await alice.acts.setRole(bob.id(), 'admin')
    await bring(alice, bob)
    const state = alice.replica.membership.current()
    if (!state) throw new Error('no log')
    const secret = systemRandom.bytes(32) as EpochSecret
    await alice.mate.operate({ type: 'epoch.rotate', ...createRotation(state.workspaceId, secret, [], []) })
    await bring(alice, bob)
    expect([alice.holds(), bob.holds()]).toEqual([false, false])
    await clock.advance(100_000)
    await bring(bob, alice)
    expect(alice.replica.membership.current()?.epoch.operations).toHaveLength(1)
    expect([alice.holds(), bob.holds()]).toEqual([true, true])
  })

  it('K2 whoever had to begin an epoch without the one before is given that, too', async () => {
    const [alice, bob, carol] = [await start('alice'), await start('bob'), await start('carol')]
    await alice.acts.setRole(carol.id(), 'admin')
    await bring(alice, bob, carol)
    const state = alice.replica.membership.current()
    if (!state) throw new Error('no log')
    const boxed = [alice, bob].map(({ mate }) => mate.keys.exchange.publicKey as ExchangePublicKey)
    const secret = systemRandom.bytes(32) as EpochSecret
    await alice.mate.operate({ type: 'epoch.rotate', ...createRotation(state.workspaceId, secret, [], boxed) })
    alice.keeper.changed()
    await bring(alice, bob, carol)
    await alice.type('meanwhile')
    alice.keeper.close()
    bob.keeper.close()
    await clock.advance(100_000)
    expect(carol.holds()).toBe(true)

    const again = await startKeyHolder(team, 'alice', clock, systemRandom, alice.mate.disk)
    await bring(carol, again)
    await clock.advance(20_000)
    await bring(again, carol)
    expect(await carol.text()).toContain('meanwhile')
  })

  it('E10 K2 shares no more at once than an operation holds', async () => {
    const [alice, bob] = [await start('alice'), await start('bob')]
    for (let i = 0; i < 2; i++) {
      await alice.acts.rotateKeys()
      await alice.keeper.settled()
    }
    alice.keeper.close()
    const { replica, device } = alice
    const state = replica.membership.current()
    const [id, member] = [...(state?.members ?? [])].find(([, one]) => one.devices.length > 0) ?? []
    const record = state?.devices.get(toHex(bob.device))
    if (!state || !id || !member || !record) throw new Error('nobody')
    const keyOf = (bytes: Uint8Array) => bytes.with(31, 1) as ExchangePublicKey
    const others = Array.from({ length: 850 }, () => ({ ...record, exchangeKey: keyOf(systemRandom.bytes(32)) }))
    const devices = [...member.devices, ...others]
    const crowded = { ...state, members: new Map(state.members).set(id, { ...member, devices }) }
    const counts: number[] = []
    const keeper = createKeyKeeper({
      ...{
        device,
        clock,
        random: systemRandom,
        exchange: alice.keys.exchange,
        crypto: createNodeCrypto(),
        onChange() {},
      },
      replica: { ...replica, membership: { ...replica.membership, current: () => crowded } },
      save: async () => {},
      async operate(make) {
        const made = await make({ state: crowded, cutOf: async () => [] })
        const operation = made.ok ? made.value.operation : undefined
        if (operation?.type !== 'key.share') throw new Error('no share')
        counts.push(operation.boxes.reduce((sum, { boxes }) => sum + boxes.length, 0))
        keeper.close()
        return err({ type: 'not-found' })
      },
    })
    keeper.changed()
    await keeper.settled()
    await clock.advance(5000)
    await keeper.settled()
    expect(counts).toEqual([Math.floor((MAX_PAYLOAD_BYTES - 1 - 2 * 50) / 80)])
  })

  it('K1 boxes a new epoch to its own device first: that box is never left out', async () => {
    const [alice, bob] = [await start('alice'), await start('bob')]
    const state = bob.replica.membership.current()
    if (!state) throw new Error('no log')
    const options = { crypto: createNodeCrypto(), random: systemRandom }
    for (const one of [alice, bob]) {
      const { boxes } = await nextEpoch(
        { ...options, device: one.device },
        state,
        one.replica.keys,
        recipientsOf(state),
      )
      expect(boxes[0]?.recipient).toEqual(one.keys.exchange.publicKey)
      expect(boxes).toHaveLength(recipientsOf(state).length)
    }
  })

  it('K2 looks at the log once for all that changed meanwhile, and again for what changes then', async () => {
    const { replica, device, keys } = await start('alice')
    let passes = 0
    const waitingBoxes = () => {
      passes++
      return replica.waitingBoxes()
    }
    const keeper = createKeyKeeper({
      ...{
        replica: { ...replica, waitingBoxes },
        device,
        exchange: keys.exchange,
        crypto: createNodeCrypto(),
        clock,
        random: systemRandom,
      },
      save: async () => {},
      operate: async () => err({ type: 'not-allowed' }),
      onChange() {},
    })
    for (let i = 0; i < 100; i++) keeper.changed()
    await keeper.settled()
    expect(passes).toBe(1)
    keeper.changed()
    await keeper.settled()
    expect(passes).toBe(2)
    keeper.close()
  })

  it('K2 waits for nothing once it is closed, nor twice for one thing', async () => {
    const [bob, carol] = [await start('bob'), await start('carol')]
    carol.keeper.close()
    const { replica, device, keys } = carol
    const early = replica.membership.current()
    await bob.acts.leave()
    await team.carry(bob.mate, carol.mate)
    const late = replica.membership.current()
    let current = late
    let changes = 0
    const keeper = createKeyKeeper({
      ...{ device, clock, random: systemRandom, exchange: keys.exchange, crypto: createNodeCrypto() },
      replica: { ...replica, membership: { ...replica.membership, current: () => current } },
      save: async () => {},
      operate: async () => err({ type: 'not-found' }),
      onChange: () => changes++,
    })
    const look = async (state: typeof current) => {
      current = state
      keeper.changed()
      await keeper.settled()
    }
    for (const state of [late, early, late, early, late]) await look(state)
    const before = changes
    await clock.advance(120_000)
    expect([changes - before, keeper.isUncleanLong()]).toEqual([2, true])
    await look(early)
    await look(late)
    keeper.close()
    await clock.advance(120_000)
    expect(changes - before).toBe(2)
  })

  it('K2 tries again what could not be written, though the log stays as it is', async () => {
    const [alice, bob] = [await start('alice'), await start('bob')]
    alice.keeper.close()
    await bob.acts.leave()
    await team.carry(bob.mate, alice.mate)
    const { replica, device, keys } = alice
    const tries: number[] = []
    const keeper = createKeyKeeper({
      ...{
        replica,
        device,
        exchange: keys.exchange,
        crypto: createNodeCrypto(),
        clock,
        random: systemRandom,
        save: async () => {},
        onChange() {},
      },
      async operate(make) {
        tries.push(clock.now())
        return tries.length === 1 ? err({ type: 'storage-full' }) : writeOperation(replica, device, make)
      },
    })
    keeper.changed()
    await keeper.settled()
    expect(keeper.isDue()).toBe(true)
    await clock.advance(60_000)
    await keeper.settled()
    keeper.changed()
    await keeper.settled()
    expect(tries).toHaveLength(2)
    expect(keeper.isDue()).toBe(false)
    keeper.close()
  })
})
