import type { ChainTag, DeviceId } from '#lib/base/ids'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import type { StorageFacts } from '#lib/delivery/storage-state'
import type { Mailboxes } from '#lib/host/admission-desk'
import type { Platform } from '#lib/host/browser-platform'
import { type ConnectionView, directRoad, hasTurnServer } from '#lib/host/connection-view'
import { createDoorKeeper } from '#lib/host/door-keeper'
import { createHostDelivery } from '#lib/host/host-delivery'
import { createHostPeers } from '#lib/host/host-peers'
import { createHostPresence, type HostPresence } from '#lib/host/host-presence'
import { createHostRelays, type HostRelays, type RelayTrouble } from '#lib/host/host-relays'
import { isChainOf } from '#lib/host/is-chain-of'
import { createPieceKeeper, type PieceKeeper } from '#lib/host/piece-keeper'
import type { Places } from '#lib/host/places'
import { noteRelayOnly, readRelayOnly } from '#lib/host/relay-only-record'
import type { WantItem } from '#lib/protocol/frame-fields'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceStore } from '#lib/storage/storage'
import { createSyncEngine } from '#lib/sync/sync-engine'
import type { SyncFault } from '#lib/sync/sync-fault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { RelayPlace } from '#lib/workspace/operation'

/** The leader's links: direct ones to the other devices, one to the relay, and what is known from both. */
export interface HostNetwork {
  readonly mailboxes: Mailboxes
  stored(run: readonly SealedEntry[]): void
  /** A chain moved by segments (S0). */
  covered(chain: ChainTag): void
  /** An own segment was made (S0). */
  folded(chain: ChainTag): void
  membershipChanged(): void
  /** More own edits came too late than before: whoever is met may have them (R1, W1). */
  offerLate(): void
  delivery(): DeliveryView
  connection(): ConnectionView
  /** Hides this device's addresses from the others, from now on (R8); whether the wish is kept. */
  setRelayOnly(isOn: boolean): Promise<boolean>
  readonly dropAtRelay: HostRelays['drop']
  /** The only relays that answer turn this device away, and nothing is under way that would let it in, or have no room. */
  relayTrouble(): RelayTrouble | undefined
  readonly presence: HostPresence
  readonly pieces: PieceKeeper
  /** Other devices (hex) that were heard to have the secret of the newest epoch. */
  holders(): ReadonlySet<string>
  /** An entry was judged; `foreign` when others wrote it. */
  judged(foreign: boolean): void
  notePending(tab: string, count: number): void
  /** Nobody looks at this tab any more: it may go away at any moment. */
  hidden(): void
  close(): Promise<void>
}

export interface HostNetworkOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly store: WorkspaceStore
  readonly platform: Platform
  readonly places: { readonly origin: string; readonly settings: Promise<Places> }
  /** Where to look for the log while it is empty. */
  readonly firstRelays: readonly RelayPlace[]
  /** A device's link was closed for what it sent. Strangers that prove nothing are turned away without a word. */
  onBlame(device: DeviceId, fault: SyncFault): void
  /** A relay ends before what it showed this device once. */
  onSetBack(): void
  blocked(): number
  storage(): Omit<StorageFacts, 'nowMs'>
  onChange(): void
  onPresence(): void
  /** Where own edits begin that are held back. */
  late(): readonly WantItem[]
  /** Whether nobody writes now. */
  isQuiet(): boolean
}

