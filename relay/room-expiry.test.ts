import { describe, expect, it } from 'vitest'
import { roomName } from '#lib/protocol/door'
import { makeBlobs } from '#relay/testing/make-blobs'
import { createRelayWorld } from '#relay/testing/relay-world'

describe('rooms that nobody enters', () => {
  const DAY_MS = 86_400_000
  const isThere = async (world: Awaited<ReturnType<typeof createRelayWorld>>) =>
    (await world.store.room(roomName(world.room.rootKey, world.room.random))) !== undefined

  /** Nobody has been in the founder's room for `days`; with `blobs` in it. */
  async function leftAlone(days: number, roomSeconds: number, count = 0) {
    const world = await createRelayWorld(1, { roomSeconds })
    await world.founder.client().close()
    const link = await world.inside(world.founder.relayKey)
    link.send({ type: 'put', blobs: await makeBlobs(count, 5) })
    await world.clock.advance(100)
    link.link.close('done')
    await world.clock.advance(days * DAY_MS)
    return world
  }

  it('R4 are dropped in the end while nothing is in them', async () => {
    expect(await isThere(await leftAlone(1.9, 2 * 86_400))).toBe(true)
    expect(await isThere(await leftAlone(2.1, 2 * 86_400))).toBe(false)
  })

  it('R4 are kept where anything is in them, or where the operator wants that', async () => {
    expect(await isThere(await leftAlone(3, 2 * 86_400, 1))).toBe(true)
    expect(await isThere(await leftAlone(3, Number.POSITIVE_INFINITY))).toBe(true)
  })

  it('R4 are not those in which somebody stays', async () => {
    const world = await createRelayWorld(1, { roomSeconds: 2 * 86_400 })
    await world.clock.advance(2.5 * DAY_MS)
    expect([await isThere(world), world.founder.client().state()]).toEqual([true, 'connected'])
  })

  it('R4 live on from the day on which somebody came in', async () => {
    const world = await leftAlone(1.5, 2 * 86_400)
    const link = await world.inside(world.founder.relayKey)
    link.link.close('done')
    await world.clock.advance(1.5 * DAY_MS)
    expect(await isThere(world)).toBe(true)
    await world.clock.advance(DAY_MS)
    expect(await isThere(world)).toBe(false)
  })
})
