import type { Clock } from '#lib/base/clock'
import { err, ok, type Result } from '#lib/base/result'
import { chooseProfile, type PlaceStore, readProfilePlaces, startAnotherProfile } from '#lib/host/profile-places'
import { createIdleWatch, type IdleWatch } from '#lib/session/idle-watch'
import type { Locking, LockView, UnlockError } from '#lib/session/lock-view'
import { openLockChannel } from '#lib/tabs/lock-channel'
import type { TabPlatform } from '#lib/tabs/tab-platform'
import { keepIdleMinutes, readIdleMinutes } from '#lib/vault/lock-settings'
import type { Vault } from '#lib/vault/vault'

/** The lock of this browser profile as one tab has it (V4): what it knows of it, and when it closes. */
export interface ProfileLock extends Locking {
  view(): LockView
  readonly watch: Pick<IdleWatch, 'sign' | 'look'>
  /** The vault is open: from now on it may be locked. */
  opened(vault: Vault): Promise<void>
  startAnew(): void
  openProfile(place: number): void
  close(): void
}

export interface ProfileLockOptions {
  readonly clock: Clock
  readonly tabs: TabPlatform
  readonly store: PlaceStore
  /** Everything that was opened has to be closed, and every key forgotten. Called only while a vault is open. */
  onLock(): void
  /** The vault is to be opened anew: another one takes its place, or what stands before the one that is locked changed. */
  onOtherKey(): void
  onChange(): void
}

const MINUTE_MS = 60_000

export function createProfileLock({ clock, tabs, store, ...told }: ProfileLockOptions): ProfileLock {
  let vault: Vault | undefined
  let view: LockView = { passphrase: false, idleMinutes: 0, places: readProfilePlaces(store) }

  const channel = openLockChannel(tabs, (word) => {
    if (typeof word === 'object') watch.signElsewhere(word.activeMs)
    else if (word === 'idle') watch.idleElsewhere()
    else if (word === 'lock') lockHere()
    else if (vault) void read(vault)
    else told.onOtherKey()
  })
  const watch = createIdleWatch({
    clock,
    tellActive: (activeMs) => channel.tell({ activeMs }),
    onIdle() {
      channel.tell('idle')
      lockHere()
    },
  })

  function lockHere(): void {
    if (!vault) return
    vault = undefined
    watch.setLimit(undefined)
    told.onLock()
  }

  async function read(from: Vault): Promise<void> {
    const [passphrase, idleMinutes] = await Promise.all([from.passphrase.isSet(), readIdleMinutes(from.storage)])
    if (vault !== from) return
    view = { passphrase, idleMinutes, places: readProfilePlaces(store) }
    watch.setLimit(passphrase && idleMinutes > 0 ? idleMinutes * MINUTE_MS : undefined)
    told.onChange()
  }

  function moveElsewhere(): void {
    vault = undefined
    watch.setLimit(undefined)
    view = { passphrase: false, idleMinutes: 0, places: readProfilePlaces(store) }
    told.onOtherKey()
  }

  async function change(
    by: (open: Vault) => Promise<Result<void, { readonly type: string }>>,
  ): Promise<Result<void, UnlockError>> {
    const open = vault
    if (!open) return err({ type: 'storage-failed' })
    const changed = await by(open)
    if (!changed.ok) return err(unlockError(changed.error))
    await read(open)
    channel.tell('changed')
    return ok(undefined)
  }

  return {
    view: () => view,
    watch,
    async opened(opened) {
      vault = opened
      await read(opened)
    },
    setPassphrase: (next, current) => change((open) => open.passphrase.set(next, current)),
    removePassphrase: (current) => change((open) => open.passphrase.remove(current)),
    async confirmPassphrase(current) {
      const confirmed = await vault?.passphrase.confirm(current)
      if (!confirmed) return err({ type: 'storage-failed' })
      return confirmed.ok ? ok(undefined) : err(unlockError(confirmed.error))
    },
    setIdleMinutes: (minutes) => change((open) => keepIdleMinutes(open.storage, minutes)),
    lock() {
      if (!view.passphrase) return
      channel.tell('lock')
      lockHere()
    },
    startAnew() {
      if (startAnotherProfile(store)) moveElsewhere()
    },
    openProfile(place) {
      chooseProfile(store, place)
      moveElsewhere()
    },
    close() {
      watch.setLimit(undefined)
      channel.close()
    },
  }
}

/** Why something that needs the passphrase was not done. */
export function unlockError({ type }: { readonly type: string }): UnlockError {
  if (type === 'locked') return { type: 'wrong-passphrase' }
  if (type === 'wrong-passphrase' || type === 'stretch-failed' || type === 'storage-full') return { type }
  return { type: 'storage-failed' }
}
