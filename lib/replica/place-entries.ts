import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { isLinkedRun } from '#lib/log/linked-run'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** Where a signature-covered run belongs among what is held of its chain, whose lines may part (E2, E3). */
export type RunPlace =
  /** Not of one chain, or not linked by number and `prev`. */
  | { readonly type: 'broken' }
  | { readonly type: 'known' }
  /** Something before it is missing: from this number on, at least. */
  | { readonly type: 'gap'; readonly from: number }
  /** `next` continue a line, or with `fork` begin one beside what is held. */
  | { readonly type: 'next'; readonly next: readonly SealedEntry[]; readonly fork: boolean }

/** How far back is asked at first, where a line parts from what is held at an unknown place; then twice as far. */
const STEP_BACK = 64

/** The ids of the places around the run must have been recalled. */
export function placeEntries(core: ReplicaCore, run: readonly SealedEntry[]): RunPlace {
  const [first] = run
  if (!first || !isLinkedRun(first.header.chain, run)) return { type: 'broken' }
  const { chain } = first.header
  const unknown = run.findIndex((entry) => !isHeld(core, chain, entry.header.seq, entry.id))
  const start = run[unknown]
  if (!start) return { type: 'known' }
  const { seq, prev } = start.header
  const newest = core.heads.get(chain)?.seq ?? 0
  if (seq > 1 && !isHeld(core, chain, seq - 1, prev)) {
    if (seq > newest + 1) return { type: 'gap', from: newest + 1 }
    return { type: 'gap', from: Math.max(1, seq - Math.max(STEP_BACK, newest - seq + 1)) }
  }
  return { type: 'next', next: run.slice(unknown), fork: isTaken(core, chain, seq, prev) }
}

/** Whether exactly this entry is held, on whatever line. */
export function isHeld(core: ReplicaCore, chain: ChainTag, seq: number, id: EntryId): boolean {
  const tree = core.forks.tree(chain)
  if (tree && seq >= tree.base) return tree.has(id)
  const held = seq <= (core.heads.get(chain)?.seq ?? 0) ? core.idAt(chain, seq) : undefined
  return held !== undefined && sameBytes(held, id)
}

/** Whether the place after `prev` is taken by another entry. */
function isTaken(core: ReplicaCore, chain: ChainTag, seq: number, prev: EntryId): boolean {
  const tree = core.forks.tree(chain)
  if (!tree || seq < tree.base) return seq <= (core.heads.get(chain)?.seq ?? 0)
  return seq === tree.base || !tree.isEnd(prev)
}
