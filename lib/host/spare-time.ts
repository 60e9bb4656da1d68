import type { Clock } from '#lib/base/clock'
import type { Replica } from '#lib/replica/replica'

/** What the leading tab does while nobody writes: checkpoints, own segments (S0) and others' (S1), a few milliseconds at a time. */
export interface SpareTime {
  /** Something was written or came: what can wait, waits. */
  busy(): void
  /** Whether nobody writes now. */
  isQuiet(): boolean
  close(): void
}

const LOOK_MS = 5000
const QUIET_MS = 2000
/** Between two slices of folding, so that a keystroke never waits for more than one. */
const PAUSE_MS = 50

/** What failed in spare time is begun again at the next look; nothing rests on it. */
const tryLater = (): void => {}

export function createSpareTime(clock: Clock, replica: Pick<Replica, 'tidy' | 'fold' | 'acknowledge'>): SpareTime {
  let busyAt = clock.now()
  let folding = false
  let closed = false
  let cancel = clock.after(LOOK_MS, look)

  const isQuiet = (): boolean => clock.now() - busyAt >= QUIET_MS

  function look(): void {
    cancel = clock.after(LOOK_MS, look)
    void replica.tidy(isQuiet() ? 'quiet' : 'busy').catch(tryLater)
    if (!folding && isQuiet()) void fold().catch(tryLater)
  }

  async function fold(): Promise<void> {
    folding = true
    try {
      while (!closed && isQuiet() && ((await replica.fold()) || (await replica.acknowledge()))) {
        await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve))
      }
    } finally {
      folding = false
    }
  }

  return {
    isQuiet,
    busy() {
      busyAt = clock.now()
    },
    close() {
      closed = true
      cancel()
    },
  }
}
