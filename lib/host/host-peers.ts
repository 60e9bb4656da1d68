import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId } from '#lib/base/ids'
import { keepLast } from '#lib/base/keep-last'
import type { ReceiptListeners } from '#lib/delivery/receipt-sender'
import type { Platform } from '#lib/host/browser-platform'
import { createDeviceLinks } from '#lib/host/device-links'
import { createFarewells } from '#lib/host/farewells'
import { noteLeftMeshes, readLeftMeshes } from '#lib/host/left-meshes-record'
import { createMeshes, type Meshes } from '#lib/host/meshes'
import type { Places } from '#lib/host/places'
import { createTrustedPeers } from '#lib/host/trusted-peers'
import { meshRoom } from '#lib/protocol/derive'
import type { WantItem } from '#lib/protocol/frame-fields'
import type { HeldEpoch } from '#lib/replica/key-ring'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { SyncEngine, SyncPeer } from '#lib/sync/sync-engine'
import type { Link } from '#lib/transport/link'
import type { MeshPeer } from '#lib/transport/mesh-peer'
import { createMesh, type Mesh, type MeshOptions, type MeshState } from '#lib/transport/webrtc'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { devicesInDoubt } from '#lib/workspace/ended-standing'

/** The direct links to the other devices, and what goes along each (R1, K5). */
export interface HostPeers {
  /** Meets the others where the newest epoch says. */
  join(places: Places): void
  /** Looks again at whom a link may carry what to. */
  lookAtTrust(): void
  /** Devices (hex) to which more than the log goes directly. */
  direct(): ReadonlySet<string>
  isAnyActive(): boolean
  /** How the newest mesh is; `undefined` before there is one. */
  meshState(): MeshState | undefined
  /** Hides this device's addresses from the others, or does not any more: all links end and are made anew (R8). */
  setRelayOnly(isOn: boolean): void
  deviceAt(link: Link): DeviceId | undefined
  sendReceipt(sealed: Uint8Array, to: ReceiptListeners): void
  /** Brings own edits that are held back to whoever is met (W1). */
  offerLate(): void
  close(): void
}

export interface HostPeersOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly store: WorkspaceStore
  readonly platform: Platform
  readonly engine: Pick<SyncEngine, 'connect'>
  readonly relayOnly: boolean
  /** Where own edits begin that are held back. */
  late(): readonly WantItem[]
  onReceipt(sealed: Uint8Array): void
  onPresence(sealed: Uint8Array, from: DeviceId): void
  onMet(): void
  /** The last link to it closed. */
  onLost(device: DeviceId): void
  onChange(): void
}

