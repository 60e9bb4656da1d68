import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { DeviceId, EntryId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { createActsOfPower } from '#lib/host/acts-of-power'
import type { Platform } from '#lib/host/browser-platform'
import { createCommandDesk } from '#lib/host/command-desk'
import { watchDurableStorage } from '#lib/host/durable-storage'
import { createEnterMailbox } from '#lib/host/enter-mailbox'
import { type Entrance, openEntrance } from '#lib/host/entrance'
import { nameOfDevice } from '#lib/host/face-of'
import { openForkWatch } from '#lib/host/fork-watch'
import { firstOperations, genesisIn } from '#lib/host/found-workspace'
import { isFromBackup } from '#lib/host/from-backup-record'
import { createHeldBackWatch } from '#lib/host/held-back-watch'
import { createHostNetwork, type HostNetwork } from '#lib/host/host-network'
import type { AppendFailure, CommandReply, HostCommand, HostEvents, HostView } from '#lib/host/host-protocol'
import { arrivingView, draftView } from '#lib/host/host-view'
import { createKeptKeys } from '#lib/host/kept-keys'
import { createKeyKeeper, type KeyKeeper } from '#lib/host/key-keeper'
import { openNoticeBoard } from '#lib/host/notice-board'
import { createOverreachWatch, type OverreachWatch } from '#lib/host/overreach-watch'
import { createOwnDevices, type OwnDevices } from '#lib/host/own-devices'
import { createOwnTimers } from '#lib/host/own-timers'
import type { Places } from '#lib/host/places'
import { createPresenceWatch } from '#lib/host/presence-watch'
import { readView } from '#lib/host/read-view'
import { readRelays } from '#lib/host/relays-record'
import { createWorkspaceMemory } from '#lib/host/remember-workspace'
import { createRoomMaking, type RoomMaking } from '#lib/host/room-making'
import { createSpareTime, type SpareTime } from '#lib/host/spare-time'
import { createTabDesk, type TabDesk } from '#lib/host/tab-desk'
import { openUndoneWatch } from '#lib/host/undone-watch'
import { openVerifiedPeople } from '#lib/host/verified-people'
import { createViewTiming } from '#lib/host/view-timing'
import { type MakeOperation, writeFounding, writeOperation } from '#lib/host/write-operation'
import { parseChannelName } from '#lib/protocol/channel-name'
import { createKeyRing } from '#lib/replica/key-ring'
import { openReplica, type Replica } from '#lib/replica/replica'
import type { AcceptedContent } from '#lib/replica/replica-events'
import type { AppendRequest } from '#lib/replica/write-entry'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { TabLead } from '#lib/tabs/tab-bus'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { Genesis, Operation } from '#lib/workspace/operation'

/** The leader's part of one workspace: the only replica of this browser profile, and its links to everybody else. */
export interface WorkspaceHost extends Omit<TabDesk, 'close'> {
  run(command: HostCommand): Promise<Result<CommandReply, AppendFailure>>
  view(): HostView
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

/** Opens the workspace from disk, writing its first operations when this device founds it. Rejects when it cannot. */
export async function createWorkspaceHost(options: WorkspaceHostOptions): Promise<WorkspaceHost> {
  const { vault, keys } = options
  const genesis = genesisIn(keys)
  if (!genesis) throw new Error('The workspace cannot be opened', { cause: { type: 'keys-missing' } })
  const store = await vault.storage.workspace(toHex(keys.workspaceId))
  if (!store.ok) throw new Error('The workspace cannot be opened', { cause: store.error })
  const timers = createOwnTimers(options.platform.clock)
  const begun: End[] = [() => timers.end(), () => store.value.close()]
  try {
    return await startHost(options, genesis, store.value, timers.clock, begun)
  } catch (error) {
    await endAll(begun)
    throw error
  }
}

/** Ends one thing that was begun. */
type End = () => void | Promise<void>

/** What was begun last ends first. */
async function endAll(begun: readonly End[]): Promise<void> {
  for (const end of begun.toReversed()) await end()
}

async function startHost(
  options: WorkspaceHostOptions,
  genesis: Genesis,
  store: WorkspaceStore,
  clock: Clock,
  begun: End[],
): Promise<WorkspaceHost> {
  const { vault, keys, emit } = options
  const platform = { ...options.platform, clock }
  const { random, crypto } = platform
  const device = keys.device.publicKey as DeviceId
  const fromBackup = await isFromBackup(store)
  const isFounder = sameBytes(genesis.keys.device, device)
  const kept = createKeptKeys(vault, keys)
  const notices = await openNoticeBoard(store)
  begun.push(() => notices.close())
  const viewTiming = createViewTiming(clock, () => emit('view', view()))
  const { changed } = viewTiming
  const remember = createWorkspaceMemory(vault, keys.workspaceId, options.onProfile)
  let network: HostNetwork | undefined
  let entrance: Entrance | undefined
  let keyKeeper: KeyKeeper | undefined
  let spareTime: SpareTime | undefined
  let ownDevices: OwnDevices | undefined
  let overreach: OverreachWatch | undefined
  let roomMaking: RoomMaking | undefined
  let storageFull = false
  const heldBack = createHeldBackWatch(
    clock,
    async () => (await ready?.heldBack()) ?? [],
    () => {
      network?.offerLate()
      changed()
    },
  )
  const setAside = createHeldBackWatch(clock, async () => (await ready?.setAside()) ?? [], changed)
  const presenceWatch = createPresenceWatch({
    here: (channel) => network?.presence.here(channel) ?? [],
    tell: (told, tab) => emit('presence', told, tab),
  })

  function nameOf(one: DeviceId): string {
    const state = ready?.membership.current()
    return state ? nameOfDevice(state, one) : ''
  }

  /** Absent while the replica reads back what it holds: that may bring forth refusals already. */
  let ready: Replica | undefined
  const replica: Replica = await openReplica(
    {
      ...{ crypto, clock, random, store, device: keys.device },
      keys: createKeyRing(keys.workspaceId, keys.tagKey, keys.epochs),
    },
    {
      onStored(run) {
        storageFull = false
        spareTime?.busy()
        network?.stored(run)
        if (run[0]?.header.lane === 'log') keyKeeper?.changed()
        heldBack.changed()
        setAside.changed()
        changed()
      },
      onAccepted(content: AcceptedContent) {
        emit('accepted', { channel: toHex(content.channel), update: content.update })
        network?.judged(!sameBytes(content.device, device))
      },
      onMembership() {
        entrance?.attend()
        keyKeeper?.changed()
        network?.membershipChanged()
        heldBack.changed()
        setAside.changed()
        ownDevices?.changed()
        for (const one of overreach?.news() ?? [])
          if (!sameBytes(one, device)) notices.add({ type: 'void' }, nameOf(one))
        const own = ready?.membership.current()?.devices.get(toHex(device))
        if (own) void remember.standing(own.active)
        void remember.name(ready?.membership.current()?.name ?? '')
        changed()
      },
      onRebuilt: (channel) => emit('rebuilt', { channel: toHex(channel) }),
      onRefused(refusal) {
        const { type, device: whose } = refusal
        if (type !== 'fork' && type !== 'held-back') notices.add({ type }, nameOf(whose))
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
  begun.push(() => replica.close())
  overreach = createOverreachWatch(replica.membership)
  heldBack.changed()
  setAside.changed()

  const operate = (
    operation: Operation | MakeOperation,
    beside?: Pick<AppendRequest, 'epoch' | 'tail'>,
  ): Promise<Result<EntryId, AppendFailure>> => writeOperation(replica, device, operation, beside)
  const acts = createActsOfPower({ replica, device, relayKey: keys.relay, crypto, random, operate })

  keyKeeper = createKeyKeeper({
    ...{ replica, device, exchange: keys.exchange, crypto, clock, random, operate },
    save: kept.saveEpochs,
    onChange() {
      network?.membershipChanged()
      changed()
    },
  })
  begun.push(keyKeeper.close)
  keyKeeper.changed()
  await keyKeeper.settled()

  if (isFounder && keys.genesis) {
    const first = firstOperations(keys, { origin: location.origin, random, name: options.ownName })
    await writeFounding(replica, device, keys.genesis, first)
  }

  function view(): HostView {
    const state = ready?.membership.current()
    if (!state && !isFounder) return arrivingView(options.ownName)
    if (!state || !network || !keyKeeper) return draftView(options.ownName)
    return readView(state, {
      ...{ replica, device, fromBackup, network, keyKeeper, ownDevices, verified, undone, forks, notices, heldBack },
      ...{ setAside, roomMaking },
      ...{ ownName: options.ownName, nowMs: clock.now(), desk: entrance?.desk },
    })
  }

  const places = { origin: location.origin, settings: options.places }
  const firstRelays = await readRelays(store)
  const verified = await openVerifiedPeople(store, clock, changed)
  const undone = await openUndoneWatch(store)
  const forks = await openForkWatch(store, replica)
  const disk = watchDurableStorage(vault.storage, changed)
  network = await createHostNetwork({
    ...{ replica, keys, store, platform, places, firstRelays },
    onBlame(other, fault) {
      notices.blame(other, fault, nameOf(other))
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
  begun.push(network.close)
  const state = () => replica.membership.current()
  roomMaking = createRoomMaking({
    device,
    state,
    drop: network.dropAtRelay,
    onChange: changed,
    onRoom: network.pieces.bring,
  })
  entrance = await openEntrance({
    ...{ replica, keys, genesis, store, platform, append: operate },
    mailboxes: network.mailboxes,
    origin: location.origin,
    inviterName: () => nameOf(device) || options.ownName,
    onRequests: changed,
  })
  begun.push(entrance.desk.close)
  entrance.attend()
  const own = await createOwnDevices({
    ...{ replica, keys, genesis, store, crypto, clock, random, append: operate },
    ...{ vault, mailboxes: network.mailboxes, deviceName: platform.deviceName, onChange: changed },
    enter: createEnterMailbox(() => options.places, clock, random),
    onProfile: options.onProfile,
  })
  ownDevices = own
  begun.push(own.close)
  const run = createCommandDesk({
    ...{ vault, keys, kept, replica, clock, random, acts, entrance, ownDevices: own, network, notices },
    ...{ verified, undone, forks, disk, roomMaking, operate, onChange: changed },
  })
  spareTime = createSpareTime(clock, replica)

  const tabs = createTabDesk({
    ...{ replica, keys, platform, network, presenceWatch },
    mayWrite: (name) => (parseChannelName(name)?.type === 'discussion' ? view().canComment : view().canWrite),
    personOf(one) {
      const person = replica.membership.current()?.devices.get(toHex(one))?.person
      return person && toBase64Url(person)
    },
  })
  begun.push(spareTime.close, setAside.close, heldBack.close, viewTiming.close, tabs.close)
  return {
    ...tabs,
    run,
    view,
    close: () => endAll(begun),
  }
}
