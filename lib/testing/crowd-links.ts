import type { SeededRandom } from '#lib/testing/seeded-random'

/** How many connections each wants, and how many subscribers hear an announce. */
export interface CrowdManners {
  readonly fewest: number
  readonly spread: number
  /** Others may make so many more. */
  readonly reserve: number
  readonly heardBy: number
}

/** Ours: the mesh's own numbers (D3), and the sampling of a relay's signaling (R6). */
export const MESH_MANNERS: CrowdManners = { fewest: 10, spread: 5, reserve: 6, heardBy: 12 }
/** y-webrtc's own number of connections; the stock signaling server tells everybody. */
export const STOCK_MANNERS: CrowdManners = { fewest: 20, spread: 15, reserve: 0, heardBy: Number.POSITIVE_INFINITY }

/**
 * Who is linked with whom when `size` peers come into a room one after the other: each announces itself once, and those who hear
 * it and want more connections call it. Pairs of places in the crowd.
 */
export function crowdLinks(
  random: SeededRandom,
  size: number,
  { fewest, spread, reserve, heardBy }: CrowdManners,
): readonly (readonly [number, number])[] {
  const wanted = Array.from({ length: size }, () => fewest + random.below(spread))
  const degrees = wanted.map(() => 0)
  const links: [number, number][] = []
  for (let newcomer = 1; newcomer < size; newcomer++) {
    const others = random.shuffle(Array.from({ length: newcomer }, (_, at) => at))
    for (const other of others.slice(0, heardBy)) {
      const [theirs = 0, ours = 0] = [degrees[other], degrees[newcomer]]
      if (theirs >= (wanted[other] ?? 0) || ours >= (wanted[newcomer] ?? 0) + reserve) continue
      links.push([other, newcomer])
      degrees[other] = theirs + 1
      degrees[newcomer] = ours + 1
    }
  }
  return links
}
