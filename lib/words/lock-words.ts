import type { UnlockError } from '#lib/session/lock-view'

/** Shorter ones are refused: they would look like a lock and be none. */
export const SHORTEST_PASSPHRASE = 8
/** From here on nobody guesses, unless it is a saying. */
const LONG_PASSPHRASE = 20

/** How long a tab waits for a sign of its person, in minutes; 0 is never. */
export const IDLE_CHOICES: readonly { readonly value: number; readonly label: string }[] = [
  { value: 1, label: 'After 1 minute' },
  { value: 5, label: 'After 5 minutes' },
  { value: 15, label: 'After 15 minutes' },
  { value: 60, label: 'After an hour' },
  { value: 0, label: 'Only when I say so' },
]

/** One calm line about a passphrase that is being chosen. */
export function passphraseAdvice(passphrase: string): string {
  const typed = passphrase.trim()
  const differing = new Set(typed).size
  if (typed === '') return 'Four or five words that do not belong together are easy to keep and hard to guess.'
  if (typed.length < SHORTEST_PASSPHRASE) return 'Too short: at least eight characters, better four or five words.'
  if (/^\d+$/.test(typed) || differing < 5) return 'Easy to guess: somebody with a copy of this disk would find it.'
  if (typed.length < LONG_PASSPHRASE) return 'It holds for a while. Another word or two would hold for good.'
  return 'Long enough. Nobody can reset it, so keep it where you would find it again.'
}

/** Why it did not open, or was not changed. */
export function unlockErrorWords(error: UnlockError): string {
  switch (error.type) {
    case 'wrong-passphrase':
      return 'That is not the passphrase. Look at capitals and spaces, and try again.'
    case 'stretch-failed':
      return 'The browser had too little memory to check it. Close a few windows and try again.'
    case 'storage-full':
      return 'This device has no room left. Nothing was changed; free some space and try again.'
    case 'storage-failed':
      return 'The browser could not read or write on this device. Nothing was changed; reload and try again.'
  }
}

/** What a lock does not do, said where it stands. */
export const LOCK_LIMIT =
  'It covers what this browser keeps on this device. It does not cover what somebody sees while it is open, and no copies that you exported.'

/** What a lock comes too late for, said where it is set. */
export const LOCK_LATE =
  'Keys that this browser made before now stay in its own keeping: they open no page, but with a member’s help they could act as this device.'
