import { expect, it } from 'vitest'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { blobOf, type ChainRange } from '#lib/protocol/blob'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { runsWithin } from '#relay/runs-within'
import { createRelayWorld, type RelayWorld } from '#relay/testing/relay-world'

const RANGES = 1024

/** Blobs of one entry each, of one chain, and as many ranges as a READ may hold, the last of that chain. */
async function chainAndRanges(world: RelayWorld, count: number) {
  const channel = new Uint8Array(16).fill(3) as ChannelTag
  const writer = createChainWriter(await world.key(), world.random.fork(), { lane: 'content', channel })
  const blobs = []
  for (let i = 0; i < count; i++) blobs.push(blobOf([await writer.write(4096)]).bytes)
  const chains = Array.from({ length: RANGES - 1 }, (_, i) => Uint8Array.of(i >> 8, i, ...new Array(14).fill(0)))
  const without = [...chains, writer.chain].map((chain) => ({ chain: chain as ChainTag, from: 1, to: 9 }))
  return { blobs, without }
}

it('R4 looks at each range once and then at one range a blob, however many are left out', async () => {
  const { blobs, without } = await chainAndRanges(await createRelayWorld(), 12)
  let looks = 0
  const watched = without.map((range): ChainRange => {
    const { from, to } = range
    return {
      from,
      to,
      get chain() {
        looks++
        return range.chain
      },
    }
  })
  const isLeftOut = runsWithin(watched)
  expect(blobs.map(isLeftOut)).toEqual(blobs.map((_, i) => i < 9))
  expect(looks).toBeLessThanOrEqual(RANGES + blobs.length)
})

/** A link to a room of 8 blobs, one a page, and the READ that leaves all of them out. */
async function readerOfNothing(bytes = { burst: 1e9, perSecond: 1e9 }) {
  const world = await createRelayWorld(1, { pageBytes: 1, bytes })
  await world.clock.advance(1000)
  const { blobs, without } = await chainAndRanges(world, 8)
  const link = await world.inside(world.founder.relayKey)
  link.send({ type: 'put', blobs })
  await world.clock.advance(1000)
  await world.founder.client().close()
  const filter = { lane: 'any', channel: undefined } as const
  const read = () => link.send({ type: 'read', request: 1, after: 0, filter, without: without.slice(-1) })
  return { world, link, blobs, read }
}

it('R4 gives the loop a turn between two pages that hold nothing wanted', async () => {
  const { world, link, read } = await readerOfNothing()
  const { read: readStore } = world.store
  const order: string[] = []
  world.store.read = (query) => {
    order.push('page')
    world.clock.after(0, () => order.push('turn'))
    return readStore(query)
  }
  read()
  await world.clock.advance(1000)
  expect(link.of('page')).toEqual([{ type: 'page', request: 1, cursor: 8, hasMore: false }])
  expect(order).toEqual(Array.from({ length: 8 }, () => ['page', 'turn']).flat())
})

it('R4 charges a reader for what it leaves out', async () => {
  const { world, link, blobs, read } = await readerOfNothing({ burst: 200_000, perSecond: 1000 })
  const size = blobs.reduce((sum, { length }) => sum + length, 0)
  for (let i = 0; i < 20; i++) read()
  await world.clock.advance(1000)
  expect(link.of('page').length).toBeGreaterThan(0)
  await world.clock.advance(60_000)
  expect(link.of('page').length * size).toBeLessThan(200_000 + 61_000 + size)
})
