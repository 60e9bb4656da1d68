import { toHex } from '#lib/base/bytes'
import { MAX_LANES } from '#lib/protocol/limits'

/**
 * Names of lanes that one direction of a link has already carried, by number. Sender and receiver each keep one and
 * add the same names in the same order, so a run must be sent in the order in which it was encoded, and not left out.
 */
export interface LaneTable {
  /** The number of a name, or `undefined` when it must be given in full. */
  numberOf(name: Uint8Array): number | undefined
  nameOf(number: number): Uint8Array | undefined
  /** Gives `name` the next number; a full table stays as it is. */
  add(name: Uint8Array): void
}

/** An empty table of at most `MAX_LANES` names. */
export function createLaneTable(): LaneTable {
  const names: Uint8Array[] = []
  const numbers = new Map<string, number>()
  return {
    numberOf: (name) => numbers.get(toHex(name)),
    nameOf: (number) => names[number],
    add(name) {
      if (names.length >= MAX_LANES) return
      numbers.set(toHex(name), names.length)
      names.push(name)
    },
  }
}
