import { sameBytes } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import type { Dependency } from '#lib/protocol/entry-body'
import type { ForkTree } from '#lib/replica/fork-tree'
import { fitsPrefix } from '#lib/replica/reckon-forks'
import type { ReplicaCore } from '#lib/replica/replica-core'

/**
 * How far the line of a chain that counts (E3) is shared with the entry that somebody names: up to that entry where it
 * stands on the line, else up to where the two part. An entry that is not here yet is taken to continue what is.
 */
export async function reachOf(core: ReplicaCore, { chain, seq, idPrefix }: Dependency): Promise<number> {
  const tree = core.forks.tree(chain)
  if (tree && seq >= tree.base) {
    const id = tree.idsAt(seq).find((one) => sameBytes(one.subarray(0, idPrefix.length), idPrefix))
    return id ? sharedWith(tree, core.forks.path(chain), id, seq) : tree.base - 1
  }
  if (seq > (core.heads.get(chain)?.seq ?? 0)) return seq
  await core.recallIds(chain, seq, seq)
  const id = core.idAt(chain, seq)
  const isThere = id ? fitsPrefix(id, { chain, seq, idPrefix }) : core.segments.coverAt(chain, seq) !== undefined
  return isThere ? seq : 0
}

/** The last place at which the way to `id` and `path` hold the same entry. */
function sharedWith(tree: ForkTree, path: readonly EntryId[], id: EntryId, seq: number): number {
  let line = tree.lineOf(id)
  for (let at = seq; line && at >= tree.base; at--) {
    while (line && at < line.from) line = line.parent && tree.line(line.parent)
    const own = line?.ids[at - line.from]
    const counted = path[at - tree.base]
    if (own && counted && sameBytes(own, counted)) return at
  }
  return tree.base - 1
}
