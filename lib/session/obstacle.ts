import type { Obstacle } from '#lib/session/session-view'

/** What keeps this page from working here at all, before anything is opened. */
export function findObstacle(): Obstacle | undefined {
  if (!globalThis.isSecureContext) return { type: 'insecure-origin' }
  const needed: readonly [string, unknown][] = [
    ['WebCrypto', globalThis.crypto?.subtle],
    ['IndexedDB', globalThis.indexedDB],
    ['Web Locks', globalThis.navigator?.locks],
    ['BroadcastChannel', globalThis.BroadcastChannel],
  ]
  const missing = needed.find(([, found]) => !found)
  return missing && { type: 'browser-too-old', missing: missing[0] }
}
