import type { Cancel, Clock } from '#lib/base/clock'

/**
 * Notices that nobody has used Waxwing for a while. Every tab has its own and hears of the others, so that reading in one
 * keeps all of them open. A tab that was asleep finds out by the clock, before it takes a key for a sign of life.
 */
export interface IdleWatch {
  /** The person did something in this tab. */
  sign(): void
  /** They did something in another at that time, of which this one may hear much later. */
  signElsewhere(atMs: number): void
  /** Another tab found that nobody is there: true here too, unless this one knows better. */
  idleElsewhere(): void
  /** Looks at the clock: timers of hidden and sleeping tabs come late. */
  look(): void
  /** `undefined`: never. Counts from now. */
  setLimit(limitMs: number | undefined): void
}

/** The other tabs hear of a person this often at most. */
export const TELL_EVERY_MS = 5000

export function createIdleWatch({
  clock,
  onIdle,
  tellActive,
}: {
  readonly clock: Clock
  /** Called once; the limit is off from then on. */
  onIdle(): void
  /** Tells the other tabs that somebody was here at that time. */
  tellActive(atMs: number): void
}): IdleWatch {
  let limitMs: number | undefined
  let seenMs = 0
  let toldMs = Number.NEGATIVE_INFINITY
  let stopWaiting: Cancel = () => {}

  function isOver(slackMs = 0): boolean {
    return limitMs !== undefined && clock.now() - seenMs >= limitMs - slackMs
  }

  function end(): void {
    setLimit(undefined)
    onIdle()
  }

  function wait(): void {
    stopWaiting()
    if (limitMs !== undefined) stopWaiting = clock.after(Math.max(0, seenMs + limitMs - clock.now()), look)
  }

  function look(): void {
    if (isOver()) end()
    else wait()
  }

  function setLimit(next: number | undefined): void {
    limitMs = next
    seenMs = clock.now()
    wait()
  }

  return {
    sign() {
      if (limitMs === undefined) return
      if (isOver()) return end()
      seenMs = clock.now()
      if (seenMs - toldMs < TELL_EVERY_MS) return
      toldMs = seenMs
      tellActive(seenMs)
    },
    signElsewhere(atMs) {
      seenMs = Math.max(seenMs, Math.min(atMs, clock.now()))
    },
    idleElsewhere() {
      if (isOver(TELL_EVERY_MS)) end()
    },
    look,
    setLimit,
  }
}
