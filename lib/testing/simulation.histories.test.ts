import { beforeAll, describe, expect, it } from 'vitest'
import { liveThrough, type SimulationOptions } from '#lib/testing/simulation'
import { type Cast, createCast } from '#lib/testing/simulation-cast'

const SEEDS = Number(process.env.SEEDS ?? 500)
const FIRST = Number(process.env.FIRST_SEED ?? 1)

describe('the simulation of whole teams', () => {
  let cast: Cast
  const seen = new Map<string, number>()
  beforeAll(async () => {
    cast = await createCast()
  })

  async function failuresOf(options: SimulationOptions): Promise<readonly string[]> {
    const failed: string[] = []
    for (let seed = FIRST; seed < FIRST + SEEDS && failed.length < 5; seed++) {
      try {
        for (const behaviour of await liveThrough(cast, seed, options))
          seen.set(behaviour, (seen.get(behaviour) ?? 0) + 1)
      } catch (error) {
        failed.push(`seed ${seed}: ${error instanceof Error ? error.message : error}`)
      }
    }
    return failed
  }

  it(`attack 54 brings everybody to the same state in ${SEEDS} histories`, { timeout: 600_000 }, async () => {
    expect(await failuresOf({ copies: false })).toEqual([])
  })

  // reason: after a copied profile some histories still end in copies that differ (E3); README.md says so
  it.runIf(process.env.DEEP)(
    `E3 does so with copied profiles in ${SEEDS} histories`,
    { timeout: 600_000 },
    async () => {
      expect(await failuresOf({ copies: true })).toEqual([])
    },
  )
})
