import { toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import type { ChainRange } from '#lib/protocol/blob'

/** What segments from a relay stand for: one range a chain, of those that follow each other from the first on (S0). */
export interface SegmentRanges {
  add(channel: ChannelTag, range: ChainRange): void
  readonly all: readonly (ChainRange & { readonly channel: ChannelTag })[]
}

const MAX_CHAINS = 1024

export function createSegmentRanges(): SegmentRanges {
  const ranges = new Map<string, ChainRange & { readonly channel: ChannelTag }>()
  return {
    add(channel, { chain, from, to }) {
      const key = toHex(chain)
      const known = ranges.get(key)
      if (known && known.to + 1 === from) ranges.set(key, { ...known, to })
      else if (!known && ranges.size < MAX_CHAINS) ranges.set(key, { channel, chain, from, to })
    },
    get all() {
      return [...ranges.values()]
    },
  }
}
