import { toHex } from '#lib/base/bytes'
import type { ChannelName } from '#lib/base/ids'

/** Channels that tabs opened last and that stay in memory for them. */
export interface HeldChannels {
  /** `release` lets the channel leave memory: called when it was opened again, or others were since. */
  hold(name: ChannelName, release: () => void): void
}

const HELD_CHANNELS = 8

export function createHeldChannels(): HeldChannels {
  const releases = new Map<string, () => void>()
  const letGo = (key: string): void => {
    releases.get(key)?.()
    releases.delete(key)
  }
  return {
    hold(name, release) {
      const key = toHex(name)
      letGo(key)
      releases.set(key, release)
      const [oldest] = releases.keys()
      if (releases.size > HELD_CHANNELS && oldest !== undefined) letGo(oldest)
    },
  }
}
