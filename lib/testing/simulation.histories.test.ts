import { beforeAll, describe, expect, it } from 'vitest'
import { liveThrough } from '#lib/testing/simulation'
import { type Cast, createCast } from '#lib/testing/simulation-cast'
import { BEHAVIOURS } from '#lib/testing/simulation-coverage'

const SEEDS = Number(process.env.SEEDS ?? 500)
const FIRST = Number(process.env.FIRST_SEED ?? 1)
const GIVE_UP_AFTER = 5

describe('the simulation of whole teams', () => {
  let cast: Cast
  const seen = new Set<string>()
  beforeAll(async () => {
    cast = await createCast()
  })

  it(`attack 54 brings everybody to the same state in ${SEEDS} histories`, {
    timeout: 60_000 + SEEDS * 3000,
  }, async () => {
    const failed: string[] = []
    for (let seed = FIRST; seed < FIRST + SEEDS && failed.length < GIVE_UP_AFTER; seed++) {
      try {
        for (const behaviour of await liveThrough(cast, seed)) seen.add(behaviour)
      } catch (error) {
        failed.push(`seed ${seed}: ${error instanceof Error ? error.message : error}`)
      }
    }
    expect(failed).toEqual([])
  })

  it.runIf(SEEDS >= 500)('tries everything that can go wrong', () => {
    expect(BEHAVIOURS.filter((behaviour) => !seen.has(behaviour))).toEqual([])
  })
})
