import type { Cancel, Clock } from '#lib/base/clock'
import type { HeldBack } from '#lib/replica/held-back'

/** What is held back, read again some time after something may have changed it. */
export interface HeldBackWatch {
  list(): readonly HeldBack[]
  /** Something came or was judged. */
  changed(): void
  close(): void
}

/** Changes closer together than this are looked at once. */
const PAUSE_MS = 100

export function createHeldBackWatch(
  clock: Clock,
  read: () => Promise<readonly HeldBack[]>,
  onChange: () => void,
): HeldBackWatch {
  let items: readonly HeldBack[] = []
  let waiting: Cancel | undefined
  let isClosed = false

  async function look(): Promise<void> {
    waiting = undefined
    const found = await read()
    const isSame = found.length === items.length && found.every((item, i) => item === items[i])
    if (isClosed || isSame) return
    items = found
    onChange()
  }

  return {
    list: () => items,
    changed() {
      if (!isClosed) waiting ??= clock.after(PAUSE_MS, () => void look())
    },
    close() {
      isClosed = true
      waiting?.()
    },
  }
}
