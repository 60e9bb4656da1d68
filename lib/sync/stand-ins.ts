/**
 * Which entries a relay need not have, since it holds acknowledged segments for them (S2). Where a chain parts or is doubted
 * no segment stands for anything, nor does one of which a part is held back (W1); who has the entries brings them again.
 */
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { endsBeside } from '#lib/sync/end-at-segments'
import type { EntrySource } from '#lib/sync/entry-source'
import type { Range } from '#lib/sync/held-ranges'
import type { KnownSegment } from '#lib/sync/known-segments'
import type { RelayMemory } from '#lib/sync/relay-memory'

/** What segments at the relay stood for until their chain parted, was doubted or ended. */
export interface DoubtfulRange {
  readonly chain: ChainTag
  readonly channel: ChannelTag
  readonly range: Range
}

export interface StandIns {
  /** A segment, signed by its author, is on the relay's disk. */
  note(chain: ChainTag, segment: KnownSegment): void
  /** The last of the entries from this one on that the relay need not have; the one before it for none. */
  sparedTo(line: ChainTag, from: number): number
  /** Numbers of entries at which runs of this chain should end. */
  endsOf(chain: ChainTag): readonly number[]
  /** Each once: the relay may have dropped them. */
  takeDoubtful(): readonly DoubtfulRange[]
}

export function createStandIns(
  source: Pick<EntrySource, 'head' | 'acknowledged' | 'isAcknowledged' | 'segments' | 'isStraight' | 'countsTo'>,
  memory: () => RelayMemory,
): StandIns {
  const mayStand = (chain: ChainTag, { to }: Range): boolean => source.isStraight(chain) && to <= source.countsTo(chain)

  return {
    note(chain, segment) {
      if (mayStand(chain, segment)) memory().segments.add(chain, segment)
    },
    sparedTo(line, from) {
      const there = memory()
        .segments.of(line)
        .filter((segment) => segment.from <= from && from <= segment.to)
      const standing = there.filter((segment) => source.isAcknowledged(line, segment))
      return Math.max(from - 1, ...standing.map(({ to }) => to))
    },
    endsOf: (chain) =>
      endsBeside([...source.segments(chain), ...source.acknowledged(chain), ...memory().segments.of(chain)]),
    takeDoubtful() {
      const { segments } = memory()
      return segments.chains().flatMap((chain) => {
        const known = segments.of(chain)
        const doubtful = known.filter((segment) => !mayStand(chain, segment))
        if (doubtful.length === 0) return []
        const channel = source.head(chain)?.channel
        segments.forget(chain)
        for (const segment of known) if (!doubtful.includes(segment)) segments.add(chain, segment)
        return channel ? doubtful.map(({ from, to }) => ({ chain, channel, range: { from, to } })) : []
      })
    },
  }
}
