import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId, TagKey } from '#lib/base/ids'
import { chainTag } from '#lib/protocol/derive'
import { LIVES_AHEAD } from '#lib/protocol/limits'

/** Who writes a chain: a device, in one of its lives in that channel. */
export interface ChainAuthor {
  readonly device: DeviceId
  readonly life: number
}

/**
 * The device behind a pseudonym among `devices`, looking up to three lives past the newest known one (§3), or
 * `undefined`; first lives first, since most chains are one. About 5 µs a device and life: callers remember what was found.
 */
export function findChain(
  tags: TagKey,
  devices: Iterable<DeviceId>,
  channel: ChannelTag,
  chain: ChainTag,
  newestLifeOf: (device: DeviceId) => number | undefined,
): ChainAuthor | undefined {
  let left = [...devices].map((device) => ({ device, last: (newestLifeOf(device) ?? 0) + LIVES_AHEAD }))
  for (let life = 0; left.length > 0; life++) {
    for (const { device } of left) {
      if (sameBytes(chainTag(tags, device, life, channel), chain)) return { device, life }
    }
    left = left.filter(({ last }) => life < last)
  }
  return undefined
}
