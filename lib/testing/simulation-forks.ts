/**
 * E3 once more, written down as the rule reads and not as the replica works: from all entries of a channel at once, by
 * walking every entry's whole past. For the simulation to compare with; far too slow for anything else.
 */
import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { WrittenEntry } from '#lib/testing/simulation-oracle'

/** Ids (hex) of the entries that count, of those given. `personOf` and `deviceOf` tell whose an entry is. */
export function countedEntries(
  entries: readonly WrittenEntry[],
  personOf: (entry: WrittenEntry) => string,
  deviceOf: (entry: WrittenEntry) => string,
): Set<string> {
  const byId = new Map(entries.map((item) => [toHex(item.entry.id), item]))
  const at = new Map<string, WrittenEntry[]>()
  for (const item of entries) {
    const { chain, seq } = item.entry.header
    const place = `${toHex(chain)}:${seq}`
    at.set(place, [...(at.get(place) ?? []), item])
  }

  /** What an entry builds on; the link of a new life to the one before is none of it. */
  function parentsOf(item: WrittenEntry): WrittenEntry[] {
    const { prev, seq } = item.entry.header
    const named = (item.body?.dependencies ?? []).flatMap(
      (dependency) =>
        at
          .get(`${toHex(dependency.chain)}:${dependency.seq}`)
          ?.find(({ entry }) => sameBytes(entry.id.slice(0, dependency.idPrefix.length), dependency.idPrefix)) ?? [],
    )
    const before = byId.get(toHex(prev))
    return [...(before ? [before] : []), ...named.filter((one) => seq > 1 || deviceOf(one) !== deviceOf(item))]
  }

  const pasts = new Map<WrittenEntry, Set<WrittenEntry>>()
  function pastOf(item: WrittenEntry): Set<WrittenEntry> {
    const known = pasts.get(item)
    if (known) return known
    const past = new Set<WrittenEntry>([item])
    for (const parent of parentsOf(item)) for (const one of pastOf(parent)) past.add(one)
    pasts.set(item, past)
    return past
  }

  const sound = entries.filter(({ nature }) => nature !== 'void')
  const losers = new Set<WrittenEntry>()
  for (const siblings of at.values()) {
    const groups = new Map<string, WrittenEntry[]>()
    for (const item of siblings) {
      const before = toHex(item.entry.header.prev)
      groups.set(before, [...(groups.get(before) ?? []), item])
    }
    for (const branches of groups.values()) {
      if (branches.length < 2) continue
      const endorsers = branches.map(
        (branch) => new Set(sound.filter((item) => pastOf(item).has(branch)).map(personOf)),
      )
      const ranked = branches.map((branch, i) => {
        const others = endorsers.filter((_, j) => j !== i)
        const persons = [...(endorsers[i] ?? [])].filter((person) => !others.some((other) => other.has(person)))
        return { branch, votes: persons.filter((person) => person !== personOf(branch)).length }
      })
      ranked.sort((a, b) => b.votes - a.votes || compareBytes(a.branch.entry.id, b.branch.entry.id))
      for (const { branch } of ranked.slice(1)) losers.add(branch)
    }
  }
  const counted = entries.filter((item) => ![...pastOf(item)].some((one) => losers.has(one)))
  return new Set(counted.map(({ entry }) => toHex(entry.id)))
}
