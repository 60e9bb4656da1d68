import { useSyncExternalStore } from 'react'
import { pageFragment } from '#lib/session/page-address'

/**
 * Where in the app a tab is. It stands in the fragment of the address, which no server ever sees:
 * `#/w/<workspace>/<page>`, `#/w/<workspace>/trash`, or nothing for the page of the last visit.
 */
export interface Route {
  readonly workspaceId?: string
  readonly place: 'page' | 'trash'
  readonly pageId?: string
}

const PATTERN = /^#\/w\/([\w-]{10,64})(?:\/([\w-]{10,64}|trash))?\/?$/

/** Reads a fragment; anything unknown is the start. Hostile input is safe. */
export function parseRoute(fragment: string): Route {
  const [, workspaceId, place] = fragment.match(PATTERN) ?? []
  if (workspaceId === undefined) return { place: 'page' }
  if (place === 'trash') return { workspaceId, place: 'trash' }
  return { workspaceId, place: 'page', ...(place === undefined ? {} : { pageId: place }) }
}

/** The fragment of a page, or of a workspace's last page. */
export function pageAddress(workspaceId: string, pageId?: string): string {
  return pageId === undefined ? `#/w/${workspaceId}` : pageFragment(workspaceId, pageId)
}

/** The fragment of a workspace's trash. */
export function trashAddress(workspaceId: string): string {
  return `#/w/${workspaceId}/trash`
}

/** Goes to a fragment; `replace` leaves no step back in the history. */
export function goTo(fragment: string, options: { replace?: boolean } = {}): void {
  if (!options.replace) {
    window.location.hash = fragment
    return
  }
  window.history.replaceState(null, '', fragment)
  window.dispatchEvent(new Event('hashchange'))
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

/** The route of this tab; renders again when it changed. */
export function useRoute(): Route {
  const fragment = useSyncExternalStore(
    subscribe,
    () => window.location.hash,
    () => '',
  )
  return parseRoute(fragment)
}
