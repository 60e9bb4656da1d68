import { concat, u32 } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { ChainRange } from '#lib/protocol/blob'
import { bytesOf, record, sortedList, unsigned } from '#lib/protocol/format'
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

/** Ranges of entries, any number of a chain, that rise by chain and by where they begin. */
export const manyChainRanges = sortedList(chainRange, MAX_CHAIN_RANGES, ({ chain, from }) => concat(chain, u32(from)))
