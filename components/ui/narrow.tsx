import { useSyncExternalStore } from 'react'

const QUERY = '(max-width: 899.98px)'

function subscribe(changed: () => void): () => void {
  const media = window.matchMedia(QUERY)
  media.addEventListener('change', changed)
  return () => media.removeEventListener('change', changed)
}

/** True where the sidebar is a drawer and panels are sheets: below 900 px. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(QUERY).matches,
    () => false,
  )
}
