import { beforeAll, describe, expect, it } from 'vitest'
import { liveThrough } from '#lib/testing/simulation'
import { type Cast, createCast } from '#lib/testing/simulation-cast'

const SEEDS = Number(process.env.SEEDS ?? 100)
const FIRST = Number(process.env.FIRST_SEED ?? 1)

describe('the simulation of whole teams', () => {
  let cast: Cast
  beforeAll(async () => {
    cast = await createCast()
  })

  it(`brings everybody to the same state in ${SEEDS} histories`, { timeout: 600_000 }, async () => {
    const seen = new Map<string, number>()
    const failed: string[] = []
    for (let seed = FIRST; seed < FIRST + SEEDS && failed.length < 5; seed++) {
      try {
        for (const behaviour of await liveThrough(cast, seed)) seen.set(behaviour, (seen.get(behaviour) ?? 0) + 1)
      } catch (error) {
        failed.push(
          `seed ${seed}: ${error instanceof Error ? (process.env.FIRST_SEED ? error.stack : error.message) : error}`,
        )
      }
    }
    if (process.env.SHOW)
      process.stderr.write(
        `${[...seen]
          .sort()
          .map((x) => x.join(' '))
          .join('\n')}\n`,
      )
    expect(failed).toEqual([])
  })
})
