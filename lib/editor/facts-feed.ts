/** Facts about a screen that others show, told at most once a frame and only when they changed. */
export interface FactsFeed<Facts> {
  /** The same object until something in it changed. */
  facts(): Facts
  /** Returns its end. */
  subscribe(changed: () => void): () => void
  /** Something may have changed. */
  noteSoon(): void
  /** Tells now what would be told with the next frame. */
  tell(): void
  close(): void
}

/** `read` gives plain facts; they are compared as JSON. */
export function createFactsFeed<Facts>(read: () => Facts): FactsFeed<Facts> {
  const listeners = new Set<() => void>()
  let facts = read()
  let frame: number | undefined

  function tell(): void {
    if (frame === undefined) return
    cancelAnimationFrame(frame)
    frame = undefined
    const next = read()
    if (JSON.stringify(next) === JSON.stringify(facts)) return
    facts = next
    for (const changed of listeners) changed()
  }

  return {
    facts: () => facts,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    noteSoon() {
      frame ??= requestAnimationFrame(tell)
    },
    tell,
    close() {
      if (frame !== undefined) cancelAnimationFrame(frame)
      listeners.clear()
    },
  }
}
