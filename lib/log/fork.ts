import { compareBytes, toHex } from '#lib/base/bytes'
import type { EntryId, PersonId } from '#lib/base/ids'

/** One of two entries at a place, with the persons who wrote a non-void descendant of it. */
export interface Branch {
  readonly id: EntryId
  readonly endorsers: readonly PersonId[]
}

/**
 * The branch of a fork that counts (E3): more endorsers, then the lower id. The author endorses nothing; whoever stands
 * in both adds one to each and so counts for none. The same on every device that knows the same entries.
 */
export function winningBranch(a: Branch, b: Branch, author: PersonId): EntryId {
  const lead = support(a, author) - support(b, author)
  if (lead !== 0) return lead > 0 ? a.id : b.id
  return compareBytes(a.id, b.id) < 0 ? a.id : b.id
}

function support({ endorsers }: Branch, author: PersonId): number {
  const persons = new Set(endorsers.map(toHex))
  persons.delete(toHex(author))
  return persons.size
}
