import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName, ChannelTag, DeviceId, EntryId, PersonId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { type AdmissionDesk, createAdmissionDesk } from '#lib/host/admission-desk'
import type { Platform } from '#lib/host/browser-platform'
import { createHostNetwork, type HostNetwork } from '#lib/host/host-network'
import type {
  AppendFailure,
  CommandReply,
  HostCommand,
  HostEvents,
  HostView,
  OpenedForTab,
} from '#lib/host/host-protocol'
import { buildHostView, draftView, faceOf } from '#lib/host/host-view'
import { createNoticeBoard } from '#lib/host/notice-board'
import type { Places } from '#lib/host/places'
import { readRelays } from '#lib/host/relays-record'
import { logChannelName } from '#lib/protocol/channel-name'
import { channelTag } from '#lib/protocol/derive'
import type { RelayKey } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import { createKeyRing } from '#lib/replica/key-ring'
import { type AcceptedContent, openReplica, type Replica } from '#lib/replica/replica'
import { tabGone } from '#lib/tabs/client-slots'
import type { TabLead } from '#lib/tabs/tab-bus'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { mayAppend } from '#lib/workspace/authorize'
import type { Genesis, Operation } from '#lib/workspace/operation'
import { decodeOperation, encodeOperation } from '#lib/workspace/operation-format'

/** The leader's part of one workspace: the only replica of this browser profile, and its links to everybody else. */
export interface WorkspaceHost {
  open(name: ChannelName): Promise<OpenedForTab | undefined>
  append(name: ChannelName, update: Uint8Array): Promise<Result<void, AppendFailure>>
  run(command: HostCommand): Promise<Result<CommandReply, AppendFailure>>
  view(): HostView
  notePending(tab: string, count: number): void
  showPresence(tab: string, shown: { channel: ChannelName | undefined; cursor: Uint8Array | undefined }): void
  close(): Promise<void>
}

export interface WorkspaceHostOptions {
  readonly vault: Vault
  readonly places: Promise<Places>
  readonly platform: Platform
  readonly keys: WorkspaceKeys
  readonly ownName: string
  readonly emit: TabLead<HostEvents>['emit']
  /** What the profile shows of this workspace changed. */
  onProfile(): Promise<void>
}

/** View changes closer together than this are told as one. */
const VIEW_DELAY_MS = 50
const TIDY_MS = 5000
/** Channels that tabs opened last and that stay in memory for them. */
const HELD_CHANNELS = 8

