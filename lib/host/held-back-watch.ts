import type { Cancel, Clock } from '#lib/base/clock'

/** What is held back or set aside, read again some time after something may have changed it. */
export interface HeldBackWatch<Item> {
  list(): readonly Item[]
  /** Something came or was judged. */
  changed(): void
  close(): void
}

/** Changes closer together than this are looked at once. */
const PAUSE_MS = 100

/** `read` gives the same object again where nothing of it changed; while it fails, what it gave before stays. */
export function createHeldBackWatch<Item>(
  clock: Clock,
  read: () => Promise<readonly Item[]>,
  onChange: () => void,
): HeldBackWatch<Item> {
  let items: readonly Item[] = []
  let waiting: Cancel | undefined
  let isClosed = false

  async function look(): Promise<void> {
    waiting = undefined
    const found = await read().catch(() => items)
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
