import type { Clock } from '#lib/base/clock'

/** Real time for a Node process. A task that still waits does not keep the process alive. */
export function createNodeClock(): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs)
      timer.unref()
      return () => clearTimeout(timer)
    },
  }
}
