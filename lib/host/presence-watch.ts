import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import type { HostEvents } from '#lib/host/host-protocol'
import type { RemoteCursor } from '#lib/presence/awareness-bridge'

/** Tells tabs who is in the channels that they show; only what changed, and of no channel that nobody shows. */
export interface PresenceWatch {
  /** A tab shows a channel, of which it is told at once, or none. */
  show(tab: string, channel: ChannelTag | undefined): void
  /** Somebody somewhere moved. */
  tell(): void
}

/** `tell` without a tab is for all of them. */
export function createPresenceWatch(options: {
  here(channel: ChannelTag): readonly RemoteCursor[]
  tell(told: HostEvents['presence'], tab?: string): void
}): PresenceWatch {
  const channelByTab = new Map<string, ChannelTag>()
  /** By channel (hex), of those that are shown. */
  const told = new Map<string, readonly RemoteCursor[]>()

  /** What was told of channels that no tab shows any more says nothing. */
  function forget(): void {
    const shown = new Set([...channelByTab.values()].map(toHex))
    for (const key of [...told.keys()]) if (!shown.has(key)) told.delete(key)
  }

  return {
    show(tab, channel) {
      if (channel) channelByTab.set(tab, channel)
      else channelByTab.delete(tab)
      forget()
      if (!channel) return
      const key = toHex(channel)
      const here = options.here(channel)
      if (!told.has(key)) told.set(key, here)
      options.tell({ channel: key, here }, tab)
    },
    tell() {
      const channels = new Map([...channelByTab.values()].map((channel) => [toHex(channel), channel]))
      for (const [key, channel] of channels) {
        const here = options.here(channel)
        if (areSame(told.get(key) ?? [], here)) continue
        told.set(key, here)
        options.tell({ channel: key, here })
      }
    },
  }
}

const areSame = (before: readonly RemoteCursor[], after: readonly RemoteCursor[]): boolean =>
  before.length === after.length && before.every((one, i) => isSame(one, after[i]))

const isSame = (one: RemoteCursor, other: RemoteCursor | undefined): boolean =>
  one.number === other?.number &&
  one.name === other.name &&
  one.colour === other.colour &&
  sameBytes(one.cursor ?? NOWHERE, other.cursor ?? NOWHERE)

const NOWHERE = new Uint8Array(0)
