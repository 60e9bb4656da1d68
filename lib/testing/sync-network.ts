/**
 * Devices with sync engines over shelves of entries, joined by links in memory, in one virtual time. What is above
 * replication (rights, documents, disks) is left out; see the simulation of whole replicas for those.
 */

import { toHex } from '#lib/base/bytes'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { frameNumber } from '#lib/protocol/frames'
import type { Lane } from '#lib/protocol/outer-header'
import { createSyncEngine, type SyncEngine, type SyncPeer } from '#lib/sync/sync-engine'
import type { SyncFault } from '#lib/sync/sync-fault'
import { type ChainWriter, createChainWriter, createEntryShelf, type EntryShelf } from '#lib/testing/entry-shelf'
import { createMemoryLinkPair, type MemoryLinkPair, type MemoryRoad } from '#lib/testing/memory-link'
import { createSeededRandom, type SeededRandom } from '#lib/testing/seeded-random'
import { rememberVerdicts } from '#lib/testing/simulation-cast'
import { createVirtualClock, type VirtualClock } from '#lib/testing/virtual-clock'

export interface SyncDevice {
  readonly shelf: EntryShelf
  readonly engine: SyncEngine
  /** What the other ends of its links were blamed for. */
  readonly blamed: SyncFault[]
  /** A new engine over what is on the shelf; all links are gone. */
  restart(): void
}

export interface SyncConnection extends MemoryLinkPair {
  readonly left: SyncPeer
  readonly right: SyncPeer
}

export interface SyncNetwork {
  readonly clock: VirtualClock
  readonly random: SeededRandom
  /** `knows` names the devices of chains, as a log would that this device alone has read. */
  device(options?: { readonly knows?: Map<string, DeviceId> }): SyncDevice
  writer(lane?: Lane, channel?: number): Promise<ChainWriter>
  /** Frames take 5–45 ms unless the road says otherwise. */
  connect(a: SyncDevice, b: SyncDevice, road?: MemoryRoad, trusted?: boolean): SyncConnection
  write(device: SyncDevice, chain: ChainWriter, count?: number, boxBytes?: number): Promise<void>
  converged(...devices: SyncDevice[]): boolean
  /** Frames of these kinds that were sent since the counts were reset; of all kinds when none is named. */
  count(...names: (keyof typeof frameNumber)[]): number
  bytes(): number
  resetCounts(): void
}

const channelOf = (name: number) => new Uint8Array(16).fill(name) as ChannelTag

/** An empty network; equal seeds give equal histories, but for the keys' signatures. */
export function createSyncNetwork(seed: number): SyncNetwork {
  const crypto = rememberVerdicts(createNodeCrypto())
  const clock = createVirtualClock()
  const random = createSeededRandom(seed)
  const authors = new Map<string, DeviceId>()
  const frames = new Map<number, number>()
  let bytes = 0

  return {
    clock,
    random,
    device({ knows = authors } = {}) {
      const shelf = createEntryShelf(crypto, knows)
      const blamed: SyncFault[] = []
      const start = () =>
        createSyncEngine({ source: shelf, clock, random: random.fork(), onBlame: (_, fault) => blamed.push(fault) })
      let engine = start()
      shelf.onStored = (run) => engine.committed(run)
      return {
        shelf,
        blamed,
        get engine() {
          return engine
        },
        restart() {
          engine.close()
          engine = start()
        },
      }
    },
    async writer(lane = 'content', channel = 2) {
      const key = await crypto.signingKey(random.bytes(32))
      const chain = createChainWriter(key, random, { lane, channel: channelOf(lane === 'log' ? 1 : channel) })
      authors.set(toHex(chain.chain), chain.device)
      return chain
    },
    connect(a, b, road = {}, trusted = true) {
      road.delayMs ??= () => 5 + random.below(40)
      road.onSend = (frame) => {
        frames.set(frame[0] ?? 0, (frames.get(frame[0] ?? 0) ?? 0) + 1)
        bytes += frame.length
      }
      const pair = createMemoryLinkPair(clock, road)
      const left = a.engine.connect(pair.a, { trusted, name: 'left' })
      const right = b.engine.connect(pair.b, { trusted, name: 'right' })
      return { ...pair, left, right }
    },
    async write(device, chain, count = 1, boxBytes) {
      for (let i = 0; i < count; i++) device.shelf.append(await chain.write(boxBytes))
    },
    converged: (...devices) => new Set(devices.map(({ shelf }) => shelf.fingerprint())).size === 1,
    count(...names) {
      const numbers = names.length > 0 ? names.map((name) => frameNumber[name]) : [...frames.keys()]
      return numbers.reduce((sum, number) => sum + (frames.get(number) ?? 0), 0)
    },
    bytes: () => bytes,
    resetCounts() {
      frames.clear()
      bytes = 0
    },
  }
}
