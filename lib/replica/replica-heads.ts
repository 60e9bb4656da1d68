import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import type { HeadClaim } from '#lib/protocol/frame-fields'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Occasion } from '#lib/replica/channel-shelf'
import { headOfBranch } from '#lib/replica/fork-table'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Head } from '#lib/sync/entry-source'

/** Newest entries of all chains, or of each line where a chain parts: what others are told is here (R2). */
export const lineHeads = (core: ReplicaCore): readonly Head[] => [
  ...core.heads.all().flatMap((head) => beforeForks(core, head) ?? []),
  ...core.forks.branchHeads(),
]

export function lineHead(core: ReplicaCore, tag: ChainTag): Head | undefined {
  const line = core.forks.line(tag)
  if (line?.parent) return headOfBranch(line)
  const head = core.heads.get(tag)
  return head && beforeForks(core, head)
}

/** What goes by the chain's own name: all of it, or what precedes its first fork. */
function beforeForks({ forks }: ReplicaCore, head: Head): Head | undefined {
  const tree = forks.tree(head.chain)
  if (!tree) return head
  return tree.base > 1 ? { ...head, seq: tree.base - 1, id: tree.root() } : undefined
}

/** Whether the entry that somebody tells of is held, on whatever line; `undefined` where only the disk knows. */
export function holdsClaim(core: ReplicaCore, { chain, seq, idPrefix }: HeadClaim): boolean | undefined {
  const stored = core.forks.line(chain)?.chain ?? chain
  const tree = core.forks.tree(stored)
  const fits = (id: EntryId): boolean => sameBytes(id.subarray(0, idPrefix.length), idPrefix)
  if (tree && seq >= tree.base) return tree.idsAt(seq).some(fits)
  if (seq > (core.heads.get(stored)?.seq ?? 0)) return false
  const id = core.idAt(stored, seq)
  return id && fits(id)
}

/** The line on which an entry stands, by its name. */
export const lineOf = (core: ReplicaCore, { header, id }: SealedEntry): ChainTag =>
  core.forks.tree(header.chain)?.lineOf(id)?.tag ?? header.chain

/**
 * The newest judged entry of each chain; where one parts, of each line that counts. What was judged and is not stored yet is
 * left out: nobody is told of it (E8).
 */
export function judgedHeads(core: ReplicaCore): readonly Head[] {
  return [...core.heads.all(), ...core.forks.branchHeads()].flatMap((head) => judgedOn(core, head) ?? [])
}

function judgedOn({ heads, forks }: ReplicaCore, head: Head): Head | undefined {
  const line = head.lane === 'content' ? forks.line(head.chain) : undefined
  const tree = line && forks.tree(line.chain)
  const seq = Math.min(
    heads.judged(line?.chain ?? head.chain),
    line ? line.from + line.ids.length - 1 : Number.MAX_VALUE,
  )
  if (!line || !tree || seq < tree.base - 1) {
    if (seq > head.seq) return head
    const id = heads.judgedId(head.chain)
    return id && { ...head, seq, id }
  }
  if (!line.parent) return seq > 0 ? { ...head, seq, id: tree.root() } : undefined
  const id = line.ids[seq - line.from]
  const counted = forks.path(line.chain)[seq - tree.base]
  return id && counted && sameBytes(id, counted) ? { ...head, seq, id } : undefined
}

/** No checkpoint may pass over what is not on disk: it is not read from its entries again. */
async function saveAcknowledgements({ acknowledgements, store }: ReplicaCore): Promise<boolean> {
  const records = acknowledgements.records()
  if (records.length === 0) return true
  const saved = await store.commit({ entries: [], records })
  if (saved.ok) acknowledgements.saved(records)
  return saved.ok
}

/** Writes what was learned since the last time: proofs, acknowledgements, copies of channels, and how far each chain was judged. */
export async function saveProgress(core: ReplicaCore, occasion: Occasion): Promise<void> {
  await core.proofs.save()
  if (await saveAcknowledgements(core)) await core.shelf.tidy(occasion)
  await core.unsettled.save((chain) => {
    const judged = core.heads.judged(chain)
    const isSettled = judged >= (core.heads.get(chain)?.seq ?? 0) && !core.forks.tree(chain)
    return isSettled ? undefined : judged
  })
}
