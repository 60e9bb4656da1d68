import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import type { Platform } from '#lib/host/browser-platform'
import { faceOf } from '#lib/host/face-of'
import { newestEpochs } from '#lib/host/newest-epochs'
import type { RemoteCursor } from '#lib/presence/awareness-bridge'
import { createPresenceRoom } from '#lib/presence/presence-room'
import { createPresenceSender } from '#lib/presence/presence-sender'
import { presenceKey } from '#lib/protocol/derive'
import { openPresence, sealPresence, sealSignedPresence } from '#lib/protocol/presence'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** Who is where right now (R7): says it for this device's tabs and hears it from the others. Never stored. */
export interface HostPresence {
  /** Sealed, along a direct link of `from`, or over a relay. */
  heard(sealed: Uint8Array, from: DeviceId | undefined): void
  show(tab: string, channel: ChannelTag | undefined, cursor: Uint8Array | undefined): void
  here(channel: ChannelTag): readonly RemoteCursor[]
  /** Channels (hex) by person (hex). */
  channelsByPerson(): ReadonlyMap<string, readonly string[]>
  /** Devices (hex) that show themselves now and have no direct link: over the relay alone. */
  atRelay(): ReadonlySet<string>
  /** Whether somebody was heard over the relay lately who has no direct link. */
  isHeardAtRelay(): boolean
  /** Somebody new is reachable. */
  greet(): void
  membershipChanged(): void
  /** The direct link of that device ended. */
  lost(device: DeviceId): void
  close(): void
}

export interface HostPresenceOptions {
  readonly replica: Replica
  readonly keys: WorkspaceKeys
  readonly platform: Pick<Platform, 'clock' | 'crypto' | 'random'>
  send(sealed: Uint8Array): void
  sendOverRelay(sealed: Uint8Array): void
  /** Devices (hex) with a direct link. */
  direct(): ReadonlySet<string>
  onChange(): void
  /** Somebody is there whom only the relay reaches. */
  onRelayListener(): void
}

/** A device that was heard over the relay this long ago is still told over it. */
const RELAY_LISTENER_MS = 45_000
/** Words over the relay while nobody is known to listen there, so that newcomers are found. */
const RELAY_HELLO_MS = 10_000

export function createHostPresence(options: HostPresenceOptions): HostPresence {
  const { replica, keys, platform } = options
  const { clock, crypto, random } = platform
  const device = keys.device.publicKey as DeviceId
  const heardOverRelay = new Map<string, number>()
  let relayedAt = Number.NEGATIVE_INFINITY

  const isMember = (other: DeviceId): boolean =>
    !sameBytes(other, device) && replica.membership.current()?.devices.get(toHex(other))?.active === true
  const presenceKeys = () => newestEpochs(replica).map(({ secret }) => presenceKey(secret, keys.workspaceId))
  const isLinked = (other: DeviceId): boolean => options.direct().has(toHex(other))
  const room = createPresenceRoom({ clock, isMember, isLinked, onChange: options.onChange })
  const sender = createPresenceSender({
    clock,
    device,
    say(presence, isKnown) {
      const [key] = presenceKeys()
      if (!key) return
      if (!isKnown && options.direct().size > 0) options.send(sealPresence(presence, key, random))
      if (!isRelayNeeded()) return
      relayedAt = clock.now()
      void sealSignedPresence(presence, keys.device, key, random).then(options.sendOverRelay)
    },
  })

  function isHeardAtRelay(): boolean {
    const now = clock.now()
    const direct = options.direct()
    return [...heardOverRelay].some(([other, at]) => !direct.has(other) && now - at < RELAY_LISTENER_MS)
  }

  /** Whoever has a direct link needs no second copy through the relay. */
  const isRelayNeeded = (): boolean =>
    options.direct().size === 0 || isHeardAtRelay() || clock.now() - relayedAt >= RELAY_HELLO_MS

  function noteAtRelay(other: DeviceId): void {
    const before = isHeardAtRelay()
    heardOverRelay.set(toHex(other), clock.now())
    if (!before && isHeardAtRelay()) options.onRelayListener()
  }

  async function hear(sealed: Uint8Array, from: DeviceId | undefined): Promise<void> {
    for (const key of presenceKeys()) {
      const word = await openPresence(sealed, key, crypto)
      if (!word.ok) continue
      if (!from) noteAtRelay(word.value.presence.device)
      room.hear(word.value, from)
      return
    }
  }

  return {
    heard: (sealed, from) => void hear(sealed, from),
    show: (tab, channel, cursor) => sender.show(tabNumber(tab), channel, cursor),
    here(channel) {
      const state = replica.membership.current()
      return room.here(channel).flatMap(({ number, device: other, cursor }) => {
        const person = state?.devices.get(toHex(other))?.person
        return state && person ? [{ number, ...faceOf(state, person), ...(cursor ? { cursor } : {}) }] : []
      })
    },
    channelsByPerson() {
      const state = replica.membership.current()
      const channels = new Map<string, string[]>()
      for (const { device: other, channel } of room.here()) {
        const person = state?.devices.get(toHex(other))?.person
        if (person) channels.set(toHex(person), [...(channels.get(toHex(person)) ?? []), toHex(channel)])
      }
      return channels
    },
    atRelay() {
      const direct = options.direct()
      return new Set(
        room
          .here()
          .map(({ device: other }) => toHex(other))
          .filter((key) => !direct.has(key)),
      )
    },
    isHeardAtRelay,
    greet: () => sender.greet(),
    membershipChanged: () => room.recheck(),
    lost: (other) => room.lost(other),
    close() {
      sender.close()
      room.close()
    },
  }
}

/** 48 bits of a tab's name: enough to tell the tabs of one device apart. */
const tabNumber = (tab: string): number => Number.parseInt(tab.slice(0, 12), 16)
