import { fromBase64Url, toBase64Url } from '#lib/base/base64url'
import type { DocumentId, WorkspaceId } from '#lib/base/ids'
import { keepEqual } from '#lib/base/keep-equal'
import { err, ok } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import { noteBackup } from '#lib/host/backup-record'
import { createPlatform } from '#lib/host/browser-platform'
import { loadPlaces, type Places } from '#lib/host/places'
import { openPlaceStore } from '#lib/host/profile-places'
import { actionError, createActions } from '#lib/session/actions'
import { askToBeLinked } from '#lib/session/ask-to-be-linked'
import { createBackgroundRoads } from '#lib/session/background-roads'
import { createInertParser } from '#lib/session/inert-parser'
import { linkDevice } from '#lib/session/link-device'
import { makeBackup } from '#lib/session/make-backup'
import { makeKit, takeOfferedKit } from '#lib/session/make-kit'
import { findObstacle, obstacleOf } from '#lib/session/obstacle'
import { openBackup } from '#lib/session/open-backup'
import { type OpenWorkspace, openDraft, openKnown, type WorkspaceParts } from '#lib/session/open-workspace'
import type { OwnWorkspacesParts } from '#lib/session/own-workspaces'
import { listenForPerson } from '#lib/session/person-activity'
import { createProfileLock, unlockError } from '#lib/session/profile-lock'
import { recover } from '#lib/session/recover'
import { revokeDevice } from '#lib/session/revoke-device'
import type { Obstacle, OpenPage, Session, SessionView } from '#lib/session/session-view'
import { changeWorkspace, type Profile } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'

