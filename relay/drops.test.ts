import { describe, expect, it } from 'vitest'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { blobOf, segmentBlobOf } from '#lib/protocol/blob'
import { roomName } from '#lib/protocol/door'
import type { DroppedFrame } from '#lib/protocol/drop-frames'
import type { Lane } from '#lib/protocol/outer-header'
import { encodeSealedSegment, segmentHeader } from '#lib/protocol/sealed-segment'
import { createChainWriter } from '#lib/testing/entry-shelf'
import { createRelayWorld, type HandLink, type RelayWorld } from '#relay/testing/relay-world'

const DAY_MS = 86_400_000
const channel = new Uint8Array(16).fill(3) as ChannelTag
const at = (world: RelayWorld) => roomName(world.room.rootKey, world.room.random)

interface Written {
  readonly chain: ChainTag
  readonly blobs: readonly Uint8Array[]
}

/** Entries 1 to `count` of a chain, a blob each, or as runs of so many. */
async function written(world: RelayWorld, count: number, { lane = 'content' as Lane, each = 1, box = 64 } = {}) {
  const writer = createChainWriter(await world.key(), world.random.fork(), { lane, channel })
  const blobs = []
  for (let i = 0; i < count; i += each) {
    const run = []
    for (let j = 0; j < each; j++) run.push(await writer.write(box))
    blobs.push(blobOf(run).bytes)
  }
  return { chain: writer.chain, blobs } satisfies Written
}

/** The owner at a relay that holds these blobs. */
async function atRelay(limits = {}, nodes = 1) {
  const world = await createRelayWorld(1, limits, nodes)
  await world.founder.client().close()
  const owner = await world.inside(world.founder.relayKey)
  const put = async (...blobs: readonly Uint8Array[]) => {
    owner.send({ type: 'put', blobs })
    await world.clock.advance(1000)
  }
  return { world, owner, put }
}

/** A link of somebody whom the owner said to be of that level. */
async function visitor(world: RelayWorld, owner: HandLink, level: 'member' | 'admin') {
  const key = await world.key()
  await world.say(world.founder.relayKey, key, level, 1)
  owner.send({ type: 'put-door', statements: world.statements })
  await world.clock.advance(100)
  return { key, link: await world.inside(key) }
}

/** A week later, on a connection that was not idle meanwhile. */
async function aWeekLater(world: RelayWorld, key: SigningKey = world.founder.relayKey, node = 0) {
  await world.clock.advance(7 * DAY_MS + 3_600_000)
  return world.inside(key, world.room, node)
}

function ask(link: HandLink, chain: ChainTag, from: number, to: number, request = 1, of = channel) {
  link.send({ type: 'drop', request, channel: of, ranges: [{ chain, from, to }] })
}

async function answer(world: RelayWorld, link: HandLink, ...range: [ChainTag, number, number]) {
  ask(link, ...range)
  await world.clock.advance(1000)
  return link.of('dropped').at(-1)
}

/** Makes a slice take 50 ms, and tells of each before it is begun. */
function slowly(world: RelayWorld, onSlice: (number: number) => void = () => {}) {
  const { outlines } = world.store
  let slices = 0
  world.store.outlines = async (query) => {
    onSlice(++slices)
    await new Promise<void>((resolve) => void world.clock.after(50, resolve))
    return outlines(query)
  }
}

const sizeOf = (blobs: readonly Uint8Array[]) => blobs.reduce((sum, { length }) => sum + length, 0)
const dropped = (blobs: readonly Uint8Array[], young: readonly Uint8Array[] = []): DroppedFrame => ({
  type: 'dropped',
  request: 1,
  outcome: 'done',
  blobs: blobs.length,
  bytes: sizeOf(blobs),
  young: sizeOf(young),
})

async function cursors(world: RelayWorld): Promise<readonly number[]> {
  const filter = { lane: 'any', channel: undefined } as const
  const page = await world.store.read({ room: at(world), after: 0, filter, maxBytes: 2 ** 30, maxBlobs: 2 ** 20 })
  return page.blobs.map(({ cursor }) => cursor)
}

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
    ask(owner, chain, 1, 12, 1, elsewhere)
    await world.clock.advance(100)
    expect(owner.of('dropped')).toEqual([dropped([])])
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
    await world.clock.advance(500)
    expect([owner.of('pong').length, owner.of('stored').at(-1)?.items[0]?.cursor, owner.of('dropped')]).toEqual([
      1,
      41,
      [],
    ])
    await world.clock.advance(5000)
    expect(owner.of('dropped')).toEqual([dropped(blobs)])
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