export async function createHostPeers(options: HostPeersOptions): Promise<HostPeers> {
  const { replica, keys, store, engine } = options
  const { clock, random, crypto } = options.platform
  const device = keys.device.publicKey as DeviceId
  const links = createDeviceLinks<SyncPeer>()
  const deviceByLink = new WeakMap<Link, DeviceId>()
  const linkByPeer = new WeakMap<SyncPeer, Link>()
  const trusted = createTrustedPeers(() => options.onMet())
  let left = await readLeftMeshes(store)
  let meshes: Meshes | undefined
  let places: Places | undefined
  let relayOnly = options.relayOnly
  let isClosed = false

  const standingOf = (key: string): boolean | undefined => replica.membership.current()?.devices.get(key)?.active
  const isActive = (key: string): boolean => standingOf(key) === true
  const isFormer = (key: string): boolean => standingOf(key) === false
  const farewells = createFarewells(clock, toHex(device), isFormer)
  const inDoubt = keepLast(devicesInDoubt)
  /** Its standing ended: what it brings is late, and counts for nothing by itself (W1). */
  const isRemoved = (key: string): boolean => {
    const state = replica.membership.current()
    return isFormer(key) && state !== undefined && inDoubt(state).has(key)
  }
  /** What somebody wrote themselves may come from their own device even after they were removed: it is held back. */
  const isChainOf = (other: DeviceId, channel: ChannelTag, chain: ChainTag): boolean => {
    const author = replica.authorOf(channel, chain)
    return author !== undefined && sameBytes(author, other)
  }
  const isLogOnly = (link: Link | undefined): boolean => link !== undefined && meshes?.isLogOnly(link) === true
  /** Whether the device at the other end may have more than the log (R1, K5). */
  const isTrusted = (key: string, link: Link | undefined): boolean => isActive(key) && !isLogOnly(link)

  function meshStanding(key: string): ReturnType<MeshOptions['deviceStanding']> {
    if (farewells.isOver(key)) return 'former'
    return isActive(key) ? 'active' : 'unknown'
  }

  function startMesh({ signaling, iceServers }: Places, { secret }: HeldEpoch, onLink: MeshOptions['onLink']): Mesh {
    const room = meshRoom(secret, keys.workspaceId)
    return createMesh({
      workspaceId: keys.workspaceId,
      roomName: room.name,
      password: room.password,
      signaling: [signaling],
      iceServers,
      relayOnly,
      onState: () => options.onChange(),
      device: keys.device,
      deviceStanding: (other) => meshStanding(toHex(other)),
      ...{ crypto, clock, random, onLink },
      ...options.platform.webrtc,
    })
  }

  function welcome(link: Link, { device: other }: MeshPeer): void {
    const key = toHex(other)
    deviceByLink.set(link, other)
    const trusts = isTrusted(key, link)
    const peer = engine.connect(link, { trusted: trusts, name: key.slice(0, 8) })
    links.add(other, peer)
    linkByPeer.set(peer, link)
    peer.onReceipt = options.onReceipt
    peer.mayBring = ({ channel, chain }) => isRemoved(key) && isChainOf(other, channel, chain)
    peer.onPresence = (sealed) => options.onPresence(sealed, other)
    trusted.meet(peer, trusts)
    peer.onClose = () => {
      if (links.remove(other, peer)) options.onLost(other)
      options.onChange()
    }
    peer.offer(options.late())
    if (isFormer(key)) sayFarewell(key, peer)
    options.onChange()
  }

  function sayFarewell(key: string, peer: SyncPeer): void {
    farewells.begin(key, {
      isOpen: () => links.all().some(([, one]) => one === peer),
      close: () => peer.close('not-a-member'),
    })
  }

  function lookAtTrust(): void {
    for (const [key, peer] of links.all()) {
      trusted.set(peer, isTrusted(key, linkByPeer.get(peer)))
      if (isFormer(key)) sayFarewell(key, peer)
    }
    if (farewells.takeBack()) meshes?.rejoin()
  }

  function join(at: Places): void {
    if (isClosed) return
    places = at
    meshes ??= createMeshes({
      ...{ replica, device, clock, random },
      start: (epoch, onLink) => startMesh(at, epoch, onLink),
      onLink: welcome,
      onLogOnly: lookAtTrust,
      leftBefore: left,
      onLeft(now) {
        left = now
        void noteLeftMeshes(store, now)
      },
    })
    meshes.changed()
  }

  return {
    join,
    meshState: () => meshes?.state(),
    setRelayOnly(isOn) {
      if (isOn === relayOnly) return
      relayOnly = isOn
      meshes?.close()
      meshes = undefined
      if (places) join(places)
      options.onChange()
    },
    lookAtTrust,
    direct: () => links.reached((peer) => isLogOnly(linkByPeer.get(peer))),
    isAnyActive: () => links.all().some(([key, peer]) => isTrusted(key, linkByPeer.get(peer))),
    deviceAt: (link) => deviceByLink.get(link),
    sendReceipt(sealed, to) {
      for (const [key, peer] of links.all()) if (to === 'everybody' || to.has(key)) peer.sendReceipt(sealed)
    },
    offerLate() {
      for (const [, peer] of links.all()) peer.offer(options.late())
    },
    close() {
      isClosed = true
      meshes?.close()
    },
  }
}
