import { type Branching, losingBranches } from '#lib/document/fork-rule'

/**
 * Which entries of a channel count (protocol.md §5, E3): a pure function of the entries and of the ends of their
 * authors' standing, the same in every order of delivery. What does not count is kept, listed and can be adopted.
 */

/** One entry of a channel that is no longer held for its signature, its prev or its author. */
export interface GraphEntry extends Branching {
  /** prev, deps, covers of those who may write, and the entries that its structs refer to (E7). */
  readonly past: readonly string[]
  /** Authentic, but breaking E4, E5, E7, W5 or a limit: its content never counts. */
  readonly isVoid: boolean
  /** The ends of its author's standing that its membership heads have seen. */
  readonly endsSeen: ReadonlySet<string>
}

/** A removal, a demotion below what the channel needs, or the revocation of a device. */
export interface StandingEnd {
  /** Id of the operation. */
  readonly operation: string
  /** Whether the entry's author is the one whose standing ended. */
  concerns(entry: GraphEntry): boolean
  /** Ids of the newest entries that the remover held. */
  readonly cut: readonly string[]
}

export interface AcceptedSet {
  /** Their content is applied; with each stands everything that it builds on. */
  readonly accepted: ReadonlySet<string>
  /** Not applied: written after an end that the author had not seen, or in a branch that lost. */
  readonly heldBack: ReadonlyMap<string, 'late' | 'losing-branch'>
  /** Something in their past is not here yet. */
  readonly waiting: ReadonlySet<string>
}

/** Judges all `entries` of a channel; linear in them and their edges. */
export function acceptedSet(entries: readonly GraphEntry[], ends: readonly StandingEnd[]): AcceptedSet {
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const ordered = inCausalOrder(byId)
  const complete = new Set(ordered.map(({ id }) => id))
  const lost = withDescendants(ordered, losingBranches(ordered))

  const accepted = new Set<string>()
  const open = ordered.filter((entry) => !entry.isVoid && !isEnded(entry, ends)).map(({ id }) => id)
  open.push(...ends.flatMap(({ cut }) => cut))
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (accepted.has(id) || lost.has(id) || !complete.has(id)) continue
    accepted.add(id)
    open.push(...(byId.get(id)?.past ?? []))
  }

  const heldBack = new Map<string, 'late' | 'losing-branch'>()
  for (const { id, isVoid } of ordered) {
    if (isVoid) accepted.delete(id)
    else if (!accepted.has(id)) heldBack.set(id, lost.has(id) ? 'losing-branch' : 'late')
  }
  return { accepted, heldBack, waiting: new Set([...byId.keys()].filter((id) => !complete.has(id))) }
}

/** Whether an end that the entry had not seen closed its author's standing (W1, W3). */
const isEnded = (entry: GraphEntry, ends: readonly StandingEnd[]): boolean =>
  ends.some((end) => end.concerns(entry) && !entry.endsSeen.has(end.operation))

/**
 * Whether an entry is void because its life went on across an end of its author's standing (W5): after a regained right
 * a device starts a new life, so that nothing held back slips in as somebody's prev.
 */
export function crossesEnd(entry: GraphEntry, prev: GraphEntry | undefined, ends: readonly StandingEnd[]): boolean {
  if (!prev) return false
  return ends.some((end) => {
    return end.concerns(entry) && entry.endsSeen.has(end.operation) && !prev.endsSeen.has(end.operation)
  })
}

/** Entries whose whole past is here, each after its past. */
function inCausalOrder(byId: ReadonlyMap<string, GraphEntry>): GraphEntry[] {
  const missing = new Map<string, number>()
  const followers = new Map<string, GraphEntry[]>()
  const ready: GraphEntry[] = []
  for (const entry of byId.values()) {
    const past = new Set(entry.past)
    missing.set(entry.id, past.size)
    if (past.size === 0) ready.push(entry)
    for (const id of past) {
      const known = followers.get(id)
      if (known) known.push(entry)
      else followers.set(id, [entry])
    }
  }
  for (let at = 0; at < ready.length; at++) {
    for (const follower of followers.get(ready[at]?.id ?? '') ?? []) {
      const left = (missing.get(follower.id) ?? 0) - 1
      missing.set(follower.id, left)
      if (left === 0) ready.push(follower)
    }
  }
  return ready
}

/** `ids` and everything that has one of them in its past. */
function withDescendants(ordered: readonly GraphEntry[], ids: ReadonlySet<string>): Set<string> {
  const found = new Set(ids)
  if (found.size > 0) for (const { id, past } of ordered) if (past.some((each) => found.has(each))) found.add(id)
  return found
}
