import type { ChainTag } from '#lib/base/ids'
import { headOfLine } from '#lib/replica/fork-table'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Head } from '#lib/sync/entry-source'

/** Newest entries of all chains, and of each branch where a chain parts: what others are told is here (R2). */
export const lineHeads = (core: ReplicaCore): readonly Head[] => [...core.heads.all(), ...core.forks.branchHeads()]

export function lineHead(core: ReplicaCore, tag: ChainTag): Head | undefined {
  const line = core.forks.line(tag)
  return line ? headOfLine(line) : core.heads.get(tag)
}

/**
 * The newest judged entry of each chain; where a log chain parts, of each of its lines. What was judged and is not stored
 * yet is left out: nobody is told of it (E8).
 */
export function judgedHeads(core: ReplicaCore): readonly Head[] {
  const branches = core.forks.branchHeads().filter(({ lane }) => lane === 'log')
  return [...core.heads.all(), ...branches].flatMap((head) => {
    const seq = core.heads.judged(head.chain)
    if (seq > head.seq) return [head]
    const id = core.heads.judgedId(head.chain)
    return id ? [{ ...head, seq, id }] : []
  })
}

/** Writes what was learned since the last time: proofs, copies of channels, and how far each chain was judged. */
export async function saveProgress(core: ReplicaCore, all: boolean): Promise<void> {
  await core.proofs.save()
  await core.shelf.tidy(all)
  await core.unsettled.save((chain) => {
    const judged = core.heads.judged(chain)
    const isSettled = judged >= (core.heads.get(chain)?.seq ?? 0) && !core.forks.tree(chain)
    return isSettled ? undefined : judged
  })
}
