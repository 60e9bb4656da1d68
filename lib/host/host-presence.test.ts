import { expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createHostPresence } from '#lib/host/host-presence'
import { presenceKey } from '#lib/protocol/derive'
import { sealSignedPresence } from '#lib/protocol/presence'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import { found, replicaOf, storeOf } from '#lib/testing/lone-replica'
import { type CastDevice, createCast, storeOn } from '#lib/testing/simulation-cast'
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

it('R10 names who is there over the relay alone, and nobody whose link just ended', async () => {
  const [{ devices }, clock, crypto] = [await createCast(), createVirtualClock(), createNodeCrypto()]
  const [alice, bob] = ['alice', 'bob'].map((name) => devices.find((one) => one.name === name) as CastDevice)
  if (!alice || !bob) throw new Error('nobody there')
  const { replica } = await replicaOf(alice.keys, await storeOn(copyMemoryDisk(alice.disk), alice.keys))
  const device = bob.keys.device.publicKey as DeviceId
  const direct = new Set<string>()
  const presence = createHostPresence({
    replica,
    keys: alice.keys,
    platform: { clock, crypto, random: systemRandom },
    send() {},
    sendOverRelay() {},
    direct: () => direct,
    onChange() {},
    onRelayListener() {},
  })
  const [epoch] = alice.keys.epochs
  const key = presenceKey(epoch?.secret as never, alice.keys.workspaceId)
  const sayOverRelay = async (counter: number) => {
    const word = { device, counter, tab: 1, channel: new Uint8Array(16) as ChannelTag }
    presence.heard(await sealSignedPresence(word, bob.keys.device, key, systemRandom), undefined)
    await clock.settle()
  }
  const isThere = () => presence.atRelay().has(toHex(device))
  expect(isThere()).toBe(false)
  await sayOverRelay(1)
  expect(isThere()).toBe(true)
  direct.add(toHex(device))
  expect(isThere()).toBe(false)
  direct.clear()
  presence.lost(device)
  expect(isThere()).toBe(false)
  await sayOverRelay(1)
  expect(isThere()).toBe(false)
  await sayOverRelay(2)
  expect(isThere()).toBe(true)
  await clock.advance(30_000)
  expect(isThere()).toBe(false)
  presence.close()
})
