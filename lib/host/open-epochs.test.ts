import { beforeAll, expect, it } from 'vitest'
import { sameBytes } from '#lib/base/bytes'
import type { EntryId, EpochSecret, TagKey } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createEpochOpening } from '#lib/host/open-epochs'
import { createKeyRing } from '#lib/replica/key-ring'
import { bring as bringTo, type KeyHolder, type OfflineTeam, startKeyHolder } from '#lib/testing/key-holder'
import { createHistory } from '#lib/testing/membership-history'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { boxEpoch, createRotation } from '#lib/workspace/epoch'
import type { ExchangePublicKey } from '#lib/workspace/keys'

let team: OfflineTeam
beforeAll(async () => {
  team = await createOfflineTeam()
})
const clock = createVirtualClock()
const start = (name: string) => startKeyHolder(team, name, clock, systemRandom)
const bring = (from: KeyHolder, ...to: readonly KeyHolder[]) => bringTo(team, from, ...to)
const newSecret = () => systemRandom.bytes(32) as EpochSecret
const exchangeKeyOf = ({ keys }: KeyHolder) => keys.exchange.publicKey as ExchangePublicKey

/** Boxes for `to` of epochs that nobody began. */
const inventedFor = (to: KeyHolder) =>
  Array.from({ length: 50 }, () => boxEpoch(to.keys.workspaceId, newSecret(), [exchangeKeyOf(to)]))

it('K2 keeps no secret of an epoch that the log does not know, whoever boxes it', async () => {
  const [alice, bob, vera] = [await start('alice'), await start('bob'), await start('vera')]
  await alice.acts.removeMember(bob.id(), [])
  await bring(alice, vera)
  const before = alice.replica.keys.epochs().length
  await vera.mate.operate({ type: 'key.share', boxes: inventedFor(alice) })
  await bob.mate.operate({ type: 'key.share', boxes: inventedFor(alice) })
  await bring(vera, alice)
  await bring(bob, alice)
  expect(alice.replica.keys.epochs()).toHaveLength(before)
})

it('K3 finds the joined epoch in which one writes, whatever rotations somebody invents beside it', async () => {
  const history = createHistory()
  history.settle({ ann: 'admin', eve: 'viewer' })
  const me = await createNodeCrypto().exchangeKey()
  const { workspaceId } = history.state()
  const after = history.heads()
  const rotation = () => createRotation(workspaceId, newSecret(), [], [me.publicKey as ExchangePublicKey])
  for (const by of ['eve', 'eve']) {
    let last: readonly EntryId[] = after
    for (let i = 0; i < 60; i++) last = [history.write({ by, after: last }, { type: 'epoch.rotate', ...rotation() })]
  }
  history.write({ by: 'ann', after }, { type: 'epoch.rotate', ...rotation() })
  history.write({ by: 'alice', after }, { type: 'epoch.rotate', ...rotation() })
  const log = history.log()
  const keys = createKeyRing(workspaceId, new Uint8Array(32) as TagKey, [])
  await createEpochOpening({ keys, membership: log, waitingBoxes: async () => [] }, me).open()
  const state = log.current()
  expect(state?.epoch.operations).toHaveLength(2)
  expect(state && keys.secretOf(state.epoch.tag)).toBeDefined()
  expect(keys.epochs()).toHaveLength(2)
})

it('K2 uses a secret before the log knows its epoch, and keeps it from then on', async () => {
  const history = createHistory()
  const me = await createNodeCrypto().exchangeKey()
  const { workspaceId } = history.state()
  const secret = newSecret()
  const recipients = [me.publicKey as ExchangePublicKey]
  const keys = createKeyRing(workspaceId, new Uint8Array(32) as TagKey, [])
  const waiting = boxEpoch(workspaceId, secret, recipients)
  const log = history.log()
  const opening = createEpochOpening({ keys, membership: log, waitingBoxes: async () => [waiting] }, me)
  expect(await opening.open()).toBe(true)
  expect([keys.secretOf(waiting.epoch), keys.epochs().length]).toEqual([secret, 0])
  history.write({ by: 'alice' }, { type: 'epoch.rotate', ...createRotation(workspaceId, secret, [], []) })
  for (const entry of history.entries) log.add(entry)
  expect(await opening.open()).toBe(true)
  expect(keys.epochs()).toEqual([{ tag: waiting.epoch, secret }])
  expect(await opening.open()).toBe(false)
})

it('attack 44 K4 a newcomer comes by the secrets of earlier epochs under the newest one, and by none before a barrier', async () => {
  const me = await createNodeCrypto().exchangeKey()
  const secretsAfter = async (isBarrier: boolean) => {
    const history = createHistory()
    const { workspaceId, epoch } = history.state()
    const [old, next, newest] = [newSecret(), newSecret(), newSecret()]
    const rotate = (secret: EpochSecret, follows: readonly EpochSecret[]) =>
      history.write({ by: 'alice' }, { type: 'epoch.rotate', ...createRotation(workspaceId, secret, follows, []) })
    rotate(old, [])
    rotate(next, isBarrier ? [] : [old])
    rotate(newest, [next])
    const boxes = [boxEpoch(workspaceId, newest, [me.publicKey as ExchangePublicKey])]
    history.write({ by: 'alice' }, { type: 'key.share', boxes })
    const keys = createKeyRing(workspaceId, new Uint8Array(32) as TagKey, [])
    await createEpochOpening({ keys, membership: history.log(), waitingBoxes: async () => [] }, me).open()
    expect(keys.secretOf(epoch.tag)).toBeUndefined()
    return [old, next, newest].map((secret) => keys.all().some((held) => sameBytes(held.secret, secret)))
  }
  expect(await secretsAfter(false)).toEqual([true, true, true])
  expect(await secretsAfter(true)).toEqual([false, true, true])
})
