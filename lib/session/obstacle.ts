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

/** What keeps this browser's data from being opened: told apart, because each has another remedy. */
export function obstacleOf(error: { readonly type: string }): Obstacle & { readonly type: StorageObstacle } {
  switch (error.type) {
    case 'newer-version':
    case 'newer-record':
      return { type: 'newer-data' }
    case 'storage-key-damaged':
    case 'malformed-record':
    case 'record-damaged':
    case 'keys-missing':
      return { type: 'workspace-damaged' }
    default:
      return { type: 'storage-refused' }
  }
}

type StorageObstacle = 'newer-data' | 'workspace-damaged' | 'storage-refused'
