import type { Clock } from '#lib/base/clock'
import { type Random, randomBelow } from '#lib/base/random'

/** Watches that a link lives, and says nothing while it is heard anyway. */
export interface KeepAlive {
  /** Something came. */
  heard(): void
  close(): void
}

export interface KeepAliveSettings {
  /** A link on which nothing was heard for this long (a fifth more by chance, lest both ends ask) is asked for a sign of life. */
  readonly restMs: number
  /** And again after this long. */
  readonly pingMs: number
  /** The question after so many unanswered ones is not asked any more. */
  readonly silentPings: number
}

/**
 * Calls `ping` for each question, and `onSilent` once when none was answered. Counts questions, not time, so that a device
 * that slept does not blame its links.
 */
export function createKeepAlive(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { restMs, pingMs, silentPings }: KeepAliveSettings,
  { ping, onSilent }: { readonly ping: () => void; readonly onSilent: () => void },
): KeepAlive {
  let unanswered = 0
  let heardAt = clock.now()
  let closed = false

  const plan = (delayMs: number) => {
    if (!closed) cancel = clock.after(delayMs, look)
  }
  const rest = () => restMs + randomBelow(random, Math.floor(restMs / 5) + 1)

  const look = () => {
    // the clock may have been set back
    heardAt = Math.min(heardAt, clock.now())
    const restLeftMs = heardAt + rest() - clock.now()
    if (restLeftMs > 0 && unanswered === 0) return plan(restLeftMs)
    if (unanswered === silentPings) return onSilent()
    unanswered++
    ping()
    plan(pingMs)
  }
  let cancel = clock.after(rest(), look)

  return {
    heard() {
      unanswered = 0
      heardAt = clock.now()
    },
    close() {
      closed = true
      cancel()
    },
  }
}