/** One browser tab: the profile's vault, the workspace on screen, and the page that is open. The composition root. */
export function createSession(): Session {
  const platform = createPlatform()
  const listeners = new Set<() => void>()
  const roads = createBackgroundRoads()
  const parseHtml = createInertParser()
  const lock = createProfileLock({
    clock: platform.clock,
    tabs: platform.tabs,
    store: openPlaceStore(() => localStorage),
    onLock: () => void openAnew('locking').catch(() => stop({ type: 'did-not-open' })),
    onOtherKey: () => void openAnew('starting').catch(() => stop({ type: 'did-not-open' })),
    onChange: tell,
  })
  let view: SessionView = { phase: 'starting', workspaces: [], lock: lock.view() }
  let vault: Vault | undefined
  let places: Promise<Places> | undefined
  let profile: Profile | undefined
  let workspace: OpenWorkspace | undefined
  /** When the last backup was made here that nobody said to have kept. */
  let backupMadeMs: number | undefined
  const inTurn = createSerial()
  let started = start().catch(() => stop({ type: 'did-not-open' }))
  let moving: Promise<void> = Promise.resolve()

  /** A declaration, since `start` may stop before it has waited for anything. */
  function listWorkspaces(current: string | undefined): SessionView['workspaces'] {
    return (profile?.workspaces ?? []).map(({ id, name }) => {
      const shownId = toBase64Url(id)
      return { id: shownId, name, current: shownId === current }
    })
  }

  function show(next: Omit<SessionView, 'lock'>): void {
    view = keepEqual(view, { ...next, lock: lock.view() })
    for (const listener of [...listeners]) listener()
  }

  function publish(): void {
    if (!vault) return
    const shown = workspace ? { workspace: workspace.view() } : {}
    show({ phase: 'ready', workspaces: listWorkspaces(workspace?.id), ...shown })
  }

  /** What the lock says of itself changed. */
  function tell(): void {
    if (view.phase === 'ready') publish()
  }

  /** `tried`: the workspace that did not open. */
  function stop(obstacle: Obstacle, tried?: WorkspaceId): void {
    show({ phase: 'stopped', obstacle, workspaces: listWorkspaces(tried && toBase64Url(tried)) })
  }

  async function start(): Promise<void> {
    const obstacle = findObstacle()
    if (obstacle) return stop(obstacle)
    places ??= loadPlaces()
    const opened = await platform.openVault()
    if (opened.ok) return open(opened.value)
    if (opened.error.type === 'locked') show({ phase: 'locked', workspaces: [] })
    else stop(obstacleOf(opened.error))
  }

  async function open(opened: Vault): Promise<void> {
    vault = opened
    await lock.opened(opened)
    const read = await opened.profile()
    if (!read.ok) return stop(obstacleOf(read.error))
    profile = read.value
    await openFromFragment(workspaceOfFragment(location.hash))
  }

  /** Only for what a person can ask for: the profile is open by then, and may be locked meanwhile. */
  function openedVault(): Vault {
    if (!vault) throw new Error('The profile is not open')
    return vault
  }

  function ready(): WorkspaceParts {
    if (!places) throw new Error('The profile is not open')
    return {
      vault: openedVault(),
      places,
      platform,
      profile: () => profile,
      onChange: publish,
      onProfile: readProfile,
      parseHtml,
    }
  }

  const ownParts = (): OwnWorkspacesParts => ({
    parts: ready(),
    roads,
    current: workspace?.isDraft() ? undefined : workspace,
  })

  /** Hides everything at once; what was typed is committed, or left sealed, before the keys are forgotten. */
  function close(phase: 'locking' | 'starting'): Promise<void> {
    const closing = vault
    vault = undefined
    profile = undefined
    backupMadeMs = undefined
    show({ phase, workspaces: [] })
    return inTurn(async () => {
      await Promise.all([started, moving])
      await Promise.all([workspace?.close(), roads.close()])
      workspace = undefined
      closing?.close()
    })
  }

  /** Closes all and begins as a fresh page would: what then stands before the vault is found out anew. */
  async function openAnew(phase: 'locking' | 'starting'): Promise<void> {
    await close(phase)
    await inTurn(async () => {
      if (!vault) started = start().catch(() => stop({ type: 'did-not-open' }))
      await started
    })
  }

  /** `wanted` from the URL, else the workspace of the last visit, else a draft of a new one. */
  async function openFromFragment(wanted: string | undefined): Promise<void> {
    if (!vault || !places || !profile) return
    const known = profile.workspaces.map(({ id }) => id)
    const id = wanted ? known.find((one) => toBase64Url(one) === wanted) : (profile.current ?? known[0])
    if (wanted && wanted !== 'new' && !id) return stop({ type: 'workspace-unknown' })
    await workspace?.close()
    workspace = undefined
    if (id) await roads.leave(id)
    const opened = id && wanted !== 'new' ? await openKnown(ready(), id) : await openDraft(ready())
    if (!opened.ok) return stop(obstacleOf(opened.error), id)
    workspace = opened.value
    publish()
  }

  /** One move after the other: two at once would leave a workspace open that nobody sees. */
  function move(to: string): void {
    moving = Promise.all([started, moving])
      .then(() => openFromFragment(to))
      .catch(() => stop({ type: 'did-not-open' }))
  }

  async function readProfile(): Promise<void> {
    const read = await vault?.profile()
    if (read?.ok) profile = read.value
    publish()
  }

  async function rememberPage(pageId: string): Promise<void> {
    const page = fromBase64Url(pageId) as DocumentId | undefined
    const id = workspace && (fromBase64Url(workspace.id) as WorkspaceId | undefined)
    if (!page || !id || workspace?.isDraft()) return
    await vault?.updateProfile((before) => ({
      ...changeWorkspace(before, id, (line) => ({ ...line, lastPage: page })),
      current: id,
    }))
  }

  async function openPage(pageId: string | 'last'): Promise<OpenPage | undefined> {
    await started
    const page = await workspace?.openPage(pageId)
    if (page) void rememberPage(page.id)
    return page
  }

  /** A workspace that is not written down yet has nothing to lose. */
  async function lookAtStorage(): Promise<void> {
    if (!workspace?.isDraft()) await workspace?.command({ type: 'look-at-storage' })
  }

  listenForPerson(lock.watch)
  addEventListener('pagehide', () => workspace?.flush())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') workspace?.flush()
  })

  return {
    view: () => view,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    openPage,
    async openDiscussion(pageId) {
      await started
      return workspace?.openDiscussion(pageId)
    },
    switchWorkspace: move,
    createWorkspace: () => move('new'),
    ...createActions(() => workspace),
    setPassphrase: async (next, current) => {
      const set = await lock.setPassphrase(next, current)
      // The keys of a workspace that nobody wrote in yet were made for a vault that opens by itself.
      if (set.ok && workspace?.isDraft()) move('new')
      return set
    },
    removePassphrase: lock.removePassphrase,
    confirmPassphrase: lock.confirmPassphrase,
    setIdleMinutes: lock.setIdleMinutes,
    lock: lock.lock,
    startAnew() {
      leaveAddress()
      lock.startAnew()
    },
    openProfile(place) {
      leaveAddress()
      lock.openProfile(place)
    },
    async unlock(passphrase) {
      const opened = await platform.openVault(passphrase)
      if (!opened.ok) return err(unlockError(opened.error))
      if (view.phase !== 'locked') {
        opened.value.close()
        return ok(undefined)
      }
      show({ phase: 'starting', workspaces: [] })
      started = open(opened.value).catch(() => stop({ type: 'did-not-open' }))
      await started
      return ok(undefined)
    },
    setMyName: async (name) => {
      const saved = await vault?.updateProfile((before) => ({ ...before, name }))
      if (saved?.ok) profile = saved.value
      if (!workspace || workspace.isDraft()) return ok(undefined)
      const told = await workspace.command({ type: 'set-my-name', name })
      return told.ok ? ok(undefined) : err({ type: 'storage-failed' })
    },
    makeBackup(withFiles) {
      const open = openedVault()
      backupMadeMs = platform.clock.now()
      const flush = async () => workspace?.tab.flush()
      return makeBackup({ vault: open, platform, withFiles, flush })
    },
    openBackup: () => openBackup(platform, openedVault),
    async noteBackupKept() {
      if (!vault || backupMadeMs === undefined) return
      await noteBackup(vault.storage, backupMadeMs)
      await lookAtStorage()
    },
    askToBeLinked: () => askToBeLinked(platform, openedVault),
    makeKit: () => makeKit(ownParts()),
    async revokeDevice(device) {
      const revoked = await revokeDevice(device, ownParts())
      return revoked.ok ? revoked : err(actionError(revoked.error))
    },
    takeOfferedKit: () => takeOfferedKit(ownParts()),
    recover: () => recover(platform, openedVault),
    linkDevice: (words) => linkDevice(words, ownParts()),
    async askForDurableStorage() {
      const kept = (await navigator.storage?.persist?.().catch(() => false)) ?? false
      await lookAtStorage()
      return kept
    },
  }
}

/** What stands in the address belongs to the profile that is left. */
const leaveAddress = (): void => location.replace('#/')

/** `#/w/<workspace>/<page>`: nothing of it ever reaches a server (D10). */
const workspaceOfFragment = (hash: string): string | undefined => /^#\/w\/([\w-]+)/.exec(hash)?.[1]
