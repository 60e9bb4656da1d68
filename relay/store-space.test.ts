import { describe, expect, it } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import { blobOf } from '#lib/protocol/blob'
import type { Lane } from '#lib/protocol/outer-header'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createStoreSpace } from '#relay/store-space'
import { createRelayWorld, type RelayWorld } from '#relay/testing/relay-world'

const channel = new Uint8Array(16).fill(7) as ChannelTag

async function blobsIn(world: RelayWorld, lane: Lane, count: number): Promise<readonly Uint8Array[]> {
  const writer = createChainWriter(await world.key(), world.random, { lane, channel })
  const blobs: Uint8Array[] = []
  while (blobs.length < count) blobs.push(blobOf([await writer.write(1000)]).bytes)
  return blobs
}

/** A second room, whose founder comes with a key of their own. */
async function otherRoom(world: RelayWorld) {
  const key = await world.key()
  return { key, room: { rootKey: key.publicKey, random: world.random.bytes(32) } }
}

describe('space of the store', () => {
  it('attack 55 keeps room for the logs of all rooms when content has filled the store', async () => {
    const world = await createRelayWorld(1, { storeBytes: 80_000, storeReserveBytes: 6000 })
    const other = await otherRoom(world)
    const [owner, neighbour] = [await world.inside(world.founder.relayKey), await world.inside(other.key, other.room)]
    for (const bytes of await blobsIn(world, 'content', 75)) neighbour.send({ type: 'put', blobs: [bytes] })
    await world.clock.advance(1000)
    expect(neighbour.of('declined').map(({ reason }) => reason)).toContain('store-full')
    for (const lane of ['content', 'log'] as const) owner.send({ type: 'put', blobs: await blobsIn(world, lane, 1) })
    await world.clock.advance(1000)
    expect([owner.of('declined').length, owner.of('stored').flatMap(({ items }) => items).length]).toEqual([1, 1])
    for (const bytes of await blobsIn(world, 'log', 9)) owner.send({ type: 'put', blobs: [bytes] })
    await world.clock.advance(1000)
    expect(await world.store.bytes()).toBeLessThanOrEqual(80_000)
  })

  it('attack 55 begins no room in a full store, and goes on with those that are there', async () => {
    const world = await createRelayWorld(1, { storeBytes: 70_000, storeReserveBytes: 4000 })
    const owner = await world.inside(world.founder.relayKey)
    for (const bytes of await blobsIn(world, 'content', 3)) owner.send({ type: 'put', blobs: [bytes] })
    await world.clock.advance(1000)
    const other = await otherRoom(world)
    const stranger = await world.inside(other.key, other.room)
    expect([stranger.closed, (await world.inside(world.founder.relayKey)).closed]).toEqual(['store-full', undefined])
  })

  it('R4 counts what other nodes brought, and what was there already not twice', async () => {
    const world = await createRelayWorld()
    const store = createMemoryLogStore(world.random)
    const space = createStoreSpace({ storeBytes: 1000, storeReserveBytes: 100 }, { ...store, bytes: async () => 800 })
    expect([space.charge(500, false), space.charge(500, false)]).toEqual([true, false])
    space.refund(500)
    await space.count()
    expect([space.charge(101, false), space.charge(200, true), space.isFull()]).toEqual([false, true, true])
  })

  it('R4 knows no end where none was set', async () => {
    const bytes = () => Promise.reject(new Error('not asked for'))
    const space = createStoreSpace({ storeBytes: Number.POSITIVE_INFINITY, storeReserveBytes: 100 }, { bytes })
    await space.count()
    expect([space.charge(2 ** 50, false), space.isFull()]).toEqual([true, false])
  })
})
