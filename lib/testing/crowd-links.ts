import type { SeededRandom } from '#lib/testing/seeded-random'

/** How many connections each wants, and how many subscribers hear an announce. */
export interface CrowdManners {
  readonly fewest: number
  readonly spread: number
  /** Others may make so many more. */
  readonly reserve: number
  readonly heardBy: number
}

/** With fewer links somebody calls out again (D3). */
const LOW_DEGREE = 4
/** Ours: the mesh's own numbers (D3), and the sampling of a relay's signaling (R6). */
export const MESH_MANNERS: CrowdManners = { fewest: 10, spread: 5, reserve: 6, heardBy: 12 }
/** y-webrtc's own, which answers without limit; the stock signaling server tells everybody. */
export const STOCK_MANNERS: CrowdManners = {
  fewest: 20,
  spread: 15,
  reserve: Number.POSITIVE_INFINITY,
  heardBy: Number.POSITIVE_INFINITY,
}

/**
 * Who is linked with whom when `size` peers come into a room one after the other: each announces itself, once more if few answer, and
 * those who hear it and want more connections call it. Pairs of places in the crowd.
 */
export function crowdLinks(
  random: SeededRandom,
  size: number,
  { fewest, spread, reserve, heardBy }: CrowdManners,
): readonly (readonly [number, number])[] {
  const wanted = Array.from({ length: size }, () => fewest + random.below(spread))
  const degrees = wanted.map(() => 0)
  const links = new Map<string, readonly [number, number]>()
  const announce = (caller: number, present: number) => {
    const others = random.shuffle(Array.from({ length: present }, (_, at) => at).filter((at) => at !== caller))
    for (const other of others.slice(0, heardBy)) {
      const [theirs = 0, ours = 0] = [degrees[other], degrees[caller]]
      if (theirs >= (wanted[other] ?? 0) || ours >= (wanted[caller] ?? 0) + reserve) continue
      const pair = [Math.min(other, caller), Math.max(other, caller)] as const
      if (links.has(pair.join())) continue
      links.set(pair.join(), pair)
      degrees[other] = theirs + 1
      degrees[caller] = ours + 1
    }
  }
  for (let newcomer = 1; newcomer < size; newcomer++) announce(newcomer, newcomer)
  for (const [at] of wanted.entries()) if ((degrees[at] ?? 0) < LOW_DEGREE) announce(at, size)
  return [...links.values()]
}
