import { err, ok } from '#lib/base/result'
import { createPlatform } from '#lib/host/browser-platform'
import { createEnterMailbox } from '#lib/host/enter-mailbox'
import { loadPlaces } from '#lib/host/places'
import { openPlaceStore } from '#lib/host/profile-places'
import { createLinkJoining, type LinkJoining } from '#lib/session/join-by-link'
import { findObstacle, obstacleOf } from '#lib/session/obstacle'
import { newestInvitation } from '#lib/session/pending-request'
import { listenForPerson } from '#lib/session/person-activity'
import { createProfileLock, unlockError } from '#lib/session/profile-lock'
import type { Joining, JoinState, Obstacle } from '#lib/session/session-view'
import type { RelayState } from '#lib/sync/relay-connection'
import type { Vault } from '#lib/vault/vault'

/** Words, not a link: letters and what stands between them. */
const isSpoken = (text: string): boolean => /^[a-z]+([-+,_ ]|%20)+[a-z]/i.test(text)

/**
 * The join page (I2, I6, I7): opens this browser's profile, and with it the invitation of the link that was followed or of
 * the words that were said. `fragment` is what stood after `#`; without it a join that was begun before a reload goes on.
 */
export function createJoining(fragment: string | undefined): Joining {
  const platform = createPlatform()
  const { clock, random } = platform
  const enter = createEnterMailbox(loadPlaces, clock, random)
  const listeners = new Set<() => void>()
  let state: JoinState = { type: 'reading' }
  let vault: Vault | undefined
  let joining: LinkJoining | undefined
  let closed = false
  const ended = new AbortController()
  const lock = createProfileLock({
    clock,
    tabs: platform.tabs,
    store: openPlaceStore(() => localStorage),
    onLock: forget,
    onOtherKey() {
      forget()
      started = start().catch(notStored)
    },
    onChange: () => {},
  })
  let started = start().catch(notStored)
  listenForPerson(lock.watch)

  function become(next: JoinState): void {
    if (closed) return
    state = next
    for (const listener of [...listeners]) listener()
  }

  /** A declaration, since `start` may fail before it has waited for anything. */
  function notStored(): void {
    become({ type: 'failed', reason: 'storage-refused' })
  }

  /** Where the browser keeps nothing, the letter says what becomes of the invitation. */
  function stop(obstacle: Obstacle): void {
    if (obstacle.type === 'storage-refused') notStored()
    else become({ type: 'stopped', obstacle })
  }

  async function start(): Promise<void> {
    const obstacle = findObstacle()
    if (obstacle) return stop(obstacle)
    const opened = await platform.openVault()
    if (opened.ok) return begin(opened.value)
    if (opened.error.type === 'locked') showLock()
    else stop(obstacleOf(opened.error))
  }

  const showLock = () => become({ type: 'locked', places: lock.view().places })

  /** Everything but the link, which nobody kept here yet: it was followed in this very tab. */
  function forget(): void {
    joining?.close()
    vault?.close()
    vault = joining = undefined
    showLock()
  }

  async function begin(opened: Vault): Promise<void> {
    vault = opened
    await lock.opened(opened)
    if (fragment && isSpoken(fragment)) return openSpoken(fragment)
    const invitation = fragment ?? (await newestInvitation(opened))
    if (invitation) await read(opened, invitation)
    else become({ type: 'no-invitation' })
  }

  async function read(from: Vault, invitation: string): Promise<void> {
    joining = createLinkJoining({
      ...platform,
      ...{ invitation, vault: from, onState: become },
      enter,
    })
    await joining.read()
  }

  /** Reads the words, asks the relay, and goes on with the link behind them. */
  async function openSpoken(text: string): Promise<void> {
    if (!vault) return
    const before = state
    const showAsked = (relay: RelayState) =>
      state.type === 'asking' && become({ type: 'asking', relay: relay === 'refused' ? 'away' : relay })
    become({ type: 'asking', relay: 'connecting' })
    const { openWordsOf } = await import('#lib/session/open-spoken-link')
    const opened = await openWordsOf(text, platform, enter, showAsked, ended.signal)
    if (closed || state.type !== 'asking') return
    if (opened.ok) await read(vault, opened.value)
    else if (before.type === 'no-invitation' || before.type === 'reading')
      become({ type: 'no-invitation', refused: { text, problem: opened.error } })
  }

  return {
    state: () => state,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    async accept(name, pin) {
      await started
      await joining?.accept(name, pin)
    },
    async openWords(text) {
      await started
      if (state.type === 'no-invitation') await openSpoken(text)
    },
    cancel() {
      joining?.withdraw()
      joining = undefined
      become({ type: 'no-invitation' })
    },
    async unlock(passphrase) {
      const opened = await platform.openVault(passphrase)
      if (!opened.ok) return err(unlockError(opened.error))
      become({ type: 'reading' })
      started = begin(opened.value).catch(notStored)
      await started
      return ok(undefined)
    },
    startAnew: lock.startAnew,
    openProfile: lock.openProfile,
    close() {
      closed = true
      ended.abort()
      lock.close()
      joining?.close()
      vault?.close()
    },
  }
}
