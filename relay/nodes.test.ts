import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { blobHash, blobOf } from '#lib/protocol/blob'
import { roomName } from '#lib/protocol/door'
import { mailboxName } from '#lib/protocol/relay-proof'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createSeededRandom } from '#lib/testing/seeded-random'
import type { HandLink } from '#relay/testing/hand-link'
import { createRelayWorld, type RelayWorld } from '#relay/testing/relay-world'

/** Two nodes on one store; Alice, who owns the room, is at the first, Bob at the second; both hear what is new. */
async function atTwoNodes(limits = {}) {
  const world = await createRelayWorld(1, limits, 2)
  await world.founder.client().close()
  const bobKey = await world.key()
  await world.say(world.founder.relayKey, bobKey, 'member', 1)
  const alice = await world.inside(world.founder.relayKey)
  alice.send({ type: 'put-door', statements: world.statements })
  await world.clock.advance(100)
  const bob = await world.inside(bobKey, world.room, 1)
  for (const link of [alice, bob]) link.send({ type: 'subscribe' })
  await world.clock.advance(100)
  return { world, alice, bob, bobKey }
}

async function blobs(world: RelayWorld, count: number, boxBytes = 64): Promise<Uint8Array[]> {
  const channel = new Uint8Array(16).fill(3) as ChannelTag
  const writer = createChainWriter(await world.key(), createSeededRandom(1), { lane: 'content', channel })
  const all = []
  for (let i = 0; i < count; i++) all.push(blobOf([await writer.write(boxBytes)]).bytes)
  return all
}

const names = (all: readonly Uint8Array[]) => all.map((bytes) => toHex(blobHash(bytes))).toSorted()
const pushes = (link: HandLink) => link.of('blobs').flatMap(({ items }) => items)

/** Expects that the link was pushed exactly these, in the order of their cursors. */
function expectPushed(link: HandLink, sent: readonly Uint8Array[]) {
  expect(names(pushes(link).map(({ bytes }) => bytes))).toEqual(names(sent))
  const cursors = pushes(link).map(({ cursor }) => cursor)
  expect(cursors).toEqual(cursors.toSorted((a, b) => a - b))
}

describe('nodes on one store', () => {
  it('R4 push what came through another node once and in order, in whatever order news and commits meet', async () => {
    const { world, alice, bob } = await atTwoNodes()
    const [fromAlice, fromBob] = [await blobs(world, 40), await blobs(world, 40)]
    for (let i = 0; i < 40; i++) {
      for (const [link, all] of [
        [alice, fromAlice],
        [bob, fromBob],
      ] as const) {
        link.send({ type: 'put', blobs: all.slice(i, i + 1) })
        await world.clock.advance(world.random.below(6))
      }
    }
    await world.clock.advance(1000)
    expectPushed(alice, fromBob)
    expectPushed(bob, fromAlice)
  })

  it('R4 catch up after they heard nothing for a while', async () => {
    const { world, alice, bob } = await atTwoNodes()
    const all = await blobs(world, 300)
    world.nodes[1]?.cut()
    for (let i = 0; i < all.length; i += 20) alice.send({ type: 'put', blobs: all.slice(i, i + 20) })
    await world.clock.advance(1000)
    expect([alice.of('stored').flatMap(({ items }) => items).length, pushes(bob).length]).toEqual([300, 0])
    world.nodes[1]?.mend()
    await world.clock.advance(1000)
    expectPushed(bob, all)
  })

  it('R4 tell whoever comes in how far the store goes, though they heard nothing for a while', async () => {
    const { world, alice, bob, bobKey } = await atTwoNodes()
    world.nodes[1]?.cut()
    alice.send({ type: 'put', blobs: await blobs(world, 20) })
    await world.clock.advance(1000)
    const again = await world.inside(bobKey, world.room, 1)
    await world.clock.advance(1000)
    expect([again.of('opened')[0]?.end, pushes(bob).length]).toEqual([20, 20])
  })

  it('R3 send away who was removed at another', async () => {
    const { world, alice, bob, bobKey } = await atTwoNodes()
    await world.say(world.founder.relayKey, bobKey, 'none', 2)
    alice.send({ type: 'put-door', statements: world.statements })
    await world.clock.advance(100)
    expect(bob.closed).toBe('not-admitted')
  })

  it('R3 judge what is said at the same moment as one relay would, one after the other', async () => {
    const { world, alice, bob, bobKey } = await atTwoNodes()
    for (let i = 0; i < 12; i++) {
      const guest = await world.key()
      await world.say(bobKey, guest, 'member', 1)
      bob.send({ type: 'put-door', statements: world.statements.slice(-1) })
      await world.say(world.founder.relayKey, guest, 'admin', 2)
      alice.send({ type: 'put-door', statements: world.statements.slice(-1) })
      await world.clock.advance(i)
    }
    await world.clock.advance(1000)
    for (const link of [alice, bob]) link.send({ type: 'read-door' })
    await world.clock.advance(1000)
    const doors = [alice, bob].map((link) => link.of('door')[0]?.statements.map(toHex).toSorted())
    const kept = await world.store.doorRecords(roomName(world.room.rootKey, world.room.random))
    expect(doors[0]).toEqual(doors[1])
    expect(doors[0]).toEqual(kept.map(({ bytes }) => toHex(bytes)).toSorted())
    expect(kept.filter(({ level }) => level === 'admin')).toHaveLength(12)
  })

  it('R10 R7 hand receipts and presence on', async () => {
    const { world, alice, bob } = await atTwoNodes()
    alice.send({ type: 'receipt', sealed: Uint8Array.of(7) })
    alice.send({ type: 'presence', sealed: Uint8Array.of(8) })
    await world.clock.advance(100)
    expect([bob.of('receipt'), bob.of('presence')]).toMatchObject([
      [{ sealed: Uint8Array.of(7) }],
      [{ sealed: Uint8Array.of(8) }],
    ])
    expect([alice.of('receipt'), alice.of('presence')]).toEqual([[], []])
  })

  it('I1 bring a deposit to members at another node, and the answer back', async () => {
    const { world, alice } = await atTwoNodes()
    const key = await world.key()
    const name = mailboxName(key.publicKey)
    const expiresAt = Math.floor(world.clock.now() / 1000) + 3600
    alice.send({ type: 'open-mailbox', publicKey: key.publicKey, expiresAt, card: Uint8Array.of(1) })
    alice.send({ type: 'listen-mailbox', name })
    await world.clock.advance(100)
    const answers: Uint8Array[] = []
    const joiners = [0, 1, 2, 3].map(() => world.joiner(key, (bytes) => answers.push(bytes)))
    for (const joiner of joiners) void joiner.deposit(Uint8Array.of(7))
    await world.clock.advance(500)
    expect(alice.of('deposit-found')).toMatchObject([{ number: 1, bytes: Uint8Array.of(7) }])
    alice.send({ type: 'answer', name, number: 1, bytes: Uint8Array.of(9) })
    await world.clock.advance(500)
    expect(answers).toEqual(joiners.map(() => Uint8Array.of(9)))
  })

  it('attack 55 count what a room and a key stored through any of them', async () => {
    const { world, bobKey, bob } = await atTwoNodes({ keyContentBytes: 3000 })
    const [first, second] = [await blobs(world, 1, 2048), await blobs(world, 1, 2048)]
    const again = await world.inside(bobKey)
    again.send({ type: 'put', blobs: first })
    await world.clock.advance(2000)
    bob.send({ type: 'put', blobs: second })
    await world.clock.advance(100)
    expect(bob.of('declined')).toMatchObject([{ reason: 'key-full' }])
  })
})
