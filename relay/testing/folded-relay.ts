/** Replicas with segments at a relay in virtual time. */
import type * as Y from 'yjs'
import { sameBytes } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { type ChainRange, decodeBlob } from '#lib/protocol/blob'
import { roomName } from '#lib/protocol/door'
import type { ReadFrame } from '#lib/protocol/relay-frames'
import type { EntryRange } from '#lib/sync/entry-source'
import { createRelayClient, type RelayClient } from '#lib/sync/relay-client'
import { createRoadReader } from '#lib/sync/relay-road'
import { type FoldedDevice, foldedWorkspace } from '#lib/testing/folded-workspace'
import type { Link } from '#lib/transport/link'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { runsWithin } from '#relay/runs-within'
import { createRelayWorld, ORIGIN, PATIENCE_MS, type RelayWorld } from '#relay/testing/relay-world'

export const typed = (count: number) =>
  Array.from({ length: count }, (_, i) => (text: Y.XmlText) => text.insert(text.length, `word ${i} `))

/** A device's client of the relay, and what it did. */
export interface Joined {
  readonly client: RelayClient
  readonly reads: ReadFrame[]
  /** What it remembers, once it has ended. */
  readonly saved: () => Uint8Array | undefined
}

export async function memberKey(world: RelayWorld): Promise<SigningKey> {
  const key = await world.key()
  await world.say(world.founder.relayKey, key, 'member', 1)
  return key
}

export async function joinRelay(
  world: RelayWorld,
  device: Pick<FoldedDevice, 'replica' | 'key' | 'hooks'>,
  options: {
    readonly relayKey?: SigningKey
    readonly remembered?: Uint8Array | undefined
    /** Whether nobody writes now; so it is where it is left out. */
    readonly mayFill?: () => boolean
  } = {},
): Promise<Joined> {
  const reads: ReadFrame[] = []
  let saved = options.remembered
  const isOwn = (chain: ChainTag): boolean => {
    const head = device.replica.head(chain)
    const author = head && device.replica.deviceOf(head)
    return author !== undefined && sameBytes(author, device.key)
  }
  const connect = async (): Promise<Link> => {
    const link = await world.connect()
    const reader = createRoadReader()
    const { send } = link
    link.send = (bytes) => {
      const frame = reader.read(bytes)
      if (frame.ok && frame.value?.type === 'read') reads.push(frame.value)
      send(bytes)
    }
    return link
  }
  const client = createRelayClient({
    connect,
    origin: ORIGIN,
    room: world.room,
    relayKey: options.relayKey ?? (await memberKey(world)),
    source: device.replica,
    isOwn,
    mayFill: options.mayFill ?? (() => true),
    memory: {
      load: async () => saved,
      save: async (bytes) => {
        saved = bytes
      },
    },
    statements: () => world.statements,
    clock: world.clock,
    random: world.random.fork(),
  })
  device.hooks.stored = (run) => {
    const [first] = run
    if (first && isOwn(first.header.chain)) client.committed(run)
  }
  device.hooks.folded = (chain) => client.folded(chain)
  return { client, reads, saved: () => saved }
}

/** The same device, where these ranges of straight chains are acknowledged. */
export function acknowledging(device: FoldedDevice, ranges: () => readonly ChainRange[]): FoldedDevice {
  const acknowledged = (chain: ChainTag): readonly EntryRange[] =>
    device.replica.isStraight(chain) ? ranges().filter((range) => sameBytes(range.chain, chain)) : []
  const isAcknowledged = (chain: ChainTag, { from, to }: EntryRange): boolean =>
    acknowledged(chain).some((range) => range.from === from && range.to === to)
  return Object.assign(Object.create(device), { replica: { ...device.replica, acknowledged, isAcknowledged } })
}

/** A relay with Alice's page, of `folded` entries in segments of 20, then of as many that are not. */
export async function foldedRelay(folded: number) {
  const world = await createRelayWorld(1, { pageBytes: 4096 })
  const room = roomName(world.room.rootKey, world.room.random)
  await world.clock.advance(PATIENCE_MS)
  const workspace = await foldedWorkspace({ entries: 20, fewest: 8 })
  const { alice } = workspace
  const writer = await joinRelay(world, alice)
  await world.clock.advance(1000)
  const write = async (count: number) => {
    for (let i = 0; i < count / 25; i++) {
      await alice.write(typed(25))
      await world.clock.advance(3000)
    }
  }
  await write(folded)
  await alice.fold()
  await write(folded)
  const chain = alice.replica.heads().find(({ lane }) => lane === 'content')?.chain as ChainTag
  const segments = (): readonly ChainRange[] =>
    alice.replica.segments(chain).map(({ from, to }) => ({ chain, from, to }))
  const all = (): number => segments().reduce((sum, { from, to }) => sum + to - from + 1, 0)
  const whole = (): ChainRange => ({ chain, from: segments()[0]?.from ?? 0, to: segments().at(-1)?.to ?? 0 })

  const blobsOf = async (lane: 'content' | 'segment') => {
    const filter = { lane, channel: undefined }
    const { blobs } = await world.store.read({ room, after: 0, filter, maxBytes: 2 ** 40, maxBlobs: 2 ** 40 })
    return blobs
  }
  return {
    ...workspace,
    world,
    writer,
    chain,
    segments,
    /** How many entries segments stand for. */
    all,
    write,
    /** How many entries for which segments stand lie at the relay. */
    async kept(): Promise<number> {
      const runs = (await blobsOf('content')).flatMap(({ bytes }) => {
        const blob = decodeBlob(bytes)
        return blob.ok ? blob.value.run : []
      })
      const { from, to } = whole()
      const numbers = runs.filter(({ header }) => sameBytes(header.chain, chain)).map(({ header }) => header.seq)
      return new Set(numbers.filter((seq) => seq >= from && seq <= to)).size
    },
    /** The relay loses all. */
    async renew(): Promise<void> {
      await world.restartRelay(createMemoryLogStore(world.random))
    },
    segmentsThere: async () => (await blobsOf('segment')).length,
    /** Drops runs of nothing but entries for which segments stand. */
    async drop(): Promise<void> {
      const isNamed = runsWithin([whole()])
      const dropped = (await blobsOf('content')).filter(({ bytes }) => isNamed(bytes))
      await world.store.commit(dropped.map(({ cursor }) => ({ type: 'drop', room, cursor })))
    },
  }
}
