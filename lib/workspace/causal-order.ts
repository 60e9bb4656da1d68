/**
 * Who came before whom in the log. Every operation stands on a path (a run in which each continues the one before) and
 * knows how far on each path its past reaches, so that one comparison answers the question. Which paths there are depends
 * on the order of delivery; the answers do not.
 */

/** Where an operation stands. */
export interface Place {
  readonly path: number
  /** From 1 on, along the path. */
  readonly position: number
  /** By path: how far the past reaches, this operation included. Missing paths count 0. */
  readonly past: Uint32Array
  /** Steps on the longest way down to the genesis. */
  readonly depth: number
}

/** Gives out places; remembers how long each path is. */
export interface CausalOrder {
  /** The place above `parents`; on the path of `continued`, one of them, where nothing else went on from there. */
  placeAbove(parents: readonly Place[], continued: Place | undefined): Place
}

/** An order without any place yet. */
export function createCausalOrder(): CausalOrder {
  const lengths: number[] = []
  return {
    placeAbove(parents, continued) {
      const goesOn = continued !== undefined && lengths[continued.path] === continued.position
      const path = goesOn ? continued.path : lengths.length
      const position = goesOn ? continued.position + 1 : 1
      lengths[path] = position
      const past = pastOf(parents, lengths.length)
      past[path] = position
      return { path, position, past, depth: 1 + parents.reduce((most, { depth }) => Math.max(most, depth), -1) }
    },
  }
}

/** The past of all `places` together, themselves included. */
export function pastOf(places: readonly Place[], paths = 0): Uint32Array {
  const size = places.reduce((most, { past }) => Math.max(most, past.length), paths)
  const united = new Uint32Array(size)
  for (const { past } of places) {
    for (let path = 0; path < past.length; path++) united[path] = Math.max(united[path] ?? 0, past[path] ?? 0)
  }
  return united
}

/** Whether a past, as of `Place` or `pastOf`, holds this place. */
export const isInPast = (past: Uint32Array, place: Place): boolean => (past[place.path] ?? 0) >= place.position

/** Whether `a` is a true ancestor of `b`. */
export const isBefore = (a: Place, b: Place): boolean => a !== b && isInPast(b.past, a)

/** Whether neither has seen the other. */
export const areConcurrent = (a: Place, b: Place): boolean => a !== b && !isInPast(b.past, a) && !isInPast(a.past, b)

/**
 * Those of `places` that none of the others has seen and gone beyond. They come in an order that respects the past, as
 * by depth.
 */
export function maximalOf<T extends Place>(places: readonly T[]): T[] {
  const maximal: T[] = []
  for (let i = places.length - 1; i >= 0; i--) {
    const place = places[i]
    if (place && !maximal.some((later) => isBefore(place, later))) maximal.push(place)
  }
  return maximal
}
