import { toHex } from '#lib/base/bytes'
import type { ChannelTag, EpochSecret, EpochTag, TagKey, WorkspaceId } from '#lib/base/ids'
import { type ChannelKeys, channelKeys, epochTag } from '#lib/protocol/derive'

/** The secrets of one workspace that this device holds, and the channel keys derived from them. */
export interface KeyRing {
  readonly workspaceId: WorkspaceId
  /** T: turns devices and names into pseudonyms. */
  readonly tagKey: TagKey
  /** Keys of a channel in an epoch; `undefined` when this device lacks the epoch's secret. */
  channelKeys(epoch: EpochTag, channel: ChannelTag): ChannelKeys | undefined
  secretOf(epoch: EpochTag): EpochSecret | undefined
  add(secret: EpochSecret): void
  /** Every held epoch with its secret, oldest first. */
  epochs(): readonly { readonly tag: EpochTag; readonly secret: EpochSecret }[]
}

/** `secrets` are the 32-byte epoch secrets, oldest first. */
export function createKeyRing(workspaceId: WorkspaceId, tagKey: TagKey, secrets: readonly EpochSecret[]): KeyRing {
  const held = new Map<string, { tag: EpochTag; secret: EpochSecret }>()
  const derived = new Map<string, ChannelKeys>()
  const add = (secret: EpochSecret): void => {
    const tag = epochTag(workspaceId, secret)
    held.set(toHex(tag), { tag, secret })
  }
  for (const secret of secrets) add(secret)
  return {
    workspaceId,
    tagKey,
    channelKeys(epoch, channel) {
      const epochKey = toHex(epoch)
      const known = derived.get(epochKey + toHex(channel))
      if (known) return known
      const secret = held.get(epochKey)?.secret
      if (!secret) return undefined
      const keys = channelKeys(secret, workspaceId, channel)
      derived.set(epochKey + toHex(channel), keys)
      return keys
    },
    secretOf: (epoch) => held.get(toHex(epoch))?.secret,
    add,
    epochs: () => [...held.values()],
  }
}
