import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createDoorKeeper } from '#lib/host/door-keeper'
import { createRelayPlaces, originOfAddress } from '#lib/host/relay-places'
import { type RelayKey, verifyDoorStatement } from '#lib/protocol/door'
import { createDoorList } from '#lib/protocol/door-list'
import { HELLO } from '#lib/protocol/frame-hello'
import { createRoadWriter } from '#lib/sync/relay-road'
import { createMemoryLinkPair } from '#lib/testing/memory-link'
import { createOfflineTeam, type OfflineMate, type OfflineTeam } from '#lib/testing/offline-team'
import { deviceOf, nameRelay, operateAs } from '#lib/testing/team-acts'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import type { ExchangePublicKey } from '#lib/workspace/keys'

let team: OfflineTeam
let alice: OfflineMate
let bob: OfflineMate
beforeAll(async () => {
  team = await createOfflineTeam()
})
beforeEach(async () => {
  alice = await team.start('alice')
  bob = await team.start('bob')
  await nameRelay(alice, 'https://first.example')
  await team.carry(alice, bob)
})

/** What this device may change; a relay answers under `origins`, and something else under `others`. */
function placesOf(mate: OfflineMate, origins: readonly string[], others: readonly string[] = []) {
  const clock = createVirtualClock()
  const called: string[] = []
  const places = createRelayPlaces({
    ...{ clock, random: systemRandom, relayKey: mate.keys.relay.publicKey as RelayKey },
    device: deviceOf(mate),
    operate: operateAs(mate),
    async connect(url) {
      called.push(url)
      const { a, b } = createMemoryLinkPair(clock)
      const isAt = (origin: string) => url === `${origin.replace('http', 'ws')}/sync`
      if (!origins.some(isAt) && !others.some(isAt)) throw new Error('nobody answers')
      const write = createRoadWriter((bytes) => b.send(bytes))
      write(HELLO)
      if (origins.some(isAt)) write({ type: 'challenge', nonce: new Uint8Array(32), store: new Uint8Array(16) })
      return a
    },
  })
  const settled = async <T>(asked: Promise<T>): Promise<T> => {
    for (let i = 0; i < 20; i++) await clock.advance(1000)
    return asked
  }
  return {
    called,
    add: (address: string) => settled(places.add(address)),
    remove: (origin: string) => settled(places.remove(origin)),
  }
}

const originsOf = ({ replica }: OfflineMate) => replica.membership.current()?.relays.map(({ origin }) => origin)
const failure = (type: string) => ({ ok: false, error: { type } })

describe('relays of a workspace', () => {
  it('R5 are named by their owner, once each has answered', async () => {
    const { add, called } = placesOf(alice, ['https://second.example'])
    expect(await add(' second.example/anything ')).toMatchObject({ ok: true })
    expect(called).toEqual(['wss://second.example/sync'])
    expect(originsOf(alice)).toEqual(['https://first.example', 'https://second.example'])
    await team.carry(alice, bob)
    expect(originsOf(bob)).toEqual(originsOf(alice))
  })

  it('R5 are not named where none answers, where something else does, twice, or by others', async () => {
    const { add } = placesOf(alice, ['https://first.example'], ['https://other.example'])
    for (const address of ['silent.example', 'other.example', 'first.example', 'http://open.example', '']) {
      expect(await add(address)).toEqual(failure('no-relay'))
    }
    expect(await placesOf(bob, ['https://second.example']).add('second.example')).toEqual(failure('not-allowed'))
    expect(originsOf(alice)).toEqual(['https://first.example'])
  })

  it('R5 are given up again, but not the last one', async () => {
    const { add, remove } = placesOf(alice, ['https://second.example'])
    expect(await remove('https://first.example')).toEqual(failure('not-allowed'))
    await add('second.example')
    expect(await remove('https://nowhere.example')).toEqual(failure('not-found'))
    expect(await remove('https://first.example')).toMatchObject({ ok: true })
    expect(originsOf(alice)).toEqual(['https://second.example'])
  })

  it('R3 V2 let in at a relay named later whoever came in before, and kits that were made before', async () => {
    const kit = await createNodeCrypto().signingKey()
    const exchangeKey = (await createNodeCrypto().exchangeKey()).publicKey as ExchangePublicKey
    const paper = { exchangeKey, relayKey: kit.publicKey as RelayKey, doors: [] }
    await bob.operate({ type: 'profile.set', name: undefined, paper })
    await team.carry(bob, alice)
    const keeper = createDoorKeeper({
      ...{ replica: alice.replica, relayKey: alice.keys.relay, onChange() {} },
      device: alice.keys.device.publicKey as DeviceId,
    })
    await placesOf(alice, ['https://second.example']).add('second.example')
    await keeper.changed()
    const door = createDoorList(alice.keys.relay.publicKey)
    const there = keeper.statements().filter(({ origin }) => origin === 'https://second.example')
    for (const statement of there) {
      expect(await verifyDoorStatement(statement, createNodeCrypto())).toBe(true)
      door.apply(statement)
    }
    expect([bob.keys.relay, kit].map(({ publicKey }) => door.levelOf(publicKey))).toEqual(['member', 'member'])
  })

  it.each([
    ['relay.example', 'https://relay.example'],
    ['https://Relay.example:8443/x?y#z', 'https://relay.example:8443'],
    ['http://localhost:4444', 'http://localhost:4444'],
    ['http://relay.example', undefined],
    ['javascript:alert(1)', undefined],
    ['ftp://relay.example', undefined],
    ['  ', undefined],
  ])('R5 reads %j as %j', (address, origin) => {
    expect(originOfAddress(address)).toBe(origin)
  })
})
