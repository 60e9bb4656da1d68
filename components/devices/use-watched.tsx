import { useEffect, useSyncExternalStore } from 'react'
import type { Watched } from '#lib/session/session-view'

const nothing = () => () => {}

/** What `running` tells; renders again when it changed, and ends it when it is no longer shown. */
export function useWatched<State>(running: Watched<State> | undefined): State | undefined {
  useEffect(() => () => running?.close(), [running])
  const state = () => running?.state()
  return useSyncExternalStore(running?.subscribe ?? nothing, state, state)
}
