import { toHex } from '#lib/base/bytes'
import type { ChannelTag, EpochSecret, EpochTag, TagKey, WorkspaceId } from '#lib/base/ids'
import { type ChannelKeys, channelKeys } from '#lib/protocol/derive'

/** An epoch's secret under its name: that of a joined epoch does not follow from the secret alone (K3). */
export interface HeldEpoch {
  readonly tag: EpochTag
  readonly secret: EpochSecret
}

/** The secrets of one workspace that this device holds, and the channel keys derived from them. */
export interface KeyRing {
  readonly workspaceId: WorkspaceId
  /** T: turns devices and names into pseudonyms. */
  readonly tagKey: TagKey
  /** Keys of a channel in an epoch; `undefined` when this device lacks the epoch's secret. */
  channelKeys(epoch: EpochTag, channel: ChannelTag): ChannelKeys | undefined
  secretOf(epoch: EpochTag): EpochSecret | undefined
  /** The caller has checked the secret against the epoch's commitment (K1). */
  add(epoch: HeldEpoch): void
  /** What follows from secrets held (K3), or is not known to be an epoch's yet: used like one, never handed on. */
  addJoined(epoch: HeldEpoch): void
  /** Every secret, once each, in the order in which they came; the first is E_0. */
  epochs(): readonly HeldEpoch[]
  /** The same and the joined ones. */
  all(): readonly HeldEpoch[]
}

/** `epochs` are those held so far, oldest first. */
export function createKeyRing(workspaceId: WorkspaceId, tagKey: TagKey, epochs: readonly HeldEpoch[]): KeyRing {
  const held = new Map(epochs.map((epoch) => [toHex(epoch.tag), epoch]))
  const joined = new Map<string, HeldEpoch>()
  const derived = new Map<string, ChannelKeys>()
  const find = (key: string): HeldEpoch | undefined => held.get(key) ?? joined.get(key)
  return {
    workspaceId,
    tagKey,
    channelKeys(epoch, channel) {
      const epochKey = toHex(epoch)
      const known = derived.get(epochKey + toHex(channel))
      if (known) return known
      const secret = find(epochKey)?.secret
      if (!secret) return undefined
      const keys = channelKeys(secret, workspaceId, channel)
      derived.set(epochKey + toHex(channel), keys)
      return keys
    },
    secretOf: (epoch) => find(toHex(epoch))?.secret,
    add: (epoch) => void held.set(toHex(epoch.tag), epoch),
    addJoined: (epoch) => void joined.set(toHex(epoch.tag), epoch),
    epochs: () => [...held.values()],
    all: () => [...held.values(), ...joined.values()],
  }
}
