/** A state that others look at: the same object until it changed. */
export interface WatchedValue<T> {
  get(): T
  set(value: T): void
  /** Calls `changed` after every change; returns its end. */
  subscribe(changed: () => void): () => void
}

export function createWatchedValue<T>(first: T): WatchedValue<T> {
  const listeners = new Set<() => void>()
  let value = first
  return {
    get: () => value,
    set(next) {
      value = next
      for (const listener of [...listeners]) listener()
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
}
