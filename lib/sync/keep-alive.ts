import type { Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'

/** Watches that a link lives. Counts intervals, not time, so that a device that slept does not blame its links. */
export interface KeepAlive {
  /** Something came. */
  heard(): void
  close(): void
}

/**
 * Every `pingMs` (the first time sooner, at random) in which nothing was heard calls `ping`, and the `silentPings`-th in a
 * row calls `onSilent` instead, once.
 */
export function createKeepAlive(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { pingMs, silentPings }: { readonly pingMs: number; readonly silentPings: number },
  { ping, onSilent }: { readonly ping: () => void; readonly onSilent: () => void },
): KeepAlive {
  let silent = 0
  let closed = false

  const look = () => {
    silent++
    if (silent > silentPings) return onSilent()
    if (silent > 1) ping()
    if (!closed) cancel = clock.after(pingMs, look)
  }
  let cancel = clock.after(randomBelow(random, pingMs), look)

  return {
    heard() {
      silent = 0
    },
    close() {
      closed = true
      cancel()
    },
  }
}
