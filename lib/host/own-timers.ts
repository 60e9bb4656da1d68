import type { Cancel, Clock } from '#lib/base/clock'

/** A clock, and the end of everything that waits on it. */
export interface OwnTimers {
  readonly clock: Clock
  /** Nothing that waits runs any more, and nothing new waits: a timer keeps alive all that its task may reach. */
  end(): void
}

export function createOwnTimers(clock: Clock): OwnTimers {
  const waiting = new Set<Cancel>()
  let hasEnded = false
  return {
    clock: {
      now: clock.now,
      after(delayMs, task) {
        if (hasEnded) return () => {}
        const stop = clock.after(delayMs, () => {
          waiting.delete(cancel)
          task()
        })
        const cancel = () => {
          waiting.delete(cancel)
          stop()
        }
        waiting.add(cancel)
        return cancel
      },
    },
    end() {
      hasEnded = true
      for (const cancel of [...waiting]) cancel()
    },
  }
}
