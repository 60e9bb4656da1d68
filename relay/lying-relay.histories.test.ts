import { describe, expect, it } from 'vitest'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createLyingStore, LIES, type Lie } from '#relay/testing/lying-store'
import { createTeam } from '#relay/testing/relay-team'
import { PATIENCE_MS } from '#relay/testing/relay-world'
import type { TestDevice } from '#relay/testing/test-device'

/** Histories of each lie; `SEEDS=30` goes deeper, `FIRST_SEED=17` begins there. */
const SEEDS = Number(process.env.SEEDS ?? 1)
const FIRST = Number(process.env.FIRST_SEED ?? 1)
const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST + i)

/** Three people write while their relay lies for a while; it is honest in the end. */
async function liedTo(lie: Lie, seed: number) {
  const { world, devices } = await createTeam(2, seed)
  const store = createLyingStore(createMemoryLogStore(createSeededRandom(seed)), createSeededRandom(seed + 50))
  const written = new Map<TestDevice, number>()
  const write = async (rounds: number) => {
    for (let i = 0; i < rounds; i++) {
      const device = world.random.pick(devices)
      const count = 1 + world.random.below(3)
      await device.write(world.random.chance(0.2) ? 'log' : 'content', count)
      written.set(device, (written.get(device) ?? 0) + count)
      if (world.random.chance(0.2)) world.cutAll()
      await world.clock.advance(world.random.below(3000))
    }
  }
  await world.restartRelay(store)
  await write(10)
  store.lie = lie
  await write(20)
  await world.clock.advance(PATIENCE_MS)
  store.lie = undefined
  await world.restartRelay(store)
  await write(10)
  await world.clock.advance(PATIENCE_MS)
  return { world, devices, store, total: [...written.values()].reduce((sum, count) => sum + count, 0) }
}

/** Everybody hands everybody what they hold, as over direct links. */
async function meet(devices: readonly TestDevice[]): Promise<void> {
  for (const from of devices) {
    for (const { chain } of from.shelf.heads()) {
      const run = await from.shelf.read(chain, 1, Number.MAX_SAFE_INTEGER)
      for (const to of devices) if (to !== from) await to.shelf.receive(run)
    }
  }
}

describe('a relay that lies', () => {
  it.each(LIES.flatMap((lie) => seeds.map((seed) => [lie, seed] as const)))(
    'attack 54 R4 R5 gets nothing believed that nobody wrote, and all is healed once people meet: %s (seed %i)',
    async (lie, seed) => {
      const { world, devices, store, total } = await liedTo(lie, seed)
      expect(store.lies).toBeGreaterThan(0)
      await meet(devices)
      await world.clock.advance(PATIENCE_MS)
      expect(devices.map(({ shelf }) => shelf.size)).toEqual(devices.map(() => total))
      expect(await world.converged(...devices)).toBe(true)
    },
  )

  it('attack 54 R4 is told of where it kept nothing of what it said it had stored, and gets it again', async () => {
    const { world, devices } = await liedTo('keeps nothing', 3)
    expect(devices.reduce((sum, { setBacks }) => sum + setBacks, 0)).toBeGreaterThan(0)
    expect(await world.converged(...devices)).toBe(true)
  })
})
