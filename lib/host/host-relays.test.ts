// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createHostRelays } from '#lib/host/host-relays'
import { logChannelName } from '#lib/protocol/channel-name'
import type { RelayKey } from '#lib/protocol/door'
import { found, replicaOf, storeOf } from '#lib/testing/lone-replica'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { encodeOperation } from '#lib/workspace/operation-format'

const origin = 'https://relay.example'
const places = { origin, sync: 'wss://relay.example/sync', signaling: 'wss://relay.example/signal', iceServers: [] }
const nothing = () => {}

afterEach(() => void vi.unstubAllGlobals())

it('R4 tries a relay that is away at once when the browser has a network again', async () => {
  let tries = 0
  class Unreachable {
    onerror: (() => void) | undefined
    constructor() {
      tries++
      queueMicrotask(() => this.onerror?.())
    }
  }
  vi.stubGlobal('WebSocket', Unreachable)
  const [keys, store, clock] = [await found(), await storeOf(), createVirtualClock()]
  const { replica } = await replicaOf(keys, store)
  const place = { origin, rootKey: keys.relay.publicKey as RelayKey, random: new Uint8Array(32) }
  await replica.append({ channel: logChannelName, ...encodeOperation({ type: 'relay.set', relays: [place] }) })
  const relays = createHostRelays({
    ...{ replica, keys, store, platform: { clock, random: systemRandom, crypto: createNodeCrypto() }, firstRelays: [] },
    ...{ isOwn: () => false, mayGather: () => false, mayFill: () => true, statements: () => [] },
    ...{ onSetBack: nothing, onReceipt: nothing, onPresence: nothing, onConnected: nothing, onChange: nothing },
  })
  relays.join(places)
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  expect([relays.state(), tries]).toEqual(['away', 1])
  dispatchEvent(new Event('online'))
  expect(tries).toBe(2)
  await relays.close()
  dispatchEvent(new Event('online'))
  expect(tries).toBe(2)
})
