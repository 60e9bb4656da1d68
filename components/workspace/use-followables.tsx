import { useCallback, useRef, useSyncExternalStore } from 'react'
import { type Followable, followables } from '#lib/editor/followables'
import type { OpenPage } from '#lib/session/session-view'

const NOBODY: readonly Followable[] = []

/** Whose caret is on the page on screen. Renders again only when somebody comes or goes, not at their every move. */
export function useFollowables(page: OpenPage | undefined): readonly Followable[] {
  const shown = useRef(NOBODY)
  const awareness = page?.awareness
  const subscribe = useCallback(
    (changed: () => void) => {
      awareness?.on('change', changed)
      return () => awareness?.off('change', changed)
    },
    [awareness],
  )
  return useSyncExternalStore(
    subscribe,
    () => {
      const now = awareness ? followables(awareness) : NOBODY
      if (JSON.stringify(now) !== JSON.stringify(shown.current)) shown.current = now
      return shown.current
    },
    () => NOBODY,
  )
}
