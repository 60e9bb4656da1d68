import type { Clock } from '#lib/base/clock'

/** What a device takes for the time, while the tasks of the clock beneath stay due when they were. */
export interface WallClock extends Clock {
  /** Somebody sets it on by so much, or back where `ms` is below 0. */
  set(ms: number): void
}

export function createWallClock({ now, after }: Clock): WallClock {
  let setMs = 0
  return {
    now: () => now() + setMs,
    after,
    set(ms) {
      setMs += ms
    },
  }
}
