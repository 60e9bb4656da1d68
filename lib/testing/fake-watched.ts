import type { Watched } from '#lib/devices/linking-state'

/** Something running that stands in `state` until told otherwise. */
export interface FakeWatched<State> extends Watched<State> {
  change(state: State): void
  readonly closed: () => boolean
}

export function createFakeWatched<State>(first: State): FakeWatched<State> {
  const listeners = new Set<() => void>()
  let current = first
  let isClosed = false
  return {
    state: () => current,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    change(state) {
      current = state
      for (const listener of [...listeners]) listener()
    },
    close() {
      isClosed = true
    },
    closed: () => isClosed,
  }
}
