import { describe, expect, it } from 'vitest'
import { concat } from '#lib/base/bytes'
import type { PieceName } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import { hash } from '#lib/crypto/hash'
import { createPieceRoad } from '#lib/sync/piece-road'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createRelayWorld, ORIGIN, type RelayWorld } from '#relay/testing/relay-world'

const bytes = (value: number, size = 500) => new Uint8Array(size).fill(value)
const nameOf = (piece: Uint8Array) => hash(piece) as PieceName
const missing = err({ type: 'missing' })
const away = err({ type: 'away' })

function roadOf(world: RelayWorld, relayKey = world.founder.relayKey) {
  const { clock, random, crypto, room } = world
  return createPieceRoad({ connect: () => world.connect(), origin: ORIGIN, room, relayKey, crypto, clock, random })
}

/** What a promise came to, so far. */
function watch<T>(promise: Promise<T>): { value?: T } {
  const seen: { value?: T } = {}
  void promise.then((value) => {
    seen.value = value
  })
  return seen
}

describe('the road of pieces', () => {
  it('F1 brings pieces to the relay, from where others fetch them', async () => {
    const world = await createRelayWorld()
    const pieces = [1, 2, 3, 4, 5].map((value) => bytes(value))
    const put = pieces.map((piece) => watch(roadOf(world).put(nameOf(piece), async () => piece)))
    await world.clock.advance(5000)
    expect(put.map(({ value }) => value)).toEqual(pieces.map(() => 'stored'))
    const road = roadOf(world)
    const read = pieces.map((piece) => watch(road.read(nameOf(piece))))
    await world.clock.advance(5000)
    expect(read.map(({ value }) => value)).toEqual(pieces.map(ok))
  })

  it('F1 tells a piece that the relay lacks from a relay that is away', async () => {
    const world = await createRelayWorld()
    const road = roadOf(world)
    const lacked = watch(road.read(nameOf(bytes(1))))
    await world.clock.advance(5000)
    world.isUp = false
    world.cutAll()
    const lost = watch(road.read(nameOf(bytes(1))))
    await world.clock.advance(5000)
    expect([lacked.value, lost.value]).toEqual([missing, away])
  })

  it('F1 keeps what is to be brought until the relay is back', async () => {
    const world = await createRelayWorld()
    const road = roadOf(world)
    world.isUp = false
    const put = watch(road.put(nameOf(bytes(1)), async () => bytes(1)))
    await world.clock.advance(60_000)
    expect(put.value).toBeUndefined()
    world.isUp = true
    await world.clock.advance(60_000)
    expect(put.value).toBe('stored')
  })

  it('F1 brings a piece again whose confirmation was lost', async () => {
    const world = await createRelayWorld()
    const road = roadOf(world)
    const store = createMemoryLogStore(world.random)
    let commitSlowly: (() => void) | undefined
    const disk = new Promise<void>((resolve) => {
      commitSlowly = resolve
    })
    await world.restartRelay({
      ...store,
      async commit(writes) {
        const placed = await store.commit(writes)
        if (writes.some(({ type }) => type === 'piece')) await disk
        return placed
      },
    })
    const put = watch(road.put(nameOf(bytes(1)), async () => bytes(1)))
    await world.clock.advance(20_000)
    world.cutAll()
    await world.clock.advance(100)
    expect(put.value).toBeUndefined()
    commitSlowly?.()
    await world.clock.advance(60_000)
    expect(put.value).toBe('stored')
  })

  it('F1 says why a relay does not take a piece', async () => {
    const world = await createRelayWorld(1, { keyContentBytes: 400 })
    const put = watch(roadOf(world).put(nameOf(bytes(1)), async () => bytes(1)))
    await world.clock.advance(5000)
    expect(put.value).toBe('key-full')
  })

  it('attack 57 F1 takes nothing from a relay that is not what its name says', async () => {
    const world = await createRelayWorld()
    const store = createMemoryLogStore(world.random)
    await world.restartRelay({ ...store, piece: async () => concat(bytes(1), bytes(2)) })
    const read = watch(roadOf(world).read(nameOf(bytes(1))))
    await world.clock.advance(60_000)
    expect(read.value).toEqual(missing)
  })

  it('F1 leaves the relay when there is nothing more to carry, and comes back', async () => {
    const world = await createRelayWorld()
    await world.founder.client().close()
    const road = roadOf(world)
    watch(road.read(nameOf(bytes(1))))
    await world.clock.advance(5000)
    expect(world.nodes[0]?.service.load().rooms).toBe(1)
    await world.clock.advance(30_000)
    expect(world.nodes[0]?.service.load().rooms).toBe(0)
    const again = watch(road.read(nameOf(bytes(1))))
    await world.clock.advance(5000)
    expect(again.value).toEqual(missing)
  })

  it('F1 lets a person look at a picture while a long file is on its way up', async () => {
    const world = await createRelayWorld()
    const road = roadOf(world)
    const order: string[] = []
    for (let i = 0; i < 20; i++) {
      void road.put(nameOf(bytes(i)), async () => bytes(i)).then(() => order.push('put'))
    }
    void road.read(nameOf(bytes(99))).then(() => order.push('read'))
    await world.clock.advance(20_000)
    expect(order).toHaveLength(21)
    expect(order.indexOf('read')).toBeLessThan(5)
  })

  it('attack 59 F1 is refused before the door, and asks again later', async () => {
    const world = await createRelayWorld()
    const bob = await world.key()
    const road = roadOf(world, bob)
    const read = watch(road.read(nameOf(bytes(1))))
    await world.clock.advance(5000)
    expect(read.value).toEqual(away)
  })
})
