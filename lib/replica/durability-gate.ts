import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChannelTag } from '#lib/base/ids'

/** How long somebody else may take to show what this device wrote before its power went (E2). */
const WAIT_MS = 10_000

/**
 * Holds back writing in channels whose newest own entries may have been lost: the disk does not promise what it says,
 * and the last run did not end by itself. A relay read to its end lets the chains go on: a peer that holds the same may lack
 * what only the relay was given. Without one in time, a new life begins.
 */
export interface DurabilityGate {
  /** Resolves when the channel may be written: at once where nothing is in doubt. `lost`: nobody answered. */
  pass(channel: ChannelTag): Promise<'sure' | 'lost'>
  /** Somebody who may hold own entries showed what they have, and what this device lacked of it is here. */
  open(): void
  close(): void
}

export function createDurabilityGate(clock: Clock, doubtful: readonly ChannelTag[]): DurabilityGate {
  const waiting = new Set(doubtful.map(toHex))
  const listeners = new Set<() => void>()
  let isLate = false
  const wake = (): void => {
    for (const listener of [...listeners]) listener()
    listeners.clear()
  }
  const cancel =
    waiting.size === 0
      ? () => {}
      : clock.after(WAIT_MS, () => {
          isLate = true
          wake()
        })
  return {
    async pass(channel) {
      const key = toHex(channel)
      while (waiting.has(key) && !isLate) await new Promise<void>((resolve) => listeners.add(resolve))
      return waiting.delete(key) ? 'lost' : 'sure'
    },
    open() {
      cancel()
      if (!isLate) waiting.clear()
      wake()
    },
    close: cancel,
  }
}
