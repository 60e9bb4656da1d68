import type { Clock } from '#lib/base/clock'

/** When the facts about a workspace are told anew: drawing them takes the page longer than carrying a letter does. */
export interface ViewTiming {
  changed(): void
  close(): void
}

/** Changes closer together than this are told as one, in the pause after the last of them. */
const PAUSE_MS = 50
/** No more often than this. */
const EVERY_MS = 500
/** Without a pause, too. */
const LATEST_MS = 1000

export function createViewTiming(clock: Clock, tell: () => void): ViewTiming {
  let toldAt = Number.NEGATIVE_INFINITY
  /** The first and the last change that were not told. */
  let changes: { readonly first: number; last: number } | undefined
  let stop = () => {}
  let closed = false

  /** A timer looks when it fires whether there was a change since: several changes come with each letter. */
  function look(): void {
    if (!changes) return
    const now = clock.now()
    const inPauseAt = Math.max(changes.last + PAUSE_MS, toldAt + EVERY_MS)
    const waitMs = Math.min(inPauseAt, changes.first + LATEST_MS) - now
    if (waitMs > 0) {
      stop = clock.after(waitMs, look)
      return
    }
    toldAt = now
    changes = undefined
    tell()
  }

  return {
    changed() {
      if (closed) return
      const now = clock.now()
      if (changes) changes.last = now
      else {
        changes = { first: now, last: now }
        look()
      }
    },
    close() {
      closed = true
      stop()
    },
  }
}
