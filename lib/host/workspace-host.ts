import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelName, DeviceId, EntryId, PersonId } from '#lib/base/ids'
import { ok, type Result } from '#lib/base/result'
import { createActsOfPower } from '#lib/host/acts-of-power'
import { type AdmissionDesk, createAdmissionDesk } from '#lib/host/admission-desk'
import type { Platform } from '#lib/host/browser-platform'
import { deviceFacts } from '#lib/host/device-watch'
import { watchDurableStorage } from '#lib/host/durable-storage'
import { heldBackView } from '#lib/host/held-back-view'
import { createHeldBackWatch } from '#lib/host/held-back-watch'
import { createHeldChannels } from '#lib/host/held-channels'
import { createHostNetwork, type HostNetwork } from '#lib/host/host-network'
import type {
  AppendFailure,
  CommandReply,
  HostCommand,
  HostEvents,
  HostView,
  OpenedForTab,
} from '#lib/host/host-protocol'
import { arrivingView, buildHostView, draftView, faceOf } from '#lib/host/host-view'
import { createInvitationDesk } from '#lib/host/invitation-desk'
import { keepHeldBack } from '#lib/host/keep-held-back'
import { keyFacts, keysView } from '#lib/host/key-facts'
import { createKeyKeeper, type KeyKeeper } from '#lib/host/key-keeper'
import { memberStanding } from '#lib/host/member-standing'
import { createNoticeBoard } from '#lib/host/notice-board'
import { createOwnDevices, type OwnDevices } from '#lib/host/own-devices'
import type { Places } from '#lib/host/places'
import { createPresenceWatch } from '#lib/host/presence-watch'
import { readRelays } from '#lib/host/relays-record'
import { createNameMemory } from '#lib/host/remember-name'
import { createStandingMemory } from '#lib/host/remember-standing'
import { runCommand } from '#lib/host/run-command'
import { createSpareTime, type SpareTime } from '#lib/host/spare-time'
import { openSpokenInvitations, type SpokenInvitations } from '#lib/host/spoken-invitations'
import { requestFacts, standingFacts } from '#lib/host/standing-facts'
import { createTabWatch } from '#lib/host/tab-watch'
import { markPerson, openVerifiedPeople } from '#lib/host/verified-people'
import { createViewTiming } from '#lib/host/view-timing'
import { type MakeOperation, writeFounding, writeOperation } from '#lib/host/write-operation'
import { channelTag } from '#lib/protocol/derive'
import type { RelayKey } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import { createKeyRing } from '#lib/replica/key-ring'
import { type AcceptedContent, openReplica, type Replica } from '#lib/replica/replica'
import type { AppendRequest } from '#lib/replica/write-entry'
import type { TabLead } from '#lib/tabs/tab-bus'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { Genesis, Operation } from '#lib/workspace/operation'
import { decodeOperation } from '#lib/workspace/operation-format'

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

/** A page is shown before the leader makes itself ready for its first edit. */
const WARM_AFTER_MS = 300

