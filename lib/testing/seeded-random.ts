import type { Random } from '#lib/base/random'

/** A repeatable source of bytes and choices: equal seeds give equal histories. Never for keys outside tests. */
export interface SeededRandom extends Random {
  /** From 0 to 1, 1 excluded. */
  fraction(): number
  /** From 0 to `limit` − 1. */
  below(limit: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  /** One of `items`, which is not empty. */
  pick<T>(items: readonly T[]): T
  /** A new array with the same items in a random order. */
  shuffle<T>(items: readonly T[]): T[]
  /** A source of its own, so that one part of a simulation does not disturb another. */
  fork(): SeededRandom
}

/** mulberry32 (Tommy Ettinger, public domain): small and fast, and good enough to make up histories. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit)

  return {
    bytes(size) {
      const bytes = new Uint8Array(size)
      for (let at = 0; at < size; at++) bytes[at] = next() & 255
      return bytes
    },
    fraction: () => next() / 2 ** 32,
    below,
    chance: (probability) => next() / 2 ** 32 < probability,
    pick<T>(items: readonly T[]) {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[below(items.length)] as T
    },
    shuffle<T>(items: readonly T[]) {
      const shuffled = [...items]
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const kept = shuffled[i] as T
        shuffled[i] = shuffled[j] as T
        shuffled[j] = kept
      }
      return shuffled
    },
    fork: () => createSeededRandom(next()),
  }
}
