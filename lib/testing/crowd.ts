/**
 * A room of many devices, each with a sync engine over a shelf of entries, linked as a relay's signaling links them (R6), in one
 * virtual time. Some of them write; some may go dark at once.
 */

import { toHex } from '#lib/base/bytes'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { crowdLinks, MESH_MANNERS } from '#lib/testing/crowd-links'
import type { ChainWriter } from '#lib/testing/entry-shelf'
import type { MemoryRoad } from '#lib/testing/memory-link'
import type { SeededRandom } from '#lib/testing/seeded-random'
import { createSyncNetwork, type SyncDevice, type SyncNetwork } from '#lib/testing/sync-network'

export interface Crowd {
  readonly net: SyncNetwork
  /** Pairs of places. */
  readonly links: readonly (readonly [number, number])[]
  /** Devices that are not dark. */
  alive(): readonly SyncDevice[]
  /** So many edits, one after the other, each by some writer that is alive. */
  type(edits: number): Promise<void>
  /** So large a part of the devices goes dark at once: nothing leaves them or reaches them, and nobody is told. */
  goDark(part: number): void
  /** Milliseconds from each edit to each other device that stored it, since this was last asked for. */
  takeDelays(): readonly number[]
  /** Entries that some living device holds and another lacks, over all of them. */
  missed(): number
}

/** How long a hop takes. */
export const crowdDelayMs = (random: SeededRandom): number => 10 + random.below(50)
export const CROWD_MEAN_DELAY_MS = 34.5
/** What several people who type into one page make together. */
const CROWD_EDIT_EVERY_MS = 150
/** Links come, everybody compares, and nothing is left to say. */
const SETTLE_MS = 3000
const WRITERS = 6

export async function createCrowd(seed: number, size: number): Promise<Crowd> {
  const net = createSyncNetwork(seed)
  const { clock, random } = net
  const devices = Array.from({ length: size }, () => net.device())
  const roads = new Map<SyncDevice, MemoryRoad[]>(devices.map((device) => [device, []]))
  const dark = new Set<SyncDevice>()
  const writers = new Map<SyncDevice, ChainWriter>()
  const writtenAt = new Map<string, { readonly by: SyncDevice; readonly at: number }>()
  const delays: number[] = []

  const noteArrival = (device: SyncDevice, run: readonly SealedEntry[]) => {
    for (const { id } of run) {
      const written = writtenAt.get(toHex(id))
      if (!written) writtenAt.set(toHex(id), { by: device, at: clock.now() })
      else if (written.by !== device) delays.push(clock.now() - written.at)
    }
  }
  for (const device of devices) {
    const { onStored } = device.shelf
    device.shelf.onStored = (run) => {
      noteArrival(device, run)
      onStored?.(run)
    }
  }

  const links = crowdLinks(random, size, MESH_MANNERS)
  for (const [one, other] of links) {
    const [a, b] = [devices[one], devices[other]]
    if (!a || !b) continue
    const road: MemoryRoad = { delayMs: () => crowdDelayMs(random) }
    net.connect(a, b, road)
    for (const end of [a, b]) roads.get(end)?.push(road)
  }
  for (const device of devices.slice(0, WRITERS)) writers.set(device, await net.writer())
  await clock.advance(SETTLE_MS)

  const alive = () => devices.filter((device) => !dark.has(device))

  return {
    net,
    links,
    alive,
    async type(edits) {
      for (let i = 0; i < edits; i++) {
        const [device, chain] = random.pick([...writers].filter(([each]) => !dark.has(each)))
        await net.write(device, chain)
        await clock.advance(CROWD_EDIT_EVERY_MS)
      }
    },
    goDark(part) {
      for (const device of random.shuffle(alive()).slice(0, Math.round(part * alive().length))) {
        dark.add(device)
        for (const road of roads.get(device) ?? []) road.silent = true
        device.engine.close()
      }
    },
    takeDelays: () => delays.splice(0),
    missed() {
      const newest = new Map<string, number>()
      const heads = alive().map(({ shelf }) => new Map(shelf.heads().map(({ chain, seq }) => [toHex(chain), seq])))
      for (const held of heads)
        for (const [chain, seq] of held) newest.set(chain, Math.max(seq, newest.get(chain) ?? 0))
      return heads.reduce(
        (sum, held) => sum + [...newest].reduce((lacking, [chain, seq]) => lacking + seq - (held.get(chain) ?? 0), 0),
        0,
      )
    },
  }
}