/** Opens the workspace from disk, writing its first operations when this device founds it. Rejects when it cannot. */
export async function createWorkspaceHost(options: WorkspaceHostOptions): Promise<WorkspaceHost> {
  const { vault, platform, keys, emit } = options
  const { clock, random, crypto } = platform
  const device = keys.device.publicKey as DeviceId
  const opened = await vault.storage.workspace(toHex(keys.workspaceId))
  const genesis = genesisOf(keys)
  if (!opened.ok) throw new Error('The workspace cannot be opened', { cause: opened.error })
  if (!genesis) throw new Error('The workspace cannot be opened', { cause: { type: 'keys-missing' } })
  const store = opened.value
  const isFounder = sameBytes(genesis.keys.device, device)
  const notices = createNoticeBoard()
  const viewTiming = createViewTiming(clock, () => emit('view', view()))
  const { changed } = viewTiming
  const rememberStanding = createStandingMemory(vault, keys.workspaceId)
  const rememberName = createNameMemory(vault, keys.workspaceId, options.onProfile)
  let network: HostNetwork | undefined
  let desk: AdmissionDesk | undefined
  let keyKeeper: KeyKeeper | undefined
  let spoken: SpokenInvitations | undefined
  let spareTime: SpareTime | undefined
  let ownDevices: OwnDevices | undefined
  let storageFull = false
  const heldBack = createHeldBackWatch(
    clock,
    async () => (await ready?.heldBack()) ?? [],
    () => {
      network?.offerLate()
      changed()
    },
  )
  const presenceWatch = createPresenceWatch({
    here: (channel) => network?.presence.here(channel) ?? [],
    tell: (told, tab) => emit('presence', told, tab),
  })

  /** Opens mailboxes and listens at them: of whatever the log has now. */
  function attend(): void {
    desk?.attend()
    spoken?.attend(ready?.membership.current()?.invites ?? new Map())
  }

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
        spareTime?.busy()
        network?.stored(run)
        if (run[0]?.header.lane === 'log') keyKeeper?.changed()
        heldBack.changed()
        changed()
      },
      onAccepted(content: AcceptedContent) {
        emit('accepted', { channel: toHex(content.channel), update: content.update })
        network?.judged(!sameBytes(content.device, device))
      },
      onMembership() {
        attend()
        keyKeeper?.changed()
        network?.membershipChanged()
        heldBack.changed()
        ownDevices?.changed()
        const own = ready?.membership.current()?.devices.get(toHex(device))
        if (own) void rememberStanding(own.active)
        void rememberName(ready?.membership.current()?.name ?? '')
        changed()
      },
      onRebuilt: (channel) => emit('rebuilt', { channel: toHex(channel) }),
      onRefused(refusal) {
        notices.add(refusal, ready ? nameOf(ready, refusal.device) : '')
        changed()
      },
      onCovered: (chain) => network?.covered(chain),
      onFolded: (chain) => network?.folded(chain),
      onStorageError(error) {
        storageFull = error.type === 'storage-full'
        changed()
      },
    },
  )

  ready = replica
  heldBack.changed()

  const operate = (
    operation: Operation | MakeOperation,
    beside?: Pick<AppendRequest, 'epoch' | 'tail'>,
  ): Promise<Result<EntryId, AppendFailure>> => writeOperation(replica, device, operation, beside)
  const acts = createActsOfPower({
    replica,
    device,
    relayKey: keys.relay,
    random,
    operate,
  })

  keyKeeper = createKeyKeeper({
    replica,
    device,
    exchange: keys.exchange,
    clock,
    random,
    save: (epochs) => vault.saveWorkspaceKeys({ ...keys, epochs }),
    operate,
    onChange() {
      network?.membershipChanged()
      changed()
    },
  })
  keyKeeper.changed()
  await keyKeeper.settled()

  if (isFounder && keys.genesis) {
    const place = { origin: location.origin, rootKey: keys.relay.publicKey as RelayKey, random: random.bytes(32) }
    await writeFounding(replica, device, keys.genesis, [
      { type: 'relay.set', relays: [place] },
      ...(options.ownName ? [{ type: 'profile.set', name: options.ownName, paper: undefined } as const] : []),
    ]).catch((error: unknown) => {
      store.close()
      throw error
    })
  }

  function view(): HostView {
    const state = ready?.membership.current()
    if (!state && !isFounder) return arrivingView(options.ownName)
    if (!state || !network || !keyKeeper) return draftView(options.ownName)
    const standing = memberStanding(replica.membership, device)
    const isRelayRefused = standing.type === 'member' && network.isRelayRefused()
    const requests = desk?.requests() ?? []
    const facts = [
      ...requestFacts(requests),
      ...standingFacts(state, device, isRelayRefused),
      ...keyFacts(keyKeeper, (one) => nameOf(replica, one)),
      ...deviceFacts(ownDevices?.facts(state) ?? [], verified.facts(state), (one) => verified.has(one, state)),
    ]
    return buildHostView(state, {
      device,
      ownName: options.ownName,
      nowMs: clock.now(),
      delivery: network.delivery(),
      kit: ownDevices?.kit.standing() ?? 'none',
      notices: [...notices.list(), ...notices.standing(facts)],
      requests,
      standing,
      verified: verified.list(state),
      keys: keysView(keyKeeper, network.holders(), device),
      heldBack: heldBackView(state, device, heldBack.list()),
      channelsByPerson: network.presence.channelsByPerson(),
    })
  }

  const places = { origin: location.origin, settings: options.places }
  const firstRelays = await readRelays(store)
  const verified = await openVerifiedPeople(store, clock, changed)
  const disk = watchDurableStorage(vault.storage, changed)
  network = await createHostNetwork({
    replica,
    keys,
    store,
    platform,
    places,
    firstRelays,
    onBlame(other, fault) {
      notices.blame(other, fault, nameOf(replica, other))
      changed()
    },
    onSetBack() {
      notices.setBack()
      changed()
    },
    blocked: notices.count,
    storage: () => ({ ...disk.known(), full: storageFull, begunMs: genesis.seconds * 1000 }),
    onChange: changed,
    late: () =>
      heldBack
        .list()
        .filter((item) => sameBytes(item.device, device))
        .map(({ newest, from }) => ({ chain: newest.chain, from })),
    isQuiet: () => spareTime?.isQuiet() ?? false,
    onPresence() {
      presenceWatch.tell()
      changed()
    },
  })
  spoken = await openSpokenInvitations({
    store,
    mailboxes: network.mailboxes,
    crypto,
    random,
    stretch: platform.stretch,
    nowSeconds: () => Math.floor(clock.now() / 1000),
  })
  const invitations = createInvitationDesk({
    replica,
    crypto,
    clock,
    random,
    stretch: platform.stretch,
    spoken,
    origin: location.origin,
    append: operate,
    inviterName: () => nameOf(replica, device) || options.ownName,
  })
  desk = createAdmissionDesk({
    replica,
    keys,
    genesis,
    crypto,
    clock,
    random,
    mailboxes: network.mailboxes,
    append: operate,
    cardFor: invitations.cardFor,
    onRequests: changed,
  })
  attend()
  ownDevices = await createOwnDevices({
    ...{ replica, keys, genesis, store, crypto, clock, random, append: operate },
    ...{ profile: vault.storage, mailboxes: network.mailboxes, deviceName: platform.deviceName, onChange: changed },
  })
  const commandParts = {
    acts,
    desk,
    invitations,
    notices,
    keep: (ids: readonly string[]) => keepHeldBack(replica, ids),
    ownDevices,
    noteVerified: markPerson(verified, () => replica.membership.current()),
    async noteSeen(id: string) {
      await verified.dismissed(id, replica.membership.current())
      await ownDevices?.dismissed(id)
    },
    lookAtStorage: disk.look,
    operate,
    onChange: changed,
  }
  const stopWatching = platform.tabs.visibility.onChange(() => {
    if (platform.tabs.visibility.visible()) return
    network?.hidden()
    void replica.tidy('end')
  })

  spareTime = createSpareTime(clock, replica)

  /** A tab that is gone is nowhere and waits for nothing. */
  const tabWatch = createTabWatch(platform.tabs.locks, toHex(keys.workspaceId), (tab) => {
    network?.presence.show(tab, undefined, undefined)
    presenceWatch.show(tab, undefined)
    network?.notePending(tab, 0)
  })

  const heldChannels = createHeldChannels()
  return {
    async open(name) {
      const channel = await replica.open(name)
      if (!channel.ok) return undefined
      const { state, slots, opaque, release } = channel.value
      heldChannels.hold(name, release)
      clock.after(WARM_AFTER_MS, () => void replica.warm(name))
      const mayWrite = view().canWrite
      return { state, clients: mayWrite ? slots : [], newerVersion: opaque }
    },
    async append(name, update) {
      const appended = await replica.append({ channel: name, kind: entryKind.update, payload: update })
      return appended.ok ? ok(undefined) : appended
    },
    run: (command) => runCommand(command, commandParts),
    view,
    notePending(tab, count) {
      tabWatch.note(tab)
      network?.notePending(tab, count)
    },
    showPresence(tab, { channel: name, cursor }) {
      tabWatch.note(tab)
      const channel = name && channelTag(keys.tagKey, name)
      network?.presence.show(tab, channel, cursor)
      presenceWatch.show(tab, channel)
    },
    async close() {
      tabWatch.close()
      stopWatching()
      viewTiming.close()
      heldBack.close()
      spareTime?.close()
      desk?.close()
      keyKeeper?.close()
      ownDevices?.close()
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

/** The name of whoever has that device; '' where the log knows none. */
function nameOf(replica: Replica, device: DeviceId): string {
  const state = replica.membership.current()
  const person: PersonId | undefined = state?.devices.get(toHex(device))?.person
  return state && person ? faceOf(state, person).name : ''
}
