/**
 * E3: two entries of a chain that follow the same one. The branch that more other people built on stays, then the one with
 * the lower id; every copy that holds the same entries decides alike.
 */

/** What the rule reads of an entry. */
export interface Branching {
  readonly id: string
  readonly chain: string
  /** The entry before it in its chain; `undefined` at the first place. */
  readonly prev: string | undefined
  /** Who wrote it, over all devices. */
  readonly person: string
  readonly past: readonly string[]
  /** By E2, E4 and E5, whatever it holds: only then does it speak for what it builds on. */
  readonly isSound: boolean
}

/** The entries that lost a fork; what builds on them is lost with them. `ordered` has each entry after its past. */
export function losingBranches(ordered: readonly Branching[]): Set<string> {
  const losers = new Set<string>()
  const forks = forksOf(ordered)
  if (forks.length === 0) return losers
  const people = peopleAbove(ordered)
  for (const branches of forks) {
    const endorsers = branches.map(({ id, person }) => without(people.get(id) ?? new Set(), person))
    const count = (branch: number): number =>
      [...(endorsers[branch] ?? [])].filter((person) => endorsers.filter((set) => set.has(person)).length === 1).length
    const ranked = branches
      .map(({ id }, branch) => ({ id, endorsed: count(branch) }))
      .sort((a, b) => b.endorsed - a.endorsed || (a.id < b.id ? -1 : 1))
    for (const { id } of ranked.slice(1)) losers.add(id)
  }
  return losers
}

function forksOf(entries: readonly Branching[]): Branching[][] {
  const places = new Map<string, Branching[]>()
  for (const entry of entries) {
    const place = `${entry.chain} ${entry.prev ?? ''}`
    const known = places.get(place)
    if (known) known.push(entry)
    else places.set(place, [entry])
  }
  return [...places.values()].filter((branches) => branches.length > 1)
}

/** For every entry, who wrote a sound entry that has it in its past. */
function peopleAbove(ordered: readonly Branching[]): Map<string, ReadonlySet<string>> {
  const above = new Map<string, Set<string>>()
  for (const { id, person, past, isSound } of ordered.toReversed()) {
    const people = above.get(id)
    for (const each of past) {
      const known = above.get(each)
      const set = known ?? new Set<string>()
      if (!known) above.set(each, set)
      if (isSound) set.add(person)
      for (const other of people ?? []) set.add(other)
    }
  }
  return above
}

function without(people: ReadonlySet<string>, person: string): ReadonlySet<string> {
  const others = new Set(people)
  others.delete(person)
  return others
}
