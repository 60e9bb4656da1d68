/**
 * The structure of one chain: numbers without gaps, each entry naming the one before it (E2), and what proves that its
 * author wrote two at one place (E3). Pure; whoever calls has verified the run's signature.
 */
import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { NO_ENTRY } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

/** What a device holds of one life of a device in one channel; every place from 1 to `newest` is filled. */
export interface Chain {
  readonly chain: ChainTag
  /** 0 when nothing is held. */
  readonly newest: number
  idAt(seq: number): EntryId | undefined
}

/** Two ids that one author put at one place; the author's signatures cover both. */
export interface ForkProof {
  readonly chain: ChainTag
  readonly seq: number
  /** The one that is held. */
  readonly a: EntryId
  /** The other: `witness` itself, or what `witness` names as the entry before it. */
  readonly b: EntryId
  readonly witness: SealedEntry
}

/** Where the entries of a run belong. `next` continue the chain; `known` counts those held already. */
export type Placement =
  | { readonly type: 'next'; readonly known: number; readonly next: readonly SealedEntry[] }
  | { readonly type: 'known' }
  /** Entries from `from` to `to` are missing before the run. */
  | { readonly type: 'gap'; readonly from: number; readonly to: number }
  | { readonly type: 'fork'; readonly proof: ForkProof }
  /** Not of this chain, or not linked by number and `prev`. */
  | { readonly type: 'broken' }

/** Places a signature-covered run on a chain. Changes nothing. */
export function placeRun(chain: Chain, run: readonly SealedEntry[]): Placement {
  const [first] = run
  if (!first || !isLinkedRun(chain.chain, run)) return { type: 'broken' }
  const { seq } = first.header
  if (seq > chain.newest + 1) return { type: 'gap', from: chain.newest + 1, to: seq - 1 }
  const before = idBefore(chain, seq)
  if (before && !sameBytes(before, first.header.prev)) return fork(chain, seq - 1, before, first.header.prev, first)
  for (const entry of run) {
    const held = chain.idAt(entry.header.seq)
    if (held && !sameBytes(held, entry.id)) return fork(chain, entry.header.seq, held, entry.id, entry)
  }
  const known = Math.min(run.length, chain.newest - seq + 1)
  return known === run.length ? { type: 'known' } : { type: 'next', known, next: run.slice(known) }
}

/** Whether all entries are of `chain` and follow each other. */
export function isLinkedRun(chain: ChainTag, run: readonly SealedEntry[]): boolean {
  return run.every(({ header }, i) => {
    const before = run[i - 1]
    const linked = !before || (header.seq === before.header.seq + 1 && sameBytes(header.prev, before.id))
    return linked && sameBytes(header.chain, chain)
  })
}

const idBefore = (chain: Chain, seq: number): EntryId | undefined => (seq === 1 ? NO_ENTRY : chain.idAt(seq - 1))

const fork = (chain: Chain, seq: number, a: EntryId, b: EntryId, witness: SealedEntry): Placement => ({
  type: 'fork',
  proof: { chain: chain.chain, seq, a, b, witness },
})