/** Opens the workspace from disk, writing its first operations when this device founds it. Rejects when it cannot. */
export async function createWorkspaceHost(options: WorkspaceHostOptions): Promise<WorkspaceHost> {
  const { vault, platform, keys, emit } = options
  const { clock, random, crypto } = platform
  const device = keys.device.publicKey as DeviceId
  const opened = await vault.storage.workspace(toHex(keys.workspaceId))
  const genesis = genesisOf(keys)
  if (!opened.ok || !genesis) throw new Error('The workspace cannot be opened')
  const store = opened.value
  const notices = createNoticeBoard()
  let network: HostNetwork | undefined
  let desk: AdmissionDesk | undefined
  let viewTimer: (() => void) | undefined
  let closed = false
  let storageFull = false
  let rememberedName = ''
  const watched = new Set<string>()
  const tabs = new Set<string>()
  const ending = new AbortController()

  /** Absent while the replica reads back what it holds: that may bring forth refusals already. */
  let ready: Replica | undefined
  const replica: Replica = await openReplica(
    {
      crypto,
      clock,
      random,
      store,
      keys: createKeyRing(keys.workspaceId, keys.tagKey, keys.epochs),
      device: keys.device,
    },
    {
      onStored(run) {
        storageFull = false
        network?.stored(run)
        changed()
      },
      onAccepted(content: AcceptedContent) {
        emit('accepted', { channel: toHex(content.channel), update: content.update })
        network?.judged(!sameBytes(content.device, device))
      },
      onMembership() {
        desk?.attend()
        network?.membershipChanged()
        void rememberName()
        changed()
      },
      onRebuilt: (channel) => emit('rebuilt', { channel: toHex(channel) }),
      onRefused(refusal) {
        const state = ready?.membership.current()
        const person = state?.devices.get(toHex(refusal.device))?.person
        notices.add(refusal, state && person ? faceOf(state, person).name : '')
        changed()
      },
      onStorageError(error) {
        storageFull = error.type === 'storage-full'
        changed()
      },
    },
  )

  ready = replica

  /** An operation that would count for nothing is not written. */
  async function operate(operation: Operation): Promise<Result<EntryId, AppendFailure>> {
    const { kind, payload } = encodeOperation(operation as Exclude<Operation, { type: 'unknown' }>)
    const state = replica.membership.current()
    if (!state || !mayAppend(state, device, 'log', kind)) return err({ type: 'not-allowed' })
    const appended = await replica.append({ channel: logChannelName, kind, payload })
    return appended.ok ? ok(appended.value.id) : appended
  }

  /** The first entries of a workspace, as far as they are missing: who founded it, and where its relay keeps it. */
  async function found(founding: Uint8Array): Promise<void> {
    if (replica.membership.size === 0) {
      const written = await replica.append({ channel: logChannelName, kind: entryKind.genesis, payload: founding })
      if (!written.ok) throw new Error(`The workspace cannot be written down: ${written.error.type}`)
    }
    if (replica.membership.size > 1) return
    const place = { origin: location.origin, rootKey: keys.relay.publicKey as RelayKey, random: random.bytes(32) }
    await operate({ type: 'relay.set', relays: [place] })
    if (options.ownName) await operate({ type: 'profile.set', name: options.ownName, paper: undefined })
  }
  const isFounder = sameBytes(genesis.keys.device, device)
  if (isFounder && keys.genesis) {
    await found(keys.genesis).catch((error: unknown) => {
      store.close()
      throw error
    })
  }

  function changed(): void {
    viewTimer ??= clock.after(VIEW_DELAY_MS, () => {
      viewTimer = undefined
      if (!closed) emit('view', view())
    })
  }

  function view(): HostView {
    const state = ready?.membership.current()
    if (!state || !network) return draftView(options.ownName)
    return buildHostView(state, {
      device,
      ownName: options.ownName,
      nowMs: clock.now(),
      delivery: network.delivery(),
      notices: notices.list(),
      channelsByPerson: network.presence.channelsByPerson(),
    })
  }

  const places = { origin: location.origin, settings: options.places }
  const firstRelays = await readRelays(store)
  network = await createHostNetwork({
    replica,
    keys,
    store,
    platform,
    places,
    firstRelays,
    blocked: notices.count,
    isStorageFull: () => storageFull,
    onChange: changed,
    onPresence: tellPresence,
  })
  desk = createAdmissionDesk({
    replica,
    keys,
    genesis,
    crypto,
    clock,
    random,
    mailboxes: network.mailboxes,
    origin: location.origin,
    append: operate,
    inviterName: () => ownName(replica, device) || options.ownName,
  })
  desk.attend()
  const stopWatching = platform.tabs.visibility.onChange(() => {
    if (!platform.tabs.visibility.visible()) network?.hidden()
  })

  let tidying = clock.after(TIDY_MS, tidy)
  function tidy(): void {
    void replica.tidy(false)
    tidying = clock.after(TIDY_MS, tidy)
  }

  const done = (result: Result<unknown, AppendFailure>): Result<CommandReply, AppendFailure> =>
    result.ok ? ok({ type: 'done' }) : result

  async function run(command: HostCommand): Promise<Result<CommandReply, AppendFailure>> {
    switch (command.type) {
      case 'rename-workspace':
        return done(await operate({ type: 'workspace.rename', name: command.name }))
      case 'set-my-name':
        return done(await operate({ type: 'profile.set', name: command.name, paper: undefined }))
      case 'create-invitation': {
        const made = await desk?.createInvitation(command)
        if (!made) return err({ type: 'storage-failed' })
        return made.ok ? ok({ type: 'invitation', ...made.value }) : made
      }
      case 'revoke-invitation':
        return done((await desk?.revokeInvitation(command.id)) ?? err({ type: 'storage-failed' }))
      case 'dismiss-notice':
        notices.dismiss(command.id)
        changed()
        return ok({ type: 'done' })
    }
  }

  /** The switcher lists workspaces unopened: it shows the name that the log had last, whoever gave it. */
  async function rememberName(): Promise<void> {
    const name = ready?.membership.current()?.name ?? ''
    if (name === rememberedName) return
    rememberedName = name
    await vault.updateProfile((before) => ({
      ...before,
      workspaces: before.workspaces.map((one) => (sameBytes(one.id, keys.workspaceId) ? { ...one, name } : one)),
    }))
    await options.onProfile()
  }

  /** Tells every tab who is in a channel; only what changed. */
  function tellPresence(): void {
    for (const key of watched) {
      const channel = fromHex(key) as ChannelTag | undefined
      if (channel) emit('presence', { channel: key, here: network?.presence.here(channel) ?? [] })
    }
    changed()
  }

  /** A tab that is gone, however it ended, is nowhere and waits for nothing. */
  function noteTab(tab: string): void {
    if (tabs.has(tab)) return
    tabs.add(tab)
    void tabGone(platform.tabs.locks, toHex(keys.workspaceId), tab, ending.signal).then(() => {
      tabs.delete(tab)
      network?.presence.show(tab, undefined, undefined)
      network?.notePending(tab, 0)
    })
  }

  const openChannels = new Map<string, () => void>()
  return {
    async open(name) {
      const channel = await replica.open(name)
      if (!channel.ok) return undefined
      const { state, slots, opaque, release } = channel.value
      const key = toHex(name)
      openChannels.get(key)?.()
      openChannels.delete(key)
      openChannels.set(key, release)
      const [oldest] = openChannels.keys()
      if (openChannels.size > HELD_CHANNELS && oldest !== undefined) {
        openChannels.get(oldest)?.()
        openChannels.delete(oldest)
      }
      const mayWrite = view().canWrite
      return { state, clients: mayWrite ? slots : [], newerVersion: opaque }
    },
    async append(name, update) {
      const appended = await replica.append({ channel: name, kind: entryKind.update, payload: update })
      return appended.ok ? ok(undefined) : appended
    },
    run,
    view,
    notePending(tab, count) {
      noteTab(tab)
      network?.notePending(tab, count)
    },
    showPresence(tab, { channel: name, cursor }) {
      noteTab(tab)
      const channel = name && channelTag(keys.tagKey, name)
      network?.presence.show(tab, channel, cursor)
      if (!channel) return
      watched.add(toHex(channel))
      emit('presence', { channel: toHex(channel), here: network?.presence.here(channel) ?? [] }, tab)
    },
    async close() {
      closed = true
      ending.abort()
      stopWatching()
      viewTimer?.()
      tidying()
      desk?.close()
      await network?.close()
      await replica.close()
      store.close()
    },
  }
}

function genesisOf(keys: WorkspaceKeys): Genesis | undefined {
  const decoded = keys.genesis && decodeOperation(entryKind.genesis, keys.genesis)
  return decoded?.ok && decoded.value.type === 'genesis' ? decoded.value : undefined
}

function ownName(replica: Replica, device: DeviceId): string {
  const state = replica.membership.current()
  const person: PersonId | undefined = state?.devices.get(toHex(device))?.person
  return state && person ? faceOf(state, person).name : ''
}
