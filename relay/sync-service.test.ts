import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import { blobOf } from '#lib/protocol/blob'
import { type RelayKey, roomName } from '#lib/protocol/door'
import { HELLO } from '#lib/protocol/frame-hello'
import type { Lane } from '#lib/protocol/outer-header'
import { encodeRelayFrame } from '#lib/protocol/relay-frames'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createMemoryLogStore } from '#relay/memory-log-store'
import type { HandLink } from '#relay/testing/hand-link'
import { createRelayWorld, ORIGIN, openFrame, PATIENCE_MS } from '#relay/testing/relay-world'

const farewells = (link: HandLink) => link.of('bye').map(({ reason }) => reason)

/** A world, and a link that has been greeted and challenged. */
async function atRelay(limits = {}) {
  const world = await createRelayWorld(1, limits)
  const link = world.hand()
  await world.clock.advance(100)
  link.send(HELLO)
  return { world, link, nonce: link.of('challenge')[0]?.nonce ?? new Uint8Array(32) }
}

/** A world in which no client brings statements by itself. */
async function emptyWorld() {
  const world = await createRelayWorld()
  await world.founder.client().close()
  const bob = await world.key()
  await world.say(world.founder.relayKey, bob, 'member', 1)
  return { world, bob }
}

/** Blobs of one entry each. */
async function blobs(count: number, lane: Lane = 'content', boxBytes = 64, seed = 5) {
  const world = await createRelayWorld(seed)
  const channel = new Uint8Array(16).fill(3) as ChannelTag
  const writer = createChainWriter(await world.key(), createSeededRandom(seed), { lane, channel })
  const all = []
  for (let i = 0; i < count; i++) all.push(blobOf([await writer.write(boxBytes)]))
  return all
}

describe('door of the relay', () => {
  it('R3 lets in who proves a key that is on the door', async () => {
    const { world, link, nonce } = await atRelay()
    link.send(await openFrame(world.founder.relayKey, world.room, nonce))
    await world.clock.advance(100)
    expect(link.of('opened')[0]).toMatchObject({ level: 'root', end: 0 })
  })

  it('attack 55 refuses a proof made for another relay, and one that is not fresh', async () => {
    const { world, link, nonce } = await atRelay()
    link.send(await openFrame(world.founder.relayKey, world.room, nonce, 'https://mallory.example'))
    const again = world.hand()
    await world.clock.advance(100)
    again.send(HELLO)
    again.send(await openFrame(world.founder.relayKey, world.room, nonce))
    await world.clock.advance(100)
    expect([farewells(link), farewells(again)]).toEqual([['wrong-origin'], ['bad-proof']])
    expect(again.closed).toBe('bad-proof')
  })

  it('attack 55 refuses a proof that names another origin than it was made for', async () => {
    const { world, link, nonce } = await atRelay()
    const frame = await openFrame(world.founder.relayKey, world.room, nonce, 'https://mallory.example')
    link.send({ ...frame, origin: ORIGIN })
    await world.clock.advance(100)
    expect(farewells(link)).toEqual(['bad-proof'])
  })

  it('attack 55 keeps a room’s name from other root keys', async () => {
    const { world, link, nonce } = await atRelay()
    const mallory = await world.key()
    const frame = await openFrame(mallory, world.room, nonce)
    link.send({ ...frame, rootKey: mallory.publicKey as RelayKey })
    await world.clock.advance(100)
    expect(farewells(link)).toEqual(['wrong-room'])
  })

  it('attack 55 hears nothing but statements from a stranger, and stores nothing for it', async () => {
    const { world } = await emptyWorld()
    const link = await world.inside(await world.key())
    expect(link.of('opened')[0]?.level).toBe('none')
    link.send({ type: 'put', blobs: [(await blobs(1))[0]?.bytes ?? new Uint8Array()] })
    await world.clock.advance(100)
    expect(farewells(link)).toEqual(['unexpected-frame'])
    expect(await world.store.room(roomName(world.room.rootKey, world.room.random))).toBeUndefined()
  })

  it('R3 brings a room into being with its first member, not with a stranger at the door', async () => {
    const { world, bob } = await emptyWorld()
    const link = await world.inside(bob)
    link.send({ type: 'put-door', statements: world.statements })
    await world.clock.advance(100)
    expect(link.of('opened').map(({ level }) => level)).toEqual(['none', 'member'])
    link.send({ type: 'read-door' })
    await world.clock.advance(100)
    expect(link.of('door')[0]?.statements).toEqual(world.statements)
  })

  it('R3 ignores statements about another room or origin and forged ones', async () => {
    const { world, bob } = await emptyWorld()
    const [bytes] = world.statements
    const forged = (bytes ?? new Uint8Array()).slice()
    forged[forged.length - 70] = 7
    const otherRoom = (bytes ?? new Uint8Array()).slice()
    otherRoom[0] = (otherRoom[0] ?? 0) ^ 1
    const link = await world.inside(bob)
    link.send({ type: 'put-door', statements: [forged, otherRoom] })
    await world.clock.advance(100)
    expect(link.of('opened').at(-1)?.level).toBe('none')
  })
})

