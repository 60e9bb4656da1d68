/** An owner and visitors at a relay who have blobs dropped, in virtual time. */
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { blobOf } from '#lib/protocol/blob'
import { roomName } from '#lib/protocol/door'
import type { DroppedFrame } from '#lib/protocol/drop-frames'
import type { Lane } from '#lib/protocol/outer-header'
import { createChainWriter } from '#lib/testing/entry-shelf'
import type { HandLink } from '#relay/testing/hand-link'
import { createRelayWorld, type RelayWorld } from '#relay/testing/relay-world'

export const DAY_MS = 86_400_000
export const channel = new Uint8Array(16).fill(3) as ChannelTag
const at = (world: RelayWorld) => roomName(world.room.rootKey, world.room.random)

interface Written {
  readonly chain: ChainTag
  readonly blobs: readonly Uint8Array[]
}

/** Entries 1 to `count` of a chain, a blob each, or as runs of so many. */
export async function written(world: RelayWorld, count: number, { lane = 'content' as Lane, each = 1, box = 64 } = {}) {
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
export async function atRelay(limits = {}, nodes = 1) {
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
export async function visitor(world: RelayWorld, owner: HandLink, level: 'member' | 'admin') {
  const key = await world.key()
  await world.say(world.founder.relayKey, key, level, 1)
  owner.send({ type: 'put-door', statements: world.statements })
  await world.clock.advance(100)
  return { key, link: await world.inside(key) }
}

/** A week later, on a connection that was not idle meanwhile. */
export async function aWeekLater(world: RelayWorld, key: SigningKey = world.founder.relayKey, node = 0) {
  await world.clock.advance(7 * DAY_MS + 3_600_000)
  return world.inside(key, world.room, node)
}

/** One step: of as much as a relay looks at for one request. */
export function ask(
  link: HandLink,
  chain: ChainTag,
  from: number,
  to: number,
  { request = 1, of = channel, after = 0 } = {},
) {
  link.send({ type: 'drop', request, after, channel: of, ranges: [{ chain, from, to }] })
}

/** What came of all steps that it took. */
export async function answer(world: RelayWorld, link: HandLink, ...range: [ChainTag, number, number]) {
  const sum = { blobs: 0, bytes: 0, young: 0 }
  for (let after = 0, steps = 0; steps < 20; steps++) {
    ask(link, ...range, { after })
    await world.clock.advance(1000)
    const frame = link.of('dropped').at(-1)
    if (frame === undefined) return undefined
    for (const what of ['blobs', 'bytes', 'young'] as const) sum[what] += frame[what]
    const { type, request, outcome } = frame
    if (!frame.hasMore) return { type, request, outcome, ...sum }
    after = frame.cursor
  }
  throw new Error('no end')
}

/** Makes a slice take 50 ms, and tells of each before it is begun. */
export function slowly(world: RelayWorld, onSlice: (number: number) => void = () => {}) {
  const { outlines } = world.store
  let slices = 0
  world.store.outlines = async (query) => {
    onSlice(++slices)
    await new Promise<void>((resolve) => void world.clock.after(50, resolve))
    return outlines(query)
  }
}

export const sizeOf = (blobs: readonly Uint8Array[]) => blobs.reduce((sum, { length }) => sum + length, 0)
export const dropped = (
  blobs: readonly Uint8Array[],
  young: readonly Uint8Array[] = [],
): Omit<DroppedFrame, 'cursor' | 'hasMore'> => ({
  type: 'dropped',
  request: 1,
  outcome: 'done',
  blobs: blobs.length,
  bytes: sizeOf(blobs),
  young: sizeOf(young),
})

export async function cursors(world: RelayWorld): Promise<readonly number[]> {
  const filter = { lane: 'any', channel: undefined } as const
  const page = await world.store.read({ room: at(world), after: 0, filter, maxBytes: 2 ** 30, maxBlobs: 2 ** 20 })
  return page.blobs.map(({ cursor }) => cursor)
}
