import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createHostPresence } from '#lib/host/host-presence'
import { presenceKey } from '#lib/protocol/derive'
import { sealSignedPresence } from '#lib/protocol/presence'
import { found, replicaOf, storeOf } from '#lib/testing/lone-replica'
import { createVirtualClock } from '#lib/testing/virtual-clock'

it('R5 knows whether somebody is there whom only the relay reaches', async () => {
  const [keys, clock, crypto] = [await found(), createVirtualClock(), createNodeCrypto()]
  const { replica } = await replicaOf(keys, await storeOf())
  const bob = await crypto.signingKey()
  const device = bob.publicKey as DeviceId
  const direct = new Set([toHex(device)])
  let listeners = 0
  const presence = createHostPresence({
    replica,
    keys,
    platform: { clock, crypto, random: systemRandom },
    send() {},
    sendOverRelay() {},
    direct: () => direct,
    onChange() {},
    onRelayListener: () => void listeners++,
  })
  const [epoch] = keys.epochs
  const key = presenceKey(epoch?.secret as never, keys.workspaceId)
  const sayOverRelay = async (counter: number) => {
    presence.heard(await sealSignedPresence({ device, counter, tab: 1 }, bob, key, systemRandom), undefined)
    await clock.settle()
  }
  await sayOverRelay(1)
  expect([presence.isHeardAtRelay(), listeners]).toEqual([false, 0])
  direct.clear()
  expect(presence.isHeardAtRelay()).toBe(true)
  direct.add(toHex(device))
  await clock.advance(46_000)
  direct.clear()
  expect(presence.isHeardAtRelay()).toBe(false)
  await sayOverRelay(2)
  await sayOverRelay(3)
  expect([presence.isHeardAtRelay(), listeners]).toEqual([true, 1])
  presence.close()
})