describe('room of the relay', () => {
  const doubled = <T>(items: readonly T[]) => [...items, ...items]

  it('R4 confirms a blob that it has with the place it has', async () => {
    const world = await createRelayWorld()
    const link = await world.inside(world.founder.relayKey)
    const two = await blobs(2)
    link.send({ type: 'put', blobs: doubled(two.map(({ bytes }) => bytes)) })
    await world.clock.advance(100)
    const items = link.of('stored').flatMap((frame) => frame.items)
    expect(items.map(({ cursor }) => cursor)).toEqual([1, 2, 1, 2])
    expect(items[3]?.hash).toEqual(two[1]?.hash)
  })

  it('R4 pushes what is new to others only, several of one turn together', async () => {
    const world = await createRelayWorld()
    const [writer, reader] = [await world.inside(world.founder.relayKey), await world.inside(world.founder.relayKey)]
    for (const link of [writer, reader]) link.send({ type: 'subscribe' })
    await world.clock.advance(100)
    writer.send({ type: 'put', blobs: (await blobs(20)).map(({ bytes }) => bytes) })
    await world.clock.advance(100)
    expect(writer.of('blobs')).toEqual([])
    expect(reader.of('blobs').map(({ request, items }) => [request, items.length])).toEqual([[0, 20]])
    expect(writer.of('stored')).toHaveLength(1)
  })

  it('R4 hands out pages, one lane if asked', async () => {
    const world = await createRelayWorld(1, { pageBytes: 1000 })
    const link = await world.inside(world.founder.relayKey)
    const all = [...(await blobs(6, 'content')), ...(await blobs(2, 'log', 64, 6))]
    link.send({ type: 'put', blobs: all.map(({ bytes }) => bytes) })
    await world.clock.advance(100)
    link.send({ type: 'read', request: 1, after: 0, filter: { lane: 'any', channel: undefined }, without: [] })
    link.send({ type: 'read', request: 2, after: 0, filter: { lane: 'log', channel: undefined }, without: [] })
    await world.clock.advance(100)
    expect(link.of('page').map(({ request, hasMore }) => [request, hasMore])).toEqual([
      [1, true],
      [2, false],
    ])
    const inLog = link.of('blobs').filter(({ request }) => request === 2)
    expect(inLog.flatMap(({ items }) => items.map(({ cursor }) => cursor))).toEqual([7, 8])
  })

  it('R4 tells a slow reader that it is behind instead of filling memory', async () => {
    const world = await createRelayWorld(1, { pushBytes: 20_000 })
    const writer = await world.inside(world.founder.relayKey)
    const reader = await world.inside(world.founder.relayKey)
    reader.send({ type: 'subscribe' })
    await world.clock.advance(100)
    world.road.bytesPerSecond = 100_000
    for (const { bytes } of await blobs(40, 'content', 20_000)) writer.send({ type: 'put', blobs: [bytes] })
    await world.clock.advance(60_000)
    const pushed = reader.of('blobs').flatMap(({ items }) => items)
    expect(pushed.length).toBeLessThan(40)
    const end = Math.max(reader.of('behind').at(-1)?.end ?? 0, pushed.at(-1)?.cursor ?? 0)
    expect([reader.of('behind').length > 0, end]).toEqual([true, 40])
  })

  it('attack 55 keeps room for admins when members have filled it', async () => {
    const limits = { roomBytes: 40_000, reserveBytes: 20_000, keyReserveBytes: 2000 }
    const world = await createRelayWorld(1, limits)
    const bob = await world.key()
    await world.say(world.founder.relayKey, bob, 'member', 1)
    const owner = await world.inside(world.founder.relayKey)
    owner.send({ type: 'put-door', statements: world.statements })
    await world.clock.advance(100)
    const member = await world.inside(bob)
    for (const { bytes } of await blobs(30, 'content', 1000)) member.send({ type: 'put', blobs: [bytes] })
    for (const { bytes } of await blobs(30, 'log', 1000, 6)) member.send({ type: 'put', blobs: [bytes] })
    await world.clock.advance(1000)
    const stored = member.of('stored').flatMap(({ items }) => items)
    expect(member.of('declined').map(({ reason }) => reason)).toContain('room-full')
    expect(stored.length).toBeLessThan(20)
    for (const { bytes } of await blobs(5, 'log', 1000, 7)) owner.send({ type: 'put', blobs: [bytes] })
    for (const { bytes } of await blobs(1, 'content', 1000, 8)) owner.send({ type: 'put', blobs: [bytes] })
    await world.clock.advance(1000)
    expect(owner.of('stored').flatMap(({ items }) => items)).toHaveLength(5)
    expect(owner.of('declined')).toHaveLength(1)
  })

  it('attack 55 takes a removal in a room that members have filled, and sends the removed away', async () => {
    const limits = { roomBytes: 40_000, reserveBytes: 20_000, keyReserveBytes: 2000, doorSubjects: 1 }
    const world = await createRelayWorld(1, limits)
    const bob = await world.key()
    await world.say(world.founder.relayKey, bob, 'member', 1)
    const owner = await world.inside(world.founder.relayKey)
    owner.send({ type: 'put-door', statements: world.statements })
    await world.clock.advance(100)
    const member = await world.inside(bob)
    for (const { bytes } of await blobs(30, 'content', 1000)) member.send({ type: 'put', blobs: [bytes] })
    await world.clock.advance(1000)
    expect(member.of('declined')).not.toEqual([])
    await world.say(world.founder.relayKey, bob, 'none', 3)
    const [removal] = await blobs(1, 'log', 1000, 7)
    owner.send({ type: 'put', blobs: [removal?.bytes ?? new Uint8Array()] })
    owner.send({ type: 'put-door', statements: world.statements.slice(1) })
    await world.clock.advance(1000)
    expect(owner.of('stored').flatMap(({ items }) => items)).toHaveLength(1)
    expect(farewells(member)).toEqual(['not-admitted'])
  })

  it('attack 55 lets nobody fill its door: it keeps what is said of so many keys', async () => {
    const world = await createRelayWorld(1, { doorSubjects: 3 })
    const owner = await world.inside(world.founder.relayKey)
    for (let i = 0; i < 5; i++) await world.say(world.founder.relayKey, await world.key(), 'member', 1)
    owner.send({ type: 'put-door', statements: world.statements })
    await world.clock.advance(1000)
    owner.send({ type: 'read-door' })
    await world.clock.advance(100)
    expect(owner.of('door').at(-1)?.statements).toHaveLength(3)
    expect(await world.store.doorRecords(roomName(world.room.rootKey, world.room.random))).toHaveLength(3)
  })

  it('attack 55 stops one key before it has used up the room', async () => {
    const world = await createRelayWorld(1, { keyContentBytes: 5000 })
    const link = await world.inside(world.founder.relayKey)
    for (const { bytes } of await blobs(8, 'content', 1000)) link.send({ type: 'put', blobs: [bytes] })
    await world.clock.advance(1000)
    expect(link.of('declined').map(({ reason }) => reason)).toEqual(['key-full', 'key-full', 'key-full', 'key-full'])
  })

  it('R4 ends every visit when the disk fails, and serves again when it does not', async () => {
    const world = await createRelayWorld()
    const store = createMemoryLogStore(createSeededRandom(3))
    let isBroken = false
    await world.restartRelay({
      ...store,
      commit: async (writes) => {
        if (isBroken) throw new Error('disk full')
        return store.commit(writes)
      },
    })
    const link = await world.inside(world.founder.relayKey)
    isBroken = true
    const [first] = await blobs(1)
    link.send({ type: 'put', blobs: [first?.bytes ?? new Uint8Array()] })
    await world.clock.advance(1000)
    expect([farewells(link), link.of('stored')]).toEqual([['store-failed'], []])
    isBroken = false
    const again = await world.inside(world.founder.relayKey)
    again.send({ type: 'put', blobs: [first?.bytes ?? new Uint8Array()] })
    await world.clock.advance(1000)
    expect(again.of('stored')).toHaveLength(1)
  })
})

