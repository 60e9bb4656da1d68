/**
 * Who is here now, from what devices said of themselves (R7). Takes no replay, no word about another device than the one
 * that speaks, and forgets whoever falls silent without a link. Bounded: some tabs a device, one word a tab.
 */

import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { ChannelTag, DeviceId } from '#lib/base/ids'
import type { OpenedPresence } from '#lib/protocol/presence'

/** One tab of somebody's device that looks at a channel. */
export interface PersonHere {
  /** Names this tab among all in the room, as long as it is here; made here, so that nobody can take another's. */
  readonly number: number
  readonly device: DeviceId
  readonly channel: ChannelTag
  /** As it came; anything is possible (cursor-bytes.ts). */
  readonly cursor?: Uint8Array
}

export interface PresenceRoom {
  /**
   * A word that came along a direct link of `from`, or over a relay (`undefined`), where it proves its device by its
   * signature. False when it is not taken.
   */
  hear(word: OpenedPresence, from: DeviceId | undefined): boolean
  /** In a channel, or anywhere. */
  here(channel?: ChannelTag): readonly PersonHere[]
  /** Devices lost their standing: those that `isMember` does not know are gone. */
  recheck(): void
  /** The direct link of `device` ended: most likely it is gone; if not, it shows again with its next word. */
  lost(device: DeviceId): void
  close(): void
}

export interface PresenceRoomOptions {
  readonly clock: Clock
  /** Whether this is an active device of a member, and not this very one. */
  readonly isMember: (device: DeviceId) => boolean
  /** Whether a direct link to it stands: then it is here until that ends, however silent. */
  readonly isLinked: (device: DeviceId) => boolean
  readonly onChange: () => void
}

/** A tab that says nothing for this long is gone, where no direct link stands. */
export const PRESENCE_EXPIRY_MS = 30_000
const MAX_TABS = 16

interface Visitor {
  readonly number: number
  readonly device: DeviceId
  channel: ChannelTag
  cursor: Uint8Array | undefined
  stopWaiting: Cancel
}

export function createPresenceRoom({ clock, isMember, isLinked, onChange }: PresenceRoomOptions): PresenceRoom {
  /** By device, then by tab. */
  const visitors = new Map<string, Map<number, Visitor>>()
  const counters = new Map<string, number>()
  let lastNumber = 0

  const tabsOf = (key: string): Map<number, Visitor> => {
    const tabs = visitors.get(key) ?? new Map<number, Visitor>()
    visitors.set(key, tabs)
    return tabs
  }

  const leave = (key: string, tab: number) => {
    const tabs = visitors.get(key)
    const visitor = tabs?.get(tab)
    if (!tabs || !visitor) return
    visitor.stopWaiting()
    tabs.delete(tab)
    if (tabs.size === 0) visitors.delete(key)
    onChange()
  }

  const waitFor = (device: DeviceId, key: string, tab: number): Cancel =>
    clock.after(PRESENCE_EXPIRY_MS, () => {
      const visitor = visitors.get(key)?.get(tab)
      if (visitor && isLinked(device)) visitor.stopWaiting = waitFor(device, key, tab)
      else leave(key, tab)
    })

  return {
    hear({ presence, isSigned }, from) {
      const { device, counter, tab, channel, cursor } = presence
      const speaksForItself = from ? sameBytes(from, device) : isSigned
      const key = toHex(device)
      if (!speaksForItself || !isMember(device) || counter <= (counters.get(key) ?? 0)) return false
      const visitor = visitors.get(key)?.get(tab)
      if (channel && !visitor && (visitors.get(key)?.size ?? 0) >= MAX_TABS) return false
      counters.set(key, counter)
      if (!channel) {
        leave(key, tab)
        return true
      }
      visitor?.stopWaiting()
      const stopWaiting = waitFor(device, key, tab)
      if (visitor) Object.assign(visitor, { channel, cursor, stopWaiting })
      else tabsOf(key).set(tab, { number: ++lastNumber, device, channel, cursor, stopWaiting })
      onChange()
      return true
    },
    here(channel) {
      const all = [...visitors.values()].flatMap((tabs) => [...tabs.values()])
      return all
        .filter((visitor) => !channel || sameBytes(visitor.channel, channel))
        .map(({ number, device, channel, cursor }) => ({ number, device, channel, ...(cursor && { cursor }) }))
    },
    recheck() {
      for (const [key, tabs] of [...visitors]) {
        for (const [tab, { device }] of [...tabs]) if (!isMember(device)) leave(key, tab)
      }
    },
    lost(device) {
      const key = toHex(device)
      for (const tab of [...(visitors.get(key)?.keys() ?? [])]) leave(key, tab)
    },
    close() {
      for (const tabs of visitors.values()) for (const { stopWaiting } of tabs.values()) stopWaiting()
      visitors.clear()
    },
  }
}
