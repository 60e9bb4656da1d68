import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { HeldChain } from '#lib/delivery/delivery-state'
import type { DeliveryView } from '#lib/delivery/delivery-view'
import type { Platform } from '#lib/host/browser-platform'
import type { RelayRoad } from '#lib/host/connection-view'
import { createMailboxRoad, type MailboxRoad } from '#lib/host/mailbox-road'
import { type Places, syncAddress } from '#lib/host/places'
import { bestState, holdsAll } from '#lib/host/relay-standing'
import { type DoorStatement, encodeDoorStatement, roomName } from '#lib/protocol/door'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceStore } from '#lib/storage/storage'
import { createPieceRoad, type PieceRoad } from '#lib/sync/piece-road'
import { createRelayClient, type RelayClient, type RelayClientOptions } from '#lib/sync/relay-client'
import type { RelayState } from '#lib/sync/relay-connection'
import type { DropProgress, Dropping } from '#lib/sync/relay-drops'
import { onWake } from '#lib/transport/page-life'
import { openRelayLink } from '#lib/transport/relay'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { RelayPlace } from '#lib/workspace/operation'

/** One client for each relay that the log names (R3, R5). */
export interface HostRelays {
  readonly mailboxes: MailboxRoad
  /** Joins those that the log names now, and leaves those that it does not name any more. */
  join(places: Places): void
  tell(each: (relay: RelayClient) => void): void
  /** The best of them; one is on the way before any was joined. */
  state(): DeliveryView['relay']
  /** Each of them; the one that serves this page first. */
  roads(servesThisPage: string): readonly RelayRoad[]
  /** The road of pieces to each of them, by its place. */
  pieceRoads(): ReadonlyMap<string, PieceRoad>
  /** Entries of a chain that one of them keeps. */
  acknowledged(chain: ChainTag): number
  /** Whether one of them keeps all of these. */
  holds(chains: readonly HeldChain[]): boolean
  /** Has the one at that origin drop what acknowledged segments stand for (S3). */
  drop(origin: string, onProgress: (progress: DropProgress) => void): Dropping | undefined
  /** What keeps every one that answers from being of use for a while: it turns this device away, or has no room. */
  trouble(): RelayTrouble | undefined
  close(): Promise<void>
}

export type RelayTrouble = 'relay-refused' | 'relay-full'

type Passed = 'isOwn' | 'mayGather' | 'onSetBack' | 'mayFill' | 'onReceipt' | 'onPresence'

export interface HostRelaysOptions extends Required<Pick<RelayClientOptions, Passed>> {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly store: WorkspaceStore
  readonly platform: Pick<Platform, 'clock' | 'random' | 'crypto'>
  /** Where to look for the log while it is empty. */
  readonly firstRelays: readonly RelayPlace[]
  /** What is said at doors besides what the log says. */
  statements(): readonly DoorStatement[]
  onConnected(): void
  onChange(): void
}

/** A newcomer is turned away until somebody's statement about them reaches the relay: that takes less. */
const REFUSED_MS = 60_000

export function createHostRelays(options: HostRelaysOptions): HostRelays {
  const { replica, keys, store, onChange } = options
  const { clock, random } = options.platform
  const relays = new Map<string, RelayClient>()
  const pieceRoads = new Map<string, PieceRoad>()
  const origins = new Map<string, string>()
  /** Since when, by place. */
  const refusedAt = new Map<string, number>()
  const mailboxes = createMailboxRoad(() => [...relays.values()])

  function open(key: string, place: RelayPlace, places: Places): RelayClient {
    const url = syncAddress(place.origin, places)
    const room = roomName(place.rootKey, place.random)
    const { isOwn, mayGather, onSetBack, mayFill, onReceipt, onPresence } = options
    const road = { connect: () => openRelayLink(url), onWake, origin: place.origin, room: place, relayKey: keys.relay }
    pieceRoads.set(key, createPieceRoad({ ...road, clock, random, crypto: options.platform.crypto }))
    return createRelayClient({
      ...road,
      source: replica,
      memory: {
        async load() {
          const record = await store.record(`relay/${key}`)
          return record.ok ? record.value : undefined
        },
        async save(value) {
          await store.commit({ entries: [], records: [{ key: `relay/${key}`, value }] })
        },
      },
      statements: () =>
        [...(replica.membership.current()?.doors ?? []), ...options.statements()]
          .filter((door) => door.origin === place.origin && sameBytes(door.room, room))
          .map(encodeDoorStatement),
      onState(state) {
        if (state === 'connected') options.onConnected()
        noteRefused(key, state)
        onChange()
      },
      onAcknowledged: onChange,
      onCaughtUp: () => replica.compared(),
      onRefusal: onChange,
      ...{ clock, random, isOwn, mayGather, onSetBack, mayFill, onReceipt, onPresence },
    })
  }

  function noteRefused(key: string, state: RelayState): void {
    if (state === 'connected') refusedAt.delete(key)
    if (state !== 'refused' || refusedAt.has(key)) return
    refusedAt.set(key, clock.now())
    clock.after(REFUSED_MS, onChange)
  }

  return {
    mailboxes,
    join(places) {
      const named = new Set<string>()
      for (const place of replica.membership.current()?.relays ?? options.firstRelays) {
        const key = `${place.origin}/${toHex(roomName(place.rootKey, place.random))}`
        named.add(key)
        const known = relays.get(key)
        if (known) known.doorChanged()
        else relays.set(key, open(key, place, places))
        origins.set(key, place.origin)
      }
      for (const [key, relay] of relays) {
        if (named.has(key)) continue
        relays.delete(key)
        origins.delete(key)
        refusedAt.delete(key)
        pieceRoads.get(key)?.close()
        pieceRoads.delete(key)
        void relay.close()
      }
      mailboxes.relaysChanged()
    },
    tell(each) {
      for (const relay of relays.values()) each(relay)
    },
    state: () => bestState([...relays.values()]),
    roads: (servesThisPage) =>
      [...relays]
        .map(([key, relay]): RelayRoad => {
          const origin = origins.get(key) ?? ''
          const isOwn = origin === servesThisPage
          return {
            origin,
            servesThisPage: isOwn,
            state: relay.state(),
            reason: relay.farewell(),
            refusal: relay.refusal(),
          }
        })
        .sort((a, b) => Number(b.servesThisPage) - Number(a.servesThisPage)),
    pieceRoads: () => pieceRoads,
    acknowledged: (chain) => Math.max(0, ...[...relays.values()].map((relay) => relay.acknowledged(chain))),
    holds: (chains) => holdsAll([...relays.values()], chains),
    drop(origin, onProgress) {
      const found = [...relays].find(([key]) => origins.get(key) === origin)
      return found?.[1].drop(onProgress)
    },
    trouble() {
      const connected = [...relays.values()].filter((relay) => relay.state() === 'connected')
      if (connected.length > 0)
        return connected.every((relay) => relay.refusal() !== undefined) ? 'relay-full' : undefined
      const isRefused = [...refusedAt.values()].some((at) => clock.now() - at >= REFUSED_MS)
      return isRefused ? 'relay-refused' : undefined
    },
    async close() {
      for (const road of pieceRoads.values()) road.close()
      await Promise.all([...relays.values()].map((relay) => relay.close()))
    },
  }
}
