// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createHostDelivery } from '#lib/host/host-delivery'
import { receiptKey } from '#lib/protocol/derive'
import { sealReceipt } from '#lib/protocol/receipt'
import { storeOf } from '#lib/testing/lone-replica'
import { createOfflineTeam } from '#lib/testing/offline-team'
import { createVirtualClock } from '#lib/testing/virtual-clock'

it('R10 counts a receipt that came before its sender was let in, once the log says so', async () => {
  const team = await createOfflineTeam()
  const [alice, bob, clock] = [await team.start('alice'), await team.start('bob'), createVirtualClock()]
  const delivery = await createHostDelivery({
    ...{ replica: bob.replica, keys: bob.keys, store: await storeOf() },
    platform: { clock, crypto: createNodeCrypto(), random: systemRandom } as never,
    ...{ send() {}, keep() {}, acknowledged: () => 0, relayHolds: () => false, blocked: () => 0 },
    ...{ filesWaiting: () => false, storage: () => ({}) as never, onChange() {} },
  })
  const erin = await team.admit(alice, 'erin')
  const [epoch] = bob.keys.epochs
  if (!epoch) throw new Error('no epoch')
  const spoke = () => [...delivery.spokeUnder(epoch.tag)]
  const receipt = { device: erin.device, counter: 1, at: 0, digest: new Uint8Array(16), heads: [], complete: true }
  const key = receiptKey(epoch.secret, bob.keys.workspaceId)
  delivery.heard(await sealReceipt(receipt, erin.keys.device, key, systemRandom))
  await clock.settle()
  delivery.membershipChanged()
  expect(spoke()).toEqual([])
  await team.carry(alice, bob)
  delivery.membershipChanged()
  expect(spoke()).toEqual([toHex(erin.device)])
  delivery.close()
})
