/** A device in a relay's world: the real client over a shelf of entries, with one chain in each lane. */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChainTag, ChannelTag, DeviceId } from '#lib/base/ids'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import type { Lane } from '#lib/protocol/outer-header'
import { createRelayClient, type RelayClient, type RelayClientOptions } from '#lib/sync/relay-client'
import { createRoadReader } from '#lib/sync/relay-road'
import { type ChainWriter, createChainWriter, createEntryShelf, type EntryShelf } from '#lib/testing/entry-shelf'
import type { SeededRandom } from '#lib/testing/seeded-random'
import type { Link } from '#lib/transport/link'

/** What a test does as this device, and what came to it. */
export interface TestDevice {
  readonly relayKey: SigningKey
  /** How often it was told that the relay ends before what it showed once. */
  setBacks: number
  readonly shelf: EntryShelf
  /** The client of the current run; `restart` makes a new one from what was saved. */
  readonly client: () => RelayClient
  /** Set where direct links carry content. */
  mayGather: boolean
  readonly receipts: Uint8Array[]
  readonly presence: Uint8Array[]
  write(lane?: Lane, count?: number, boxBytes?: number): Promise<void>
  chain(lane: Lane): ChainTag
  restart(): Promise<void>
}

/** Where a device lives. */
export interface DeviceSurroundings extends Pick<RelayClientOptions, 'connect' | 'origin' | 'room' | 'statements'> {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: SeededRandom
  /** The device of each chain by its hex; its own are added. */
  readonly authors: Map<string, DeviceId>
  /** Frames that reached any client, by type; its own are added. */
  readonly received: Map<string, number>
}

/** A device that connects at once, and stays until its client is closed. */
export async function createTestDevice(relayKey: SigningKey, surroundings: DeviceSurroundings): Promise<TestDevice> {
  const { crypto, clock, random, authors, received, connect, origin, room, statements } = surroundings
  const deviceKey = await crypto.signingKey(random.bytes(32))
  const shelf = createEntryShelf(crypto, authors)
  const channel = (lane: Lane) => new Uint8Array(16).fill(lane === 'log' ? 1 : 2) as ChannelTag
  const writers = {} as Record<Lane, ChainWriter>
  for (const lane of ['log', 'content'] as const) {
    writers[lane] = createChainWriter(deviceKey, random.fork(), { lane, channel: channel(lane) })
    authors.set(toHex(writers[lane].chain), writers[lane].device)
  }
  let saved: Uint8Array | undefined
  const receipts: Uint8Array[] = []
  const presence: Uint8Array[] = []

  const start = () =>
    createRelayClient({
      connect: async () => countFrames(await connect(), received),
      origin,
      room,
      relayKey,
      source: shelf,
      isOwn: (chain) => [writers.log, writers.content].some((writer) => sameBytes(writer.chain, chain)),
      mayGather: () => made.mayGather,
      memory: {
        load: async () => saved,
        save: async (bytes) => {
          saved = bytes
        },
      },
      statements,
      clock,
      random: random.fork(),
      onReceipt: (sealed) => void receipts.push(sealed),
      onPresence: (sealed) => void presence.push(sealed),
      onSetBack: () => {
        made.setBacks++
      },
    })
  let client: RelayClient
  const made: TestDevice = {
    relayKey,
    mayGather: false,
    setBacks: 0,
    shelf,
    client: () => client,
    receipts,
    presence,
    chain: (lane) => writers[lane].chain,
    async write(lane = 'content', count = 1, boxBytes = 64) {
      for (let i = 0; i < count; i++) {
        const entry = await writers[lane].write(boxBytes)
        shelf.append(entry)
        client.committed([entry])
      }
    },
    async restart() {
      await client.close()
      client = start()
    },
  }
  client = start()
  return made
}

/** Counts what arrives. */
function countFrames(link: Link, received: Map<string, number>): Link {
  const reader = createRoadReader()
  return {
    ...link,
    set onFrame(listener: ((bytes: Uint8Array) => void) | undefined) {
      link.onFrame = (bytes) => {
        const frame = reader.read(bytes)
        const type = frame.ok ? (frame.value?.type ?? 'part') : 'malformed'
        received.set(type, (received.get(type) ?? 0) + 1)
        listener?.(bytes)
      }
    },
    set onClose(listener: ((reason: string) => void) | undefined) {
      link.onClose = listener
    },
  }
}
