import { concat, sameBytes, u32 } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { ChainRange } from '#lib/protocol/blob'
import { bytesOf, type Format, record, sortedList, unsigned } from '#lib/protocol/format'
import { MAX_SEQ } from '#lib/protocol/limits'

/** Ranges in one frame: what a READ leaves out, or a DROP names. */
export const MAX_CHAIN_RANGES = 1024

const chainRange = record<ChainRange>({
  chain: bytesOf<ChainTag>(16),
  from: unsigned(MAX_SEQ),
  to: unsigned(MAX_SEQ),
})

/** Ranges of entries, one a chain. */
export const chainRanges = sortedList(chainRange, MAX_CHAIN_RANGES, ({ chain }) => chain)

const rising = sortedList(chainRange, MAX_CHAIN_RANGES, ({ chain, from }) => concat(chain, u32(from)))

/** Ranges of entries, any number of a chain, that rise by chain and by where they begin, and share no entry. */
export const disjointRanges: Format<readonly ChainRange[]> = {
  write: rising.write,
  read(reader) {
    const ranges = rising.read(reader)
    ranges.forEach(({ chain, from, to }, i) => {
      const last = ranges[i - 1]
      if (to < from || (last && sameBytes(last.chain, chain) && from <= last.to)) reader.fail('ranges overlap')
    })
    return ranges
  },
}
