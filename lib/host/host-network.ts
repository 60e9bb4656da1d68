import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId } from '#lib/base/ids'
import { keepLast } from '#lib/base/keep-last'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import type { StorageFacts } from '#lib/delivery/storage-state'
import type { Mailboxes } from '#lib/host/admission-desk'
import type { Platform } from '#lib/host/browser-platform'
import { createDeviceLinks } from '#lib/host/device-links'
import { createDoorKeeper } from '#lib/host/door-keeper'
import { createHostDelivery } from '#lib/host/host-delivery'
import { createHostPresence, type HostPresence } from '#lib/host/host-presence'
import { noteLeftMeshes, readLeftMeshes } from '#lib/host/left-meshes-record'
import { createMailboxRoad } from '#lib/host/mailbox-road'
import { createMeshes, type Meshes } from '#lib/host/meshes'
import type { Places } from '#lib/host/places'
import { meshRoom } from '#lib/protocol/derive'
import { encodeDoorStatement, roomName } from '#lib/protocol/door'
import type { WantItem } from '#lib/protocol/frame-fields'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { HeldEpoch } from '#lib/replica/key-ring'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceStore } from '#lib/storage/storage'
import { createRelayClient, type RelayClient } from '#lib/sync/relay-client'
import type { RelayState } from '#lib/sync/relay-connection'
import { createSyncEngine, type SyncPeer } from '#lib/sync/sync-engine'
import type { SyncFault } from '#lib/sync/sync-fault'
import type { Link } from '#lib/transport/link'
import type { MeshPeer } from '#lib/transport/mesh-peer'
import { openRelayLink } from '#lib/transport/relay'
import { createMesh, type Mesh, type MeshOptions } from '#lib/transport/webrtc'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { devicesInDoubt } from '#lib/workspace/ended-standing'
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
  /** The only relays that answer have turned this device away for a while: nothing is under way that would let it in. */
  isRelayRefused(): boolean
  readonly presence: HostPresence
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

/** A newcomer is turned away until somebody's statement about them reaches the relay: that takes less. */
const REFUSED_MS = 60_000
/** So long a former device may read the log along a link that stands: news of an operation may take three seconds. */
const GOODBYE_MS = 10_000
/** Later on it knows, and has this long to hand over what it wrote itself (W1). */
const GOODBYE_AGAIN_MS = 3000

