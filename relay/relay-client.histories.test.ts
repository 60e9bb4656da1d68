import { describe, expect, it } from 'vitest'
import { createMemoryLogStore } from '#relay/memory-log-store'
import { createTeam } from '#relay/testing/relay-team'
import { PATIENCE_MS } from '#relay/testing/relay-world'

/** Histories of three devices and a relay; `SEEDS=300` goes deeper, `FIRST_SEED=17 SEEDS=1` lives through one again. */
const SEEDS = Number(process.env.SEEDS ?? 25)
const FIRST = Number(process.env.FIRST_SEED ?? 0)

describe('relay client, any weather', () => {
  it.each(Array.from({ length: SEEDS }, (_, i) => FIRST + i))(
    'R5 converges whatever breaks (seed %i)',
    async (seed) => {
      const { world, devices } = await createTeam(2, seed + 100)
      const { random, clock } = world
      for (let step = 0; step < 60; step++) {
        const device = random.pick(devices)
        const dice = random.below(20)
        if (dice < 10) await device.write(random.chance(0.2) ? 'log' : 'content', 1 + random.below(4))
        else if (dice < 12) world.cutAll()
        else if (dice < 13) await world.restartRelay()
        else if (dice < 14) await world.restartRelay(createMemoryLogStore(random.fork()))
        else if (dice < 16) await device.restart()
        else if (dice < 17) world.isUp = !world.isUp
        await clock.advance(random.below(3000))
      }
      world.isUp = true
      await clock.advance(2 * PATIENCE_MS)
      expect(await world.converged(...devices)).toBe(true)
      for (const device of devices) {
        const head = device.shelf.head(device.chain('content'))
        expect(device.client().acknowledged(device.chain('content'))).toBe(head?.seq ?? 0)
      }
    },
  )
})
