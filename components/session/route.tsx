import { useSyncExternalStore } from 'react'
import { pageFragment } from '#lib/session/page-address'

/**
 * Where in the app a tab is. It stands in the fragment of the address, which no server ever sees:
 * `#/w/<workspace>/<page>`, the same with `/<place of a block>`, `#/w/<workspace>/trash`, or nothing for the page of the last visit.
 */
export interface Route {
  readonly workspaceId?: string
  readonly place: 'page' | 'trash'
  readonly pageId?: string
  /** Which block of the page (lib/editor/block-place.ts). */
  readonly block?: string
}

const PATTERN = /^#\/w\/([\w-]{10,64})(?:\/([\w-]{10,64}|trash)(?:\/([\da-z]{1,11}-[\da-z]{1,11}))?)?\/?$/

/** Reads a fragment; anything unknown is the start. Hostile input is safe. */
export function parseRoute(fragment: string): Route {
  const [, workspaceId, place, block] = fragment.match(PATTERN) ?? []
  if (workspaceId === undefined) return { place: 'page' }
  if (place === 'trash') return { workspaceId, place: 'trash' }
  if (place === undefined) return { workspaceId, place: 'page' }
  return { workspaceId, place: 'page', pageId: place, ...(block === undefined ? {} : { block }) }
}

/** The fragment of a page, of a block on it, or of a workspace's last page. */
export function pageAddress(workspaceId: string, pageId?: string, block?: string): string {
  if (pageId === undefined) return `#/w/${workspaceId}`
  const page = pageFragment(workspaceId, pageId)
  return block === undefined ? page : `${page}/${block}`
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