export async function createHostNetwork(options: HostNetworkOptions): Promise<HostNetwork> {
  const { replica, keys, platform, store } = options
  const { clock, random, crypto } = platform
  const relays = new Map<string, RelayClient>()
  /** Since when, by place. */
  const refusedAt = new Map<string, number>()
  let meshes: Meshes | undefined
  /** Former devices (hex) that had time to read why. */
  const goodbyes = new Set<string>()
  let settings: Places | undefined
  let closed = false
  const deviceByLink = new WeakMap<Link, DeviceId>()
  const engine = createSyncEngine({
    source: replica,
    clock,
    random,
    onBlame(link, fault) {
      const other = deviceByLink.get(link)
      if (other) options.onBlame(other, fault)
    },
  })
  const device = keys.device.publicKey as DeviceId
  const links = createDeviceLinks<SyncPeer>()

  const doorKeeper = createDoorKeeper({
    ...{ replica, device, relayKey: keys.relay },
    onChange: () => forEachRelay((relay) => relay.doorChanged()),
  })

  const relayState = (): DeliveryView['relay'] => {
    const states = [...relays.values()].map((relay) => relay.state())
    return (['connected', 'connecting', 'refused'] as const).find((state) => states.includes(state)) ?? 'away'
  }
  const leftBefore = await readLeftMeshes(store)
  const delivery = await createHostDelivery({
    replica,
    keys,
    store,
    platform,
    send: (sealed) => engine.sendReceipt(sealed),
    keep: (sealed) => forEachRelay((relay) => relay.putReceipt(sealed)),
    acknowledged: (chain) => Math.max(0, ...[...relays.values()].map((relay) => relay.acknowledged(chain))),
    blocked: options.blocked,
    storage: options.storage,
    onChange: options.onChange,
  })
  const presence = createHostPresence({
    replica,
    keys,
    platform,
    send: (sealed) => engine.sendPresence(sealed),
    sendOverRelay: (sealed) => forEachRelay((relay) => relay.sendPresence(sealed)),
    direct: links.devices,
    onChange: options.onPresence,
    onRelayListener: () => hurry(),
  })

  function forEachRelay(tell: (relay: RelayClient) => void): void {
    for (const relay of relays.values()) tell(relay)
  }

  /** What was gathered for the relays goes up: there may be no later. */
  const hurry = (): void => forEachRelay((relay) => relay.hurry())

  function greet(): void {
    delivery.greet()
    presence.greet()
  }

  const isActiveKey = (key: string): boolean => replica.membership.current()?.devices.get(key)?.active === true
  const isActive = (other: DeviceId): boolean => isActiveKey(toHex(other))
  /** What somebody wrote themselves may come from their own device even after they were removed: it is held back. */
  const isChainOf = (other: DeviceId, channel: ChannelTag, chain: ChainTag): boolean => {
    const author = replica.authorOf(channel, chain)
    return author !== undefined && sameBytes(author, other)
  }
  const inDoubt = keepLast(devicesInDoubt)
  /** Others ended its standing: what it brings is late, and counts for nothing by itself (W1). */
  const isRemoved = (key: string): boolean => {
    const state = replica.membership.current()
    return isFormer(key) && state !== undefined && inDoubt(state).has(key)
  }
  const isFormer = (key: string): boolean => replica.membership.current()?.devices.get(key)?.active === false
  const isOwnChain = (chain: ChainTag): boolean => {
    const head = replica.head(chain)
    const author = head && replica.deviceOf(head)
    return author !== undefined && sameBytes(author, device)
  }

  const linkByPeer = new WeakMap<SyncPeer, Link>()
  /** Whether the device at the other end may have more than the log (R1, K5). */
  const isTrusted = (key: string, link: Link | undefined): boolean =>
    isActiveKey(key) && !(link && meshes?.isLogOnly(link))

  function joinMesh(places: Places): void {
    if (closed) return
    meshes ??= createMeshes({
      ...{ replica, device, clock, random },
      start: (epoch, onLink) => startMesh(places, epoch, onLink),
      onLink: welcome,
      onLogOnly: lookAtTrust,
      leftBefore,
      onLeft: (left) => void noteLeftMeshes(store, left),
    })
    meshes.changed()
  }

  function startMesh(places: Places, { secret }: HeldEpoch, onLink: MeshOptions['onLink']): Mesh {
    const room = meshRoom(secret, keys.workspaceId)
    return createMesh({
      workspaceId: keys.workspaceId,
      roomName: room.name,
      password: room.password,
      signaling: [places.signaling],
      iceServers: places.iceServers,
      device: keys.device,
      crypto,
      clock,
      random,
      deviceStanding: (other) => (isActive(other) ? 'active' : 'unknown'),
      onLink,
    })
  }

  function welcome(link: Link, { device: other }: MeshPeer): void {
    const key = toHex(other)
    deviceByLink.set(link, other)
    const peer = engine.connect(link, { trusted: isTrusted(key, link), name: key.slice(0, 8) })
    links.add(other, peer)
    linkByPeer.set(peer, link)
    peer.onReceipt = delivery.heard
    peer.mayBring = ({ channel, chain }) => isRemoved(key) && isChainOf(other, channel, chain)
    peer.onPresence = (sealed) => presence.heard(sealed, other)
    greet()
    peer.onClose = () => {
      if (links.remove(other, peer)) {
        presence.lost(other)
        hurry()
      }
      options.onChange()
    }
    peer.offer(options.late())
    if (isFormer(key)) sayGoodbye(key, peer)
    options.onChange()
  }

  /** Who was here once may read in the log that it is over, and is turned away then (R1). */
  function sayGoodbye(key: string, peer: SyncPeer): void {
    clock.after(goodbyes.has(key) ? GOODBYE_AGAIN_MS : GOODBYE_MS, () => {
      if (!isFormer(key)) return
      goodbyes.add(key)
      peer.close('not-a-member')
    })
  }

  function lookAtTrust(): void {
    for (const [key, peer] of links.all()) {
      peer.setTrusted(isTrusted(key, linkByPeer.get(peer)))
      if (isFormer(key)) sayGoodbye(key, peer)
      else goodbyes.delete(key)
    }
  }

  /** One client per place that the log names; a place that it no longer names is left. */
  function joinRelays(): void {
    if (closed || !settings) return
    const named = new Set<string>()
    for (const place of replica.membership.current()?.relays ?? options.firstRelays) {
      const key = `${place.origin}/${toHex(roomName(place.rootKey, place.random))}`
      named.add(key)
      const known = relays.get(key)
      if (known) known.doorChanged()
      else relays.set(key, joinRelay(key, place, settings))
    }
    for (const [key, relay] of relays) {
      if (named.has(key)) continue
      relays.delete(key)
      refusedAt.delete(key)
      void relay.close()
    }
    mailboxes.relaysChanged()
  }

  function joinRelay(key: string, place: RelayPlace, { origin, sync }: Places): RelayClient {
    const url = place.origin === origin ? sync : `${place.origin.replace(/^http/, 'ws')}/sync`
    const room = roomName(place.rootKey, place.random)
    return createRelayClient({
      connect: () => openRelayLink(url),
      origin: place.origin,
      room: place,
      relayKey: keys.relay,
      source: replica,
      isOwn: isOwnChain,
      mayGather: () => [...links.devices()].some(isActiveKey) && !presence.isHeardAtRelay(),
      memory: {
        async load() {
          const record = await store.record(`relay/${key}`)
          return record.ok ? record.value : undefined
        },
        async save(value) {
          await store.commit({ entries: [], records: [{ key: `relay/${key}`, value }] })
        },
      },
      onSetBack: options.onSetBack,
      statements: () =>
        [...(replica.membership.current()?.doors ?? []), ...doorKeeper.statements()]
          .filter((door) => door.origin === place.origin && sameBytes(door.room, room))
          .map(encodeDoorStatement),
      clock,
      random,
      onState(state) {
        if (state === 'connected') greet()
        noteRefused(key, state)
        options.onChange()
      },
      mayFill: options.isQuiet,
      onAcknowledged: options.onChange,
      onReceipt: (sealed) => delivery.heard(sealed),
      onPresence: (sealed) => presence.heard(sealed, undefined),
    })
  }

  function noteRefused(key: string, state: RelayState): void {
    if (state === 'connected') refusedAt.delete(key)
    if (state !== 'refused' || refusedAt.has(key)) return
    refusedAt.set(key, clock.now())
    clock.after(REFUSED_MS, options.onChange)
  }

  void options.places.settings.then((places) => {
    settings = places
    joinMesh(places)
    joinRelays()
    void doorKeeper.changed()
  })

  const mailboxes = createMailboxRoad(() => [...relays.values()])

  return {
    mailboxes,
    stored(run) {
      engine.committed(run)
      delivery.stored()
      const [first] = run
      const isOwn = first !== undefined && isOwnChain(first.header.chain)
      if (isOwn) forEachRelay((relay) => relay.committed(run))
    },
    covered(chain) {
      engine.reached(chain)
      options.onChange()
    },
    folded: (chain) => forEachRelay((relay) => relay.folded(chain)),
    membershipChanged() {
      presence.membershipChanged()
      lookAtTrust()
      void doorKeeper.changed()
      if (settings) joinMesh(settings)
      joinRelays()
    },
    offerLate() {
      for (const [, peer] of links.all()) peer.offer(options.late())
    },
    judged: delivery.judged,
    delivery: () =>
      delivery.view({
        relay: relays.size === 0 ? 'connecting' : relayState(),
        direct: links.devices(),
        atRelay: presence.atRelay(),
      }),
    isRelayRefused: () =>
      relayState() !== 'connected' && [...refusedAt.values()].some((at) => clock.now() - at >= REFUSED_MS),
    presence,
    holders() {
      const epoch = replica.membership.current()?.epoch.tag
      return epoch ? delivery.spokeUnder(epoch) : new Set()
    },
    notePending: delivery.notePending,
    hidden: hurry,
    async close() {
      closed = true
      delivery.close()
      presence.close()
      meshes?.close()
      engine.close()
      await Promise.all([...relays.values()].map((relay) => relay.close()))
    },
  }
}
