/**
 * What tabs need of the browser, in the browser's own shapes: locks that outlive no tab, a channel to the other tabs,
 * and whether anybody looks at this one. Unit tests bring imitations of their own.
 */
export interface TabLocks {
  /** As `navigator.locks.request`: resolves or rejects when the lock is no longer held, or was not to be had. */
  request(name: string, options: TabLockOptions, held: (lock: unknown) => Promise<void>): Promise<void>
}

export interface TabLockOptions {
  /** Do not queue: `held` is called with null where the lock is taken. */
  readonly ifAvailable?: boolean
  /** Takes the lock away from whoever holds it. */
  readonly steal?: boolean
  /** Leaves the queue. */
  readonly signal?: AbortSignal
}

/** As `BroadcastChannel`: a message reaches every other one of that name, as a structured clone. */
export interface TabChannel {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  close(): void
}

export interface TabVisibility {
  visible(): boolean
  /** Calls `listener` after every change; returns its end. */
  onChange(listener: () => void): () => void
}

export interface TabPlatform {
  readonly locks: TabLocks
  openChannel(name: string): TabChannel
  readonly visibility: TabVisibility
}

/** The browser this page runs in. */
export function browserTabPlatform(): TabPlatform {
  return {
    locks: {
      request: (name, options, held) => navigator.locks.request(name, options, held),
    },
    openChannel: (name) => new BroadcastChannel(name),
    visibility: {
      visible: () => document.visibilityState === 'visible',
      onChange(listener) {
        document.addEventListener('visibilitychange', listener)
        return () => document.removeEventListener('visibilitychange', listener)
      },
    },
  }
}
