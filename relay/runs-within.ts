import { toHex } from '#lib/base/bytes'
import { type ChainRange, placeOf } from '#lib/protocol/blob'

/**
 * Tells runs of nothing but the named entries, by their whole bytes or their first `PLACE_BYTES`, at the same cost for one range as for
 * many. Segments and runs of several parts are none (R4, S3).
 */
export function runsWithin(ranges: readonly ChainRange[]): (blob: Uint8Array) => boolean {
  const rangesByChain = new Map(ranges.map((range) => [toHex(range.chain), range]))
  return (blob) => {
    const place = rangesByChain.size > 0 ? placeOf(blob) : undefined
    const range = place && rangesByChain.get(toHex(place.chain))
    return range !== undefined && place !== undefined && place.from >= range.from && place.to <= range.to
  }
}
