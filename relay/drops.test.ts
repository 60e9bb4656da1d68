import { describe, expect, it } from 'vitest'
import type { ChannelTag } from '#lib/base/ids'
import { answer, ask, atRelay, aWeekLater, cursors, DAY_MS, dropped, slowly, written } from '#relay/testing/drop-wishes'

describe('what an admin has dropped', () => {
  it('S3 goes after seven days, not before, and the answer says how much waits', async () => {
    const { world, owner, put } = await atRelay()
    const { chain, blobs } = await written(world, 6)
    await put(...blobs)
    expect(await answer(world, owner, chain, 2, 5)).toEqual(dropped([], blobs.slice(1, 5)))
    const later = await aWeekLater(world)
    later.send({ type: 'put', blobs: (await written(world, 1)).blobs })
    expect(await answer(world, later, chain, 2, 5)).toEqual(dropped(blobs.slice(1, 5)))
    expect(await cursors(world)).toEqual([1, 6, 7])
    expect(await answer(world, later, chain, 2, 5)).toEqual(dropped([]))
  })

  it('S3 lies there for seven whole days, whenever in the hour it came', async () => {
    const { world, put } = await atRelay()
    const { chain, blobs } = await written(world, 2)
    await put(...blobs)
    await world.clock.advance(7 * DAY_MS - 60_000)
    expect(await answer(world, await world.inside(world.founder.relayKey), chain, 1, 2)).toEqual(dropped([], blobs))
  })

  it('S3 is runs of nothing but the entries named, of that channel', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 12, { each: 3 })
    const other = await written(world, 3)
    await put(...blobs, ...other.blobs)
    const elsewhere = new Uint8Array(16).fill(4) as ChannelTag
    ask(owner, chain, 1, 12, { of: elsewhere })
    await world.clock.advance(100)
    expect(owner.of('dropped')).toMatchObject([dropped([])])
    expect(await answer(world, owner, chain, 3, 10)).toEqual(dropped(blobs.slice(1, 3)))
    expect(await cursors(world)).toEqual([1, 4, 5, 6, 7])
  })

  it('S3 goes at once where the operator says so, and never where it is off', async () => {
    const atOnce = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(atOnce.world, 2)
    await atOnce.put(...blobs)
    expect(await answer(atOnce.world, atOnce.owner, chain, 1, 2)).toEqual(dropped(blobs))
    const never = await atRelay({ dropSeconds: Number.POSITIVE_INFINITY })
    await never.put(...blobs)
    expect(await answer(never.world, never.owner, chain, 1, 2)).toEqual({ ...dropped([]), outcome: 'off' })
    expect(await cursors(never.world)).toEqual([1, 2])
  })

  it('S3 R4 comes in slices, between which others have a turn, and more of it than a page', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 4096 })
    const { chain, blobs } = await written(world, 60)
    await put(...blobs)
    const { outlines, commit } = world.store
    const order: string[] = []
    let most = 0
    world.store.outlines = (query) => {
      world.clock.after(0, () => order.push('turn'))
      order.push('slice')
      return outlines(query)
    }
    world.store.commit = (writes) => {
      most = Math.max(most, writes.length)
      return commit(writes)
    }
    expect(await answer(world, owner, chain, 1, 60)).toEqual(dropped(blobs))
    expect(order.length).toBeGreaterThan(6)
    expect(order).toEqual(order.map((_, i) => (i % 2 ? 'turn' : 'slice')))
    expect(most * 200).toBeLessThan(4096)
    expect(await cursors(world)).toEqual([])
  })

  it('S3 leaves time for pings and entries of the same connection', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 40)
    await put(...blobs)
    slowly(world)
    ask(owner, chain, 1, 40)
    owner.send({ type: 'ping', nonce: 7 })
    owner.send({ type: 'put', blobs: (await written(world, 1)).blobs })
    await world.clock.advance(300)
    expect([owner.of('pong').length, owner.of('stored').at(-1)?.items[0]?.cursor, owner.of('dropped')]).toEqual([
      1,
      41,
      [],
    ])
    await world.clock.advance(5000)
    expect(owner.of('dropped')).toMatchObject([dropped(blobs.slice(0, 8))])
  })

  it('S3 R4 is eight slices a request, and goes on from the cursor that came with the answer', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 20)
    await put(...blobs)
    const { outlines } = world.store
    const looks: number[] = []
    world.store.outlines = (query) => {
      looks.push(query.after)
      expect(query.maxBlobs).toBe(128)
      return outlines(query)
    }
    ask(owner, chain, 1, 20)
    await world.clock.advance(1000)
    expect(owner.of('dropped')).toEqual([{ ...dropped(blobs.slice(0, 8)), cursor: 8, hasMore: true }])
    expect([looks, (await cursors(world)).length]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], 12])
    ask(owner, chain, 1, 20, { request: 2, after: 8 })
    await world.clock.advance(1000)
    ask(owner, chain, 1, 20, { request: 3, after: 16 })
    await world.clock.advance(1000)
    expect(owner.of('dropped').slice(1)).toEqual([
      { ...dropped(blobs.slice(8, 16)), request: 2, cursor: 16, hasMore: true },
      { ...dropped(blobs.slice(16)), request: 3, cursor: 20, hasMore: false },
    ])
  })

  it('S3 R4 is less where the bytes of that connection are used up, so that the answer comes soon', async () => {
    const { world, owner, put } = await atRelay({
      dropSeconds: 0,
      pageBytes: 1,
      bytes: { burst: 16_000, perSecond: 500 },
    })
    const { chain, blobs } = await written(world, 12)
    await put(...blobs)
    ask(owner, chain, 1, 12)
    await world.clock.advance(10_000)
    const [step] = owner.of('dropped')
    expect(step).toMatchObject({ outcome: 'done', hasMore: true })
    expect(step?.blobs).toBe(step?.cursor)
    expect(step?.blobs).toBeLessThan(8)
  })

  it('S3 leaves what lies before the cursor, and has nothing to do after the end', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 5)
    await put(...blobs)
    ask(owner, chain, 1, 5, { after: 3 })
    await world.clock.advance(100)
    ask(owner, chain, 1, 5, { after: 2 ** 50 })
    await world.clock.advance(100)
    expect(owner.of('dropped')).toEqual([
      { ...dropped(blobs.slice(3)), cursor: 5, hasMore: false },
      { ...dropped([]), cursor: 2 ** 50, hasMore: false },
    ])
    expect(await cursors(world)).toEqual([1, 2, 3])
  })

  it('S3 R4 makes room again for its key, at every node', async () => {
    const limits = { dropSeconds: 0, keyContentBytes: 3000 }
    const { world, owner, put } = await atRelay(limits, 2)
    const { chain, blobs } = await written(world, 12, { box: 64 })
    await put(...blobs)
    const fresh = await written(world, 4, { box: 512 })
    const beside = await world.inside(world.founder.relayKey, world.room, 1)
    beside.send({ type: 'put', blobs: fresh.blobs.slice(0, 1) })
    await world.clock.advance(1000)
    expect(beside.of('declined')).toMatchObject([{ reason: 'key-full' }])
    expect(await answer(world, owner, chain, 1, 12)).toEqual(dropped(blobs))
    await world.clock.advance(2000)
    beside.send({ type: 'put', blobs: fresh.blobs.slice(0, 1) })
    await put(...fresh.blobs.slice(1, 2))
    await world.clock.advance(1000)
    expect([beside.of('stored').length, owner.of('declined')]).toEqual([1, []])
  })

  it.each([
    ['store-full', { storeBytes: 100_000, storeReserveBytes: 1000 }],
    ['room-full', { roomBytes: 100_000, reserveBytes: 1000 }],
  ])('S3 R4 makes room again where it was %s', async (reason, limits) => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, ...limits })
    const { chain, blobs } = await written(world, 10, { box: 12_288 })
    await put(...blobs)
    expect(new Set(owner.of('declined').map((frame) => frame.reason))).toEqual(new Set([reason]))
    const stored = blobs.slice(0, (await cursors(world)).length)
    expect(await answer(world, owner, chain, 1, 10)).toEqual(dropped(stored))
    await world.clock.advance(2000)
    const before = owner.of('declined').length
    await put(...blobs.slice(0, stored.length))
    expect([owner.of('declined').length, (await cursors(world)).length]).toEqual([before, stored.length])
  })

  it('S3 R5 may come again, and is new then', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    await answer(world, owner, chain, 3, 3)
    await put(...blobs)
    expect(
      owner
        .of('stored')
        .at(-1)
        ?.items.map(({ cursor }) => cursor),
    ).toEqual([1, 2, 4])
    expect(await cursors(world)).toEqual([1, 2, 4])
  })
})
