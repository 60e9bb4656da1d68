import { toHex } from '#lib/base/bytes'
import type { ChannelName, DeviceId } from '#lib/base/ids'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import { meshRoom } from '#lib/protocol/derive'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Replica } from '#lib/replica/replica'
import type { Mailboxes } from '#lib/session/admission-desk'
import type { Platform } from '#lib/session/browser-platform'
import type { HostEvents } from '#lib/session/host-protocol'
import type { Places } from '#lib/session/places'
import type { WorkspaceStore } from '#lib/storage/storage'
import { createSyncEngine, type SyncPeer } from '#lib/sync/sync-engine'
import type { TabLead } from '#lib/tabs/tab-bus'
import { createMesh, type Mesh } from '#lib/transport/webrtc'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** The leader's links: direct ones to the other devices, one to the relay, and what is known from both. */
export interface HostNetwork {
  readonly mailboxes: Mailboxes
  stored(run: readonly SealedEntry[]): void
  membershipChanged(): void
  delivery(): DeliveryView
  pagesByPerson(): ReadonlyMap<string, readonly string[]>
  notePending(tab: string, count: number): void
  showPresence(tab: string, channel: ChannelName | undefined, page: string | undefined, cursor: Uint8Array | undefined): void
  close(): Promise<void>
}

export interface HostNetworkOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly store: WorkspaceStore
  readonly platform: Platform
  readonly places: { readonly origin: string; readonly settings: Promise<Places> }
  readonly emit: TabLead<HostEvents>['emit']
  onChange(): void
}

export function createHostNetwork(options: HostNetworkOptions): HostNetwork {
  const { replica, keys, platform } = options
  const { clock, random, crypto } = platform
  const peers = new Map<string, SyncPeer>()
  let mesh: Mesh | undefined
  let closed = false
  const engine = createSyncEngine({ source: replica, clock, random })

  const isActive = (device: DeviceId): boolean => replica.membership.current()?.devices.get(toHex(device))?.active === true

  function joinMesh(places: Places): void {
    const epoch = replica.membership.current()?.epoch
    const secret = epoch && replica.keys.secretOf(epoch.tag)
    if (closed || !secret) return
    const room = meshRoom(secret, keys.workspaceId)
    mesh = createMesh({
      workspaceId: keys.workspaceId,
      roomName: room.name,
      password: room.password,
      signaling: [places.signaling],
      iceServers: places.iceServers,
      device: keys.device,
      crypto,
      clock,
      random,
      deviceStanding: (device) => (isActive(device) ? 'active' : 'unknown'),
      onLink(link, { device }) {
        const key = toHex(device)
        const peer = engine.connect(link, { trusted: isActive(device), name: key.slice(0, 8) })
        peers.set(key, peer)
        peer.onClose = () => {
          if (peers.get(key) === peer) peers.delete(key)
          options.onChange()
        }
        options.onChange()
      },
    })
  }
  void options.places.settings.then(joinMesh)

  return {
    mailboxes: { open() {}, listen: () => () => {}, answer() {} },
    stored: (run) => engine.committed(run),
    membershipChanged() {
      for (const [key, peer] of peers) peer.setTrusted(replica.membership.current()?.devices.get(key)?.active === true)
    },
    delivery: () => ({
      pill: { type: 'saved-here' },
      people: [],
      verified: { edits: 0, people: 1 },
      relay: 'connecting',
      directPeers: peers.size,
    }),
    pagesByPerson: () => new Map(),
    notePending() {},
    showPresence() {},
    async close() {
      closed = true
      mesh?.close()
      engine.close()
    },
  }
}
