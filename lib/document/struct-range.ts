import type { ChainTag } from '#lib/base/ids'
import type { Place } from '#lib/document/place'
import type { TypeName } from '#lib/document/roots'

/** One entry by its place in its chain. */
export interface EntryPlace {
  readonly chain: ChainTag
  readonly seq: number
}

/** Consecutive structs of one client that stand in one place. */
export interface StructRange {
  readonly client: number
  readonly clock: number
  /** Exclusive. */
  readonly end: number
  /** `undefined` for collected structs, which stand nowhere. */
  readonly place: Place | undefined
  /** Set for a shared type, which is a range of its own. */
  readonly type: TypeName | undefined
}

/** Clocks of an own slot that a void entry names. */
export interface VoidClaim {
  readonly client: number
  readonly clock: number
  /** Exclusive. */
  readonly end: number
}

/** The position of the range that holds `clock` among rising exclusive `ends`; their number when none does. */
export function rangeHolding(
  ends: { readonly length: number },
  endOf: (range: number) => number,
  clock: number,
): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (endOf(middle) > clock) high = middle
    else low = middle + 1
  }
  return low
}
