/**
 * Which ranges of entries a relay may drop (S3), from the segments that lie there: those of acknowledged ones, but where another
 * segment reaches into the same entries, and none of a chain of which a segment is not the fold of its entries. Pure.
 */
import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { ChainRange } from '#lib/protocol/blob'
import type { EntryRange, SegmentComparison } from '#lib/sync/entry-source'

/** Ranges of one channel, as DROP names them. */
export interface DropWish {
  readonly channel: ChannelTag
  readonly ranges: readonly ChainRange[]
}

export interface DroppableRanges {
  add(channel: ChannelTag, range: ChainRange, comparison: SegmentComparison): void
  /**
   * Channel by channel, at most `maxRanges` each. `acknowledged` says for which ranges of a chain acknowledged segments stand at
   * that moment.
   */
  wishes(acknowledged: (chain: ChainTag) => readonly EntryRange[], maxRanges: number): Iterable<DropWish>
}

interface Place extends EntryRange {
  readonly isAcknowledged: boolean
}

interface Chain {
  readonly chain: ChainTag
  readonly channel: ChannelTag
  readonly places: Place[]
  isDoubted: boolean
}

/** `maxPlaces`: of all chains together; a chain of which there are more is left as it is. */
export function createDroppableRanges(maxPlaces: number): DroppableRanges {
  const chains = new Map<string, Chain>()
  let count = 0

  return {
    add(channel, { chain, from, to }, comparison) {
      const key = toHex(chain)
      const known = chains.get(key) ?? { chain, channel, places: [], isDoubted: false }
      chains.set(key, known)
      if (comparison === 'unlike' || count >= maxPlaces) {
        known.isDoubted = true
        count -= known.places.length
        known.places.length = 0
      }
      if (known.isDoubted) return
      known.places.push({ from, to, isAcknowledged: comparison === 'acknowledged' })
      count++
    },
    *wishes(acknowledged, maxRanges) {
      for (const { channel, sharing } of channelsOf(chains.values())) {
        const ranges = sharing.flatMap(({ chain, places }) =>
          droppable(places, acknowledged(chain)).map((range): ChainRange => ({ chain, ...range })),
        )
        for (const some of chunksOf(ranges, maxRanges)) yield { channel, ranges: some }
      }
    },
  }
}

function channelsOf(chains: Iterable<Chain>) {
  const channels = new Map<string, { readonly channel: ChannelTag; readonly sharing: Chain[] }>()
  for (const one of chains) {
    const key = toHex(one.channel)
    const known = channels.get(key) ?? { channel: one.channel, sharing: [] }
    known.sharing.push(one)
    channels.set(key, known)
  }
  return [...channels.values()]
}

/** Of one chain; what lies side by side is one range, since a blob may reach over both. */
function droppable(places: readonly Place[], acknowledged: readonly EntryRange[]): readonly EntryRange[] {
  const spans: EntryRange[] = []
  for (const group of overlapping(places)) {
    const [{ from, to }] = group
    const isOne = group.every((place) => place.isAcknowledged && place.from === from && place.to === to)
    if (!isOne || !acknowledged.some((span) => span.from <= from && to <= span.to)) continue
    const last = spans.at(-1)
    if (last && last.to + 1 === from) spans[spans.length - 1] = { from: last.from, to }
    else spans.push({ from, to })
  }
  return spans
}

/** In the order of the chain, those together that reach into each other. */
function overlapping(places: readonly Place[]): readonly (readonly [Place, ...Place[]])[] {
  const groups: [Place, ...Place[]][] = []
  let end = 0
  for (const place of places.toSorted((a, b) => a.from - b.from)) {
    if (place.from > end) groups.push([place])
    else groups.at(-1)?.push(place)
    end = Math.max(end, place.to)
  }
  return groups
}

const chunksOf = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