describe('hostile visitors', () => {
  it('attack 56 does nothing more for one who asked for much and has gone', async () => {
    const world = await createRelayWorld(1, { pageBytes: 2_000_000 })
    await world.founder.client().close()
    let asked = 0
    const store = createMemoryLogStore(createSeededRandom(3))
    const receipts: typeof store.receipts = (...parameters) => {
      asked++
      return store.receipts(...parameters)
    }
    await world.restartRelay({ ...store, receipts })
    const link = await world.inside(world.founder.relayKey)
    link.send({ type: 'put', blobs: (await blobs(40, 'content', 20_000)).map(({ bytes }) => bytes) })
    await world.clock.advance(1000)
    world.road.bytesPerSecond = 1000
    link.send({ type: 'read', request: 1, after: 0, filter: { lane: 'any', channel: undefined }, without: [] })
    link.send({ type: 'subscribe' })
    await world.clock.advance(1000)
    link.link.close('done')
    await world.clock.advance(10_000)
    expect(asked).toBe(0)
  })

  it('R4 ends a visit of which nothing comes', async () => {
    const { world, link } = await atRelay({ handshakeMs: 10_000 })
    await world.clock.advance(11_000)
    expect(farewells(link)).toEqual(['too-slow'])
  })

  it('R4 gives whoever is inside more time than it takes to get there', async () => {
    const world = await createRelayWorld(1, { handshakeMs: 10_000 })
    const visit = await world.inside(world.founder.relayKey)
    await world.clock.advance(11_000)
    expect(farewells(visit)).toEqual([])
  })

  it('R4 ends a visit that has gone quiet, and keeps one that pings', async () => {
    const world = await createRelayWorld()
    const [quiet, lively] = [await world.inside(world.founder.relayKey), await world.inside(world.founder.relayKey)]
    for (let i = 0; i < 10; i++) {
      lively.send({ type: 'ping', nonce: i })
      await world.clock.advance(20_000)
    }
    expect([farewells(quiet), farewells(lively)]).toEqual([['idle'], []])
    expect(lively.of('pong').at(-1)?.nonce).toBe(9)
  })

  it.each([-86_400_000, 86_400_000])('R4 ends it as well after the clock was set by %i ms', async (jumpMs) => {
    const world = await createRelayWorld()
    const quiet = await world.inside(world.founder.relayKey)
    world.wall.set(jumpMs)
    await world.clock.advance(200_000)
    expect(farewells(quiet)).toEqual(['idle'])
  })

  it('R2 refuses a version that it does not speak', async () => {
    const world = await createRelayWorld()
    const link = world.hand()
    link.send({ ...HELLO, lowestVersion: 2, highestVersion: 9 })
    await world.clock.advance(100)
    expect(farewells(link)).toEqual(['wrong-version'])
  })

  it('R2 skips frames of the future', async () => {
    const { world, link, nonce } = await atRelay()
    link.sendBytes(Uint8Array.of(63, 1, 2, 3))
    link.send(await openFrame(world.founder.relayKey, world.room, nonce))
    await world.clock.advance(100)
    expect(link.of('opened')).toHaveLength(1)
  })

  it('attack 13 ends the visit of whoever sends a blob that is none', async () => {
    const world = await createRelayWorld()
    const [link, witness] = [await world.inside(world.founder.relayKey), await world.inside(world.founder.relayKey)]
    const [blob] = await blobs(1)
    link.send({ type: 'put', blobs: [(blob?.bytes ?? new Uint8Array()).slice(0, -1)] })
    await world.clock.advance(100)
    expect([farewells(link), farewells(witness)]).toEqual([['malformed'], []])
  })

  it('attack 56 is not moved by any frames, in any order', async () => {
    const world = await createRelayWorld()
    const witness = await world.inside(world.founder.relayKey)
    const example = encodeRelayFrame({
      type: 'read',
      request: 1,
      after: 0,
      filter: { lane: 'any', channel: undefined },
      without: [],
    })
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.integer({ min: 0, max: 70 }), fc.uint8Array({ maxLength: 120 }))
        .map(([a, b]) => Uint8Array.of(a, ...b)),
      fc.constant(example),
    )
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(frame, { maxLength: 12 }), async (isMember, frames) => {
        const mallory = isMember ? await world.inside(world.founder.relayKey) : world.hand()
        for (const bytes of frames) mallory.sendBytes(bytes)
        await world.clock.advance(100)
        mallory.link.close('done')
        witness.send({ type: 'ping', nonce: 1 })
        const before = witness.of('pong').length
        await world.clock.advance(100)
        expect(witness.of('pong').length).toBe(before + 1)
      }),
      { numRuns: 150 },
    )
  })

  it('attack 56 stops reading a flood until it has caught up', async () => {
    const { world, link } = await atRelay({ inboxBytes: 100_000, bytes: { burst: 10_000, perSecond: 100_000 } })
    for (let i = 0; i < 10; i++) link.sendBytes(new Uint8Array(50_000).fill(63))
    await world.clock.advance(500)
    expect([world.pauses, world.resumes]).toEqual([1, 0])
    await world.clock.advance(10_000)
    expect([world.pauses, world.resumes, farewells(link)]).toEqual([1, 1, []])
  })

  it('R4 says nothing in its log but types, sizes and counts', async () => {
    const world = await createRelayWorld()
    const link = await world.inside(world.founder.relayKey)
    link.sendBytes(Uint8Array.of(38, 1, 1))
    await world.clock.advance(PATIENCE_MS)
    expect(world.logged).toContain('{"reason":"malformed"} connection ends')
    for (const line of world.logged) expect(line).toMatch(/^\{("(reason|error)":"[\w-]+")?\} [a-zA-Z ,:_]+$/)
  })
})
