import type { Result } from '#lib/base/result'
import type { ProfilePlaces } from '#lib/host/profile-places'
import type { IdleMinutes } from '#lib/vault/lock-settings'

export type { ProfilePlaces } from '#lib/host/profile-places'
export type { IdleMinutes } from '#lib/vault/lock-settings'

/** What stands between this browser's data and whoever sits before it (V4). */
export interface LockView {
  /** Whether only a passphrase opens it. */
  readonly passphrase: boolean
  readonly idleMinutes: IdleMinutes
  /** More than one where somebody started anew beside what is locked. */
  readonly places: ProfilePlaces
}

export type UnlockError =
  | { readonly type: 'wrong-passphrase' }
  /** The browser had no thread or too little memory for it. */
  | { readonly type: 'stretch-failed' }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed' }

/** Asked of whatever is locked: the workspace's page or the invitation's. */
export interface Unlocking {
  unlock(passphrase: string): Promise<Result<void, UnlockError>>
  /** Begins empty pages beside what is locked, which stays as it is. */
  startAnew(): void
  /** Goes to other pages that are kept in this browser, by their number. */
  openProfile(place: number): void
}

/** What a person can do about the lock while it is open. */
export interface Locking {
  /** `current` where there is a passphrase already. */
  setPassphrase(next: string, current: string | undefined): Promise<Result<void, UnlockError>>
  removePassphrase(current: string): Promise<Result<void, UnlockError>>
  setIdleMinutes(minutes: IdleMinutes): Promise<Result<void, UnlockError>>
  /** Whether whoever sits there knows the passphrase: asked before something that outlives this visit. */
  confirmPassphrase(current: string): Promise<Result<void, UnlockError>>
  /** In every tab at once; what was typed is committed or left sealed first. */
  lock(): void
}
