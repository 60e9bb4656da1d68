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
  let changedAt: number | undefined
  let stop = () => {}
  let closed = false
  return {
    changed() {
      if (closed) return
      const now = clock.now()
      changedAt ??= now
      const inPauseAt = Math.max(now + PAUSE_MS, toldAt + EVERY_MS)
      stop()
      stop = clock.after(Math.min(inPauseAt, changedAt + LATEST_MS) - now, () => {
        toldAt = clock.now()
        changedAt = undefined
        tell()
      })
    },
    close() {
      closed = true
      stop()
    },
  }
}
