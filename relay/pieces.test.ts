import { describe, expect, it } from 'vitest'
import type { PieceName } from '#lib/base/ids'
import { hash } from '#lib/crypto/hash'
import { MAX_SEALED_PIECE_BYTES } from '#lib/protocol/limits'
import { createRelayWorld } from '#relay/testing/relay-world'

const bytes = (value: number, size = 500) => new Uint8Array(size).fill(value)
const nameOf = (piece: Uint8Array) => hash(piece) as PieceName

async function insideWith(limits = {}) {
  const world = await createRelayWorld(1, limits)
  const link = await world.inside(world.founder.relayKey)
  const say = async (...frames: Parameters<typeof link.send>[0][]) => {
    for (const frame of frames) link.send(frame)
    await world.clock.advance(200)
  }
  return { world, link, say }
}

describe('pieces at a relay', () => {
  it('F1 names a piece by its own hash, confirms it when it is kept, and gives it to members', async () => {
    const { world, link, say } = await insideWith()
    await say({ type: 'put-piece', bytes: bytes(1) })
    expect(link.of('piece-stored').map(({ name }) => name)).toEqual([nameOf(bytes(1))])
    const bob = await world.key()
    await world.say(world.founder.relayKey, bob, 'member', 1)
    const other = await world.inside(bob)
    other.send({ type: 'put-door', statements: world.statements })
    other.send({ type: 'read-piece', name: nameOf(bytes(1)) })
    await world.clock.advance(200)
    expect(other.of('piece')).toEqual([{ type: 'piece', name: nameOf(bytes(1)), bytes: bytes(1) }])
  })

  it('F1 carries a piece of the full size in slices', async () => {
    const { link, say } = await insideWith()
    const large = bytes(2, MAX_SEALED_PIECE_BYTES)
    await say({ type: 'put-piece', bytes: large })
    await say({ type: 'read-piece', name: nameOf(large) })
    expect(link.of('piece')[0]?.bytes?.length).toBe(MAX_SEALED_PIECE_BYTES)
  })

  it('F1 says so where it has no such piece', async () => {
    const { link, say } = await insideWith()
    await say({ type: 'read-piece', name: nameOf(bytes(3)) })
    expect(link.of('piece')).toEqual([{ type: 'piece', name: nameOf(bytes(3)), bytes: undefined }])
  })

  it('attack 59 F1 gives no piece to a stranger, and takes none', async () => {
    const { world, say } = await insideWith()
    await say({ type: 'put-piece', bytes: bytes(1) })
    for (const frame of [
      { type: 'read-piece', name: nameOf(bytes(1)) },
      { type: 'put-piece', bytes: bytes(4) },
    ] as const) {
      const stranger = await world.inside(await world.key())
      stranger.send(frame)
      await world.clock.advance(200)
      expect(stranger.of('bye').map(({ reason }) => reason)).toEqual(['unexpected-frame'])
      expect(stranger.of('piece')).toEqual([])
    }
  })

  it('attack 59 R4 F1 declines pieces beyond half of the room, and text goes on', async () => {
    const { link, say } = await insideWith({ roomBytes: 4000, reserveBytes: 100 })
    await say(...[1, 2, 3, 4, 5].map((value) => ({ type: 'put-piece', bytes: bytes(value) }) as const))
    expect(link.of('piece-stored')).toHaveLength(4)
    expect(link.of('declined').map(({ hash: name, reason }) => [name, reason])).toEqual([
      [nameOf(bytes(5)), 'room-full'],
    ])
  })

  it('attack 59 R4 F1 counts an equal piece once', async () => {
    const { link, say } = await insideWith({ keyContentBytes: 1000 })
    for (let i = 0; i < 4; i++) await say({ type: 'put-piece', bytes: bytes(1) })
    await say({ type: 'put-piece', bytes: bytes(2) })
    expect([link.of('piece-stored').length, link.of('declined').length]).toEqual([5, 0])
    await say({ type: 'put-piece', bytes: bytes(3) })
    expect(link.of('declined').map(({ reason }) => reason)).toEqual(['key-full'])
  })
})