describe('whoever would have more dropped', () => {
  it('attack 60 S3 is not allowed to as a member, and nothing is read for it', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    const { link } = await visitor(world, owner, 'member')
    let looks = 0
    const { outlines } = world.store
    world.store.outlines = (query) => {
      looks++
      return outlines(query)
    }
    expect(await answer(world, link, chain, 1, 3)).toEqual({ ...dropped([]), outcome: 'not-allowed' })
    expect([looks, await cursors(world)]).toEqual([0, [1, 2, 3]])
    const admin = await visitor(world, owner, 'admin')
    expect(await answer(world, admin.link, chain, 1, 3)).toEqual(dropped(blobs))
  })

  it('attack 60 S3 reaches no other room: an admin there drops nothing here', async () => {
    const { world, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    const mallory = await world.key()
    const link = await world.inside(mallory, { rootKey: mallory.publicKey, random: world.random.bytes(32) })
    expect(await answer(world, link, chain, 1, 3)).toEqual(dropped([]))
    expect(await cursors(world)).toEqual([1, 2, 3])
  })

  it('attack 60 S3 drops nothing of the log that its chain is named of, and no segment', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const log = await written(world, 3, { lane: 'log' })
    const writer = createChainWriter(await world.key(), world.random.fork(), { lane: 'content', channel })
    const entries = [await writer.write(), await writer.write(), await writer.write()]
    const [first, second] = entries
    if (!first || !second) throw new Error('no entries')
    const headerBytes = segmentHeader(second.header, 2)
    const segment = segmentBlobOf(encodeSealedSegment({ ...second, count: 2, headerBytes, signature: first.signature }))
    await put(...log.blobs, segment.bytes, ...entries.map((entry) => blobOf([entry]).bytes))
    expect(await answer(world, owner, log.chain, 1, 3)).toEqual(dropped([]))
    expect(await answer(world, owner, writer.chain, 2, 3)).toMatchObject({ outcome: 'done', blobs: 2 })
    expect(await cursors(world)).toEqual([1, 2, 3, 4, 5])
  })

  it('attack 60 S3 is stopped when the door says that it is no admin any more', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 20)
    await put(...blobs)
    for (const level of ['member', 'none'] as const) {
      const { key, link } = await visitor(world, owner, 'admin')
      const before = (await cursors(world)).length
      const { outlines } = world.store
      let slices = 0
      world.store.outlines = async (query) => {
        if (++slices === 4) {
          await world.say(world.founder.relayKey, key, level, 2)
          owner.send({ type: 'put-door', statements: world.statements.slice(-1) })
          await new Promise<void>((resolve) => void world.clock.after(1000, resolve))
        }
        return outlines(query)
      }
      ask(link, chain, 1, 20)
      await world.clock.advance(5000)
      world.store.outlines = outlines
      expect([slices, before - (await cursors(world)).length]).toEqual([4, 3])
      if (level === 'none') expect(link.closed).toBe('not-admitted')
      else expect(link.of('dropped')).toMatchObject([{ outcome: 'not-allowed', blobs: 3 }])
    }
  })

  it('attack 60 S3 asks once at a time: the second wish ends that visit and what it began, and nobody else’s', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 50)
    await put(...blobs)
    const { link } = await visitor(world, owner, 'admin')
    for (let i = 0; i < 3; i++) ask(link, chain, 1, 50, i)
    await world.clock.advance(1000)
    expect([link.of('bye').map(({ reason }) => reason), owner.of('bye')]).toEqual([['unexpected-frame'], []])
    const left = await cursors(world)
    expect(left.length).toBeGreaterThan(40)
    await world.clock.advance(5000)
    expect(await cursors(world)).toEqual(left)
  })

  it('attack 60 S3 R4 pays for all that is looked at, so that one who asks again and again waits', async () => {
    const { world, owner, put } = await atRelay({ bytes: { burst: 200_000, perSecond: 1000 } })
    const { chain, blobs } = await written(world, 30, { box: 1024 })
    await put(...blobs)
    for (let i = 1; i <= 40; i++) {
      ask(owner, chain, 1, 30, i)
      for (let j = 0; j < 20 && owner.of('dropped').length < i; j++) await world.clock.advance(1000)
      owner.send({ type: 'ping', nonce: i })
    }
    const seconds = world.clock.now() / 1000
    expect(owner.of('dropped').length).toBeGreaterThan(2)
    expect(owner.of('dropped').length * sizeOf(blobs)).toBeLessThan(200_000 + seconds * 1000 + sizeOf(blobs))
  })

  it('attack 60 S3 leaves whole blobs, and the relay well, where the socket closes in the middle', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 30)
    await put(...blobs)
    const { link } = await visitor(world, owner, 'admin')
    let slices = 0
    slowly(world, (number) => {
      slices = number
      if (number === 5) link.link.close('done')
    })
    ask(link, chain, 1, 30)
    await world.clock.advance(5000)
    const left = await cursors(world)
    expect([slices, left.length]).toEqual([5, 26])
    ask(owner, chain, 1, 30)
    await world.clock.advance(5000)
    expect(owner.of('dropped')).toEqual([dropped(blobs.slice(4))])
  })

  it('S3 R4 is told where the store fails, and the relay serves on', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    const { commit } = world.store
    world.store.commit = async () => {
      throw new Error('disk full')
    }
    ask(owner, chain, 1, 3)
    await world.clock.advance(1000)
    expect(owner.of('bye').map(({ reason }) => reason)).toEqual(['store-failed'])
    world.store.commit = commit
    expect(await answer(world, await world.inside(world.founder.relayKey), chain, 1, 3)).toEqual(dropped(blobs))
  })

  it('S3 R4 holds up no relay that stops', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0, pageBytes: 1 })
    const { chain, blobs } = await written(world, 30)
    await put(...blobs)
    slowly(world)
    ask(owner, chain, 1, 30)
    await world.clock.advance(300)
    await world.restartRelay()
    await world.clock.advance(1000)
    expect([owner.of('bye').map(({ reason }) => reason), owner.of('dropped')]).toEqual([['stopping'], []])
    const left = await cursors(world)
    await world.clock.advance(5000)
    expect([left.length > 0, await cursors(world)]).toEqual([true, left])
  })

  it('R4 says nothing of it in the log', async () => {
    const { world, owner, put } = await atRelay({ dropSeconds: 0 })
    const { chain, blobs } = await written(world, 3)
    await put(...blobs)
    const { length } = world.logged
    await answer(world, owner, chain, 1, 3)
    expect(world.logged.slice(length)).toEqual([])
  })
})
