import { compareBytes, toHex } from '#lib/base/bytes'
import type { EntryId, PersonId } from '#lib/base/ids'

/** One of two entries at a place, with the persons who wrote a non-void descendant of it. */
export interface Branch {
  readonly id: EntryId
  readonly endorsers: readonly PersonId[]
}

/**
 * The branch of a fork that counts (E3): more endorsers, then the lower id. The author's own endorsement does not
 * count, nor that of anybody who stands in both. The same on every device that knows the same entries.
 */
export function winningBranch(a: Branch, b: Branch, author: PersonId): EntryId {
  const [ofA, ofB] = [a, b].map(({ endorsers }) => new Set(endorsers.map(toHex))) as [Set<string>, Set<string>]
  const support = (own: Set<string>, other: Set<string>): number =>
    [...own].filter((person) => person !== toHex(author) && !other.has(person)).length
  const lead = support(ofA, ofB) - support(ofB, ofA)
  if (lead !== 0) return lead > 0 ? a.id : b.id
  return compareBytes(a.id, b.id) < 0 ? a.id : b.id
}
