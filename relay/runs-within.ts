import { toHex } from '#lib/base/bytes'
import { type ChainRange, placeOf } from '#lib/protocol/blob'

/**
 * Tells runs of nothing but the named entries, by their whole bytes or their first `PLACE_BYTES`, at the same cost for one chain as for
 * many. A run that reaches over two ranges, segments and runs of several parts are none (R4, S3).
 */
export function runsWithin(ranges: readonly ChainRange[]): (blob: Uint8Array) => boolean {
  const rangesByChain = new Map<string, ChainRange[]>()
  for (const range of ranges) {
    const chain = toHex(range.chain)
    const known = rangesByChain.get(chain)
    if (known) known.push(range)
    else rangesByChain.set(chain, [range])
  }
  return (blob) => {
    const place = rangesByChain.size > 0 ? placeOf(blob) : undefined
    const named = (place && rangesByChain.get(toHex(place.chain))) ?? []
    return named.some(({ from, to }) => place !== undefined && place.from >= from && place.to <= to)
  }
}
