import { liveThrough } from '#lib/testing/simulation'
import { createCast } from '#lib/testing/simulation-cast'
import { BEHAVIOURS } from '#lib/testing/simulation-coverage'

/** One half of the histories of a run: two threads share them. */
export interface HistoriesHalf {
  /** As many as in a normal run at least: then every behaviour must have occurred. */
  readonly isWhole: boolean
  readonly patienceMs: number
  /** Lives through them; tells which failed, and why. */
  live(): Promise<readonly string[]>
  /** Behaviours that did not occur. */
  missed(): readonly string[]
}

/** Half of the histories of a normal run. */
const HALF = 250
const GIVE_UP_AFTER = 5

/** `FIRST_SEED` and `SEEDS` choose other histories than those of a normal run. */
export function createHistoriesHalf(half: 'first' | 'second'): HistoriesHalf {
  const seeds = Number(process.env.SEEDS ?? 2 * HALF)
  const inFirst = Math.ceil(seeds / 2)
  const begin = Number(process.env.FIRST_SEED ?? 1) + (half === 'first' ? 0 : inFirst)
  const count = half === 'first' ? inFirst : seeds - inFirst
  const seen = new Set<string>()
  return {
    isWhole: count >= HALF,
    patienceMs: 60_000 + count * 3000,
    async live() {
      const cast = await createCast()
      const failed: string[] = []
      for (let seed = begin; seed < begin + count && failed.length < GIVE_UP_AFTER; seed++) {
        try {
          for (const behaviour of await liveThrough(cast, seed)) seen.add(behaviour)
        } catch (error) {
          failed.push(`seed ${seed}: ${error instanceof Error ? error.message : error}`)
        }
      }
      return failed
    },
    missed: () => BEHAVIOURS.filter((behaviour) => !seen.has(behaviour)),
  }
}
