import { describe, expect, it } from 'vitest'
import type { ChainWriter } from '#lib/testing/entry-shelf'
import type { MemoryRoad } from '#lib/testing/memory-link'
import { createSyncNetwork, type SyncConnection, type SyncDevice, type SyncNetwork } from '#lib/testing/sync-network'

interface Person {
  readonly device: SyncDevice
  readonly chains: readonly ChainWriter[]
}

/** Which trouble a history saw, so that a run of seeds can be shown to have tried everything. */
type Trouble = 'loss' | 'cut' | 'silence' | 'partition' | 'restart' | 'doubled link' | 'flood'

/** A few minutes of writing on a bad network, then a healed one; returns the troubles that occurred. */
async function liveThrough(seed: number, size: number): Promise<Set<Trouble>> {
  const net = createSyncNetwork(seed)
  const { random, clock } = net
  const troubles = new Set<Trouble>()
  const people: Person[] = []
  for (let i = 0; i < size; i++) {
    const chains = [await net.writer('log'), await net.writer('content', 2), await net.writer('content', 3 + (i % 4))]
    people.push({ device: net.device(), chains })
  }
  const links = new Map<string, SyncConnection & { road: MemoryRoad }>()
  let parts: number[] = people.map(() => 0)

  const join = (i: number, j: number, healed = false) => {
    const [a, b] = [people[i]?.device, people[j]?.device]
    const key = `${Math.min(i, j)}-${Math.max(i, j)}`
    if (!a || !b || i === j || parts[i] !== parts[j] || (!healed && links.has(key) && random.chance(0.9))) return
    if (links.has(key)) troubles.add('doubled link')
    const breaksNext = () => !healed && random.chance(0.01) && Boolean(troubles.add('loss'))
    const road: MemoryRoad = { breaksNext }
    const link = { ...net.connect(a, b, road), road }
    link.left.onClose = () => void (links.get(key) === link && links.delete(key))
    links.set(key, link)
  }
  const disturb = () => {
    const dice = random.below(12)
    const link = random.pick([...links.values(), undefined])
    if (dice === 0 && link) {
      troubles.add('cut')
      link.cut('cut')
    } else if (dice === 1) {
      troubles.add('restart')
      random.pick(people).device.restart()
    } else if (dice === 2) {
      troubles.add('partition')
      parts = people.map(() => random.below(2))
      for (const [key, { cut }] of [...links]) {
        const [i = 0, j = 0] = key.split('-').map(Number)
        if (parts[i] !== parts[j]) cut('partition')
      }
    } else if (dice === 3) parts = people.map(() => 0)
    else if (dice === 4 && link) {
      troubles.add('silence')
      link.road.silent = true
    }
  }

  for (let step = 0; step < 40; step++) {
    join(random.below(size), random.below(size))
    const { device, chains } = random.pick(people)
    const isFlood = random.chance(0.05)
    if (isFlood) troubles.add('flood')
    await net.write(device, random.pick(chains), isFlood ? 300 : 1 + random.below(5), 32 + random.below(400))
    disturb()
    await clock.advance(random.below(3000))
  }
  parts = people.map(() => 0)
  for (let i = 1; i < size; i++) join(i - 1, i, true)
  await settle(net, people)
  return troubles
}

/** Lets a few rounds of anti-entropy pass, and looks what everybody holds and whom they blame. */
async function settle(net: SyncNetwork, people: readonly Person[]): Promise<void> {
  const devices = people.map(({ device }) => device)
  for (let waitedMs = 0; waitedMs < 60_000 && !net.converged(...devices); waitedMs += 1000)
    await net.clock.advance(1000)
  expect(net.converged(...devices)).toBe(true)
  expect(devices.flatMap(({ blamed }) => blamed)).toEqual([])
}

/** Devices in each history; `SEEDS=300` goes deeper. */
const SIZES = [2, 2, 2, 2, 2, 3, 3, 3, 6, 6, 12]
const SEEDS = Number(process.env.SEEDS ?? 22)
const EVERY_TROUBLE: readonly Trouble[] = ['loss', 'cut', 'silence', 'partition', 'restart', 'doubled link', 'flood']

describe('convergence', () => {
  it('R2 brings all devices to the same entries, whatever the network did', async () => {
    const seen = new Set<Trouble>()
    for (let seed = 0; seed < SEEDS; seed++) {
      for (const trouble of await liveThrough(seed, SIZES[seed % SIZES.length] ?? 2)) seen.add(trouble)
    }
    expect(EVERY_TROUBLE.filter((trouble) => !seen.has(trouble))).toEqual([])
  }, 3_600_000)
})
