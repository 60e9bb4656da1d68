import type { TabChannel, TabPlatform } from '#lib/tabs/tab-platform'

/**
 * What the tabs of a browser profile tell each other about its lock (V4), whatever workspace they show. Any release says
 * the same few words, so that "lock" reaches every tab; anything else is ignored.
 */
export type LockWord =
  /** Lock now. */
  | 'lock'
  /** Nobody has done anything here for as long as it takes. */
  | 'idle'
  /** Somebody did something here, at that time of day: a sleeping tab hears of it late. */
  | { readonly activeMs: number }
  /** There is another passphrase, or none, or another idle time. */
  | 'changed'

export interface LockChannel {
  tell(word: LockWord): void
  close(): void
}

const WORDS: ReadonlySet<unknown> = new Set<LockWord>(['lock', 'idle', 'changed'])
const isLockWord = (data: unknown): data is LockWord =>
  WORDS.has(data) || (typeof data === 'object' && data !== null && 'activeMs' in data && Number.isFinite(data.activeMs))

/** `heard` gets what the other tabs say. */
export function openLockChannel(tabs: Pick<TabPlatform, 'openChannel'>, heard: (word: LockWord) => void): LockChannel {
  const channel: TabChannel = tabs.openChannel('waxwing/lock')
  channel.addEventListener('message', ({ data }) => {
    if (isLockWord(data)) heard(data)
  })
  return { tell: (word) => channel.postMessage(word), close: () => channel.close() }
}