export async function createHostNetwork(options: HostNetworkOptions): Promise<HostNetwork> {
  const { replica, keys, platform, store, onChange } = options
  const device = keys.device.publicKey as DeviceId
  let settings: Places | undefined
  let relayOnly = await readRelayOnly(store)
  let isClosed = false

  const engine = createSyncEngine({
    source: replica,
    clock: platform.clock,
    random: platform.random,
    onBlame(link, fault) {
      const other = peers.deviceAt(link)
      if (other) options.onBlame(other, fault)
    },
  })
  const doorKeeper = createDoorKeeper({
    ...{ replica, device, relayKey: keys.relay },
    onChange: () => relays.tell((relay) => relay.doorChanged()),
  })
  const peers = await createHostPeers({
    ...{ replica, keys, store, platform, engine, onChange, relayOnly },
    late: options.late,
    onReceipt: (sealed) => delivery.heard(sealed),
    onPresence: (sealed, from) => presence.heard(sealed, from),
    onMet: greet,
    onLost(other) {
      presence.lost(other)
      hurry()
    },
  })
  const relays = createHostRelays({
    ...{ replica, keys, store, platform, onChange },
    firstRelays: options.firstRelays,
    isOwn: (chain) => isChainOf(replica, device, chain),
    mayGather: () => peers.isAnyActive() && !presence.isHeardAtRelay(),
    mayFill: options.isQuiet,
    statements: doorKeeper.statements,
    onSetBack: options.onSetBack,
    onConnected: greet,
    onReceipt: (sealed) => delivery.heard(sealed),
    onPresence: (sealed) => presence.heard(sealed, undefined),
  })
  const pieces = await createPieceKeeper({ store, clock: platform.clock, roads: relays.pieceRoads, onChange })
  const delivery = await createHostDelivery({
    ...{ replica, keys, store, platform, onChange },
    send: peers.sendReceipt,
    keep: (sealed) => relays.tell((relay) => relay.putReceipt(sealed)),
    acknowledged: relays.acknowledged,
    relayHolds: relays.holds,
    blocked: options.blocked,
    filesWaiting: () => pieces.isWaiting(),
    storage: options.storage,
  })
  const presence = createHostPresence({
    ...{ replica, keys, platform },
    send: (sealed) => engine.sendPresence(sealed),
    sendOverRelay: (sealed) => relays.tell((relay) => relay.sendPresence(sealed)),
    direct: peers.direct,
    onChange: options.onPresence,
    onRelayListener: () => hurry(),
  })

  /** What was gathered for the relays goes up: there may be no later. */
  function hurry(): void {
    relays.tell((relay) => relay.hurry())
  }

  function greet(): void {
    delivery.greet()
    presence.greet()
    pieces.bring()
  }

  function join(): void {
    if (!settings || isClosed) return
    peers.join(settings)
    relays.join(settings)
    pieces.bring()
  }

  void options.places.settings.then((places) => {
    settings = places
    join()
    void doorKeeper.changed()
  })

  return {
    mailboxes: relays.mailboxes,
    stored(run) {
      engine.committed(run)
      delivery.stored()
      if (isChainOf(replica, device, run[0]?.header.chain)) relays.tell((relay) => relay.committed(run))
    },
    covered(chain) {
      engine.reached(chain)
      onChange()
    },
    folded: (chain) => relays.tell((relay) => relay.folded(chain)),
    membershipChanged() {
      presence.membershipChanged()
      delivery.membershipChanged()
      peers.lookAtTrust()
      void doorKeeper.changed()
      join()
    },
    offerLate: peers.offerLate,
    judged: delivery.judged,
    delivery: () => delivery.view({ relay: relays.state(), direct: peers.direct(), atRelay: presence.atRelay() }),
    connection() {
      const hasTurn = hasTurnServer(settings?.iceServers ?? [])
      const linked = peers.direct().size
      const isAnybodyAtRelay = presence.atRelay().size > 0
      return {
        direct: directRoad({ mesh: peers.meshState(), relayOnly, hasTurn, linked, isAnybodyAtRelay }),
        ...{ hasTurn, relayOnly, relays: relays.roads(options.places.origin) },
      }
    },
    async setRelayOnly(isOn) {
      if (!(await noteRelayOnly(store, isOn))) return false
      relayOnly = isOn
      peers.setRelayOnly(isOn)
      return true
    },
    dropAtRelay: relays.drop,
    relayTrouble: () => relays.trouble() ?? (pieces.isDeclined() ? 'relay-full' : undefined),
    presence,
    pieces,
    holders() {
      const epoch = replica.membership.current()?.epoch.tag
      return epoch ? delivery.spokeUnder(epoch) : new Set()
    },
    notePending: delivery.notePending,
    hidden: hurry,
    async close() {
      isClosed = true
      pieces.close()
      delivery.close()
      presence.close()
      peers.close()
      engine.close()
      await relays.close()
    },
  }
}
