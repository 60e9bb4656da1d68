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

/** What keeps this browser's data, or a workspace of it, from being opened: told apart, because each has another remedy. */
export function obstacleOf(error: { readonly type: string }): Obstacle {
  switch (error.type) {
    case 'newer-version':
    case 'newer-record':
      return { type: 'newer-data' }
    case 'storage-key-damaged':
    case 'malformed-record':
    case 'record-damaged':
    case 'entries-damaged':
    case 'keys-missing':
      return { type: 'workspace-damaged' }
    case 'storage-full':
      return { type: 'storage-full' }
    case 'nobody-leads':
      return { type: 'no-answer' }
    case 'host-failed':
      return { type: 'did-not-open' }
    default:
      return { type: 'storage-refused' }
  }
}
