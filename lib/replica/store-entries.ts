import { ok, type Result } from '#lib/base/result'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { entryToStored } from '#lib/replica/entry-record'
import { forkRecord, readTreeEntries } from '#lib/replica/fork-table'
import { createForkTree, type ForkTree, type TreeEntry } from '#lib/replica/fork-tree'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Commit, StorageError } from '#lib/storage/storage'

/** How entries come to disk. */
export interface Storing {
  /** For own entries: nobody else may have written meanwhile (D5). */
  readonly fences?: Commit['fences']
  /** They stand beside others that are held (E3). */
  readonly fork?: boolean
}

/** Whether the lines of the chain were drawn anew. */
export interface Stored {
  readonly linesChanged: boolean
}

/**
 * Puts linked entries of one chain on disk, with everything that must not be forgotten about them, in one commit; only
 * then do the tables in memory know of them. After a failure nothing has changed anywhere.
 */
export async function storeEntries(
  core: ReplicaCore,
  entries: readonly SealedEntry[],
  { fences, fork = false }: Storing,
): Promise<Result<Stored, StorageError>> {
  const [first] = entries
  if (!first) return ok({ linesChanged: false })
  const { channel, chain, lane, seq } = first.header
  const known = core.forks.tree(chain)
  const isDeeper = fork && (!known || seq < known.base)
  const held = isDeeper ? await readTreeEntries(core.store, chain, seq) : []
  const tree = isDeeper ? createForkTree(chain, seq) : known
  const lives = core.lives.records()
  const acknowledged = core.acknowledgements.records()
  const judged = core.heads.judged(chain)
  const isUnsettled = judged < seq + entries.length - 1 && !fences
  const committed = await core.store.commit({
    entries: entries.map(entryToStored),
    records: [
      ...lives,
      ...acknowledged,
      ...(isUnsettled ? core.unsettled.mark(chain, judged) : []),
      ...(isDeeper && tree ? [forkRecord({ channel, lane }, tree)] : []),
    ],
    ...(fences ? { fences } : {}),
  })
  if (!committed.ok) return committed
  core.lives.saved(lives)
  core.acknowledgements.saved(acknowledged)
  if (isUnsettled) core.unsettled.marked(chain, judged)
  if (!tree) {
    for (const { header, id } of entries) core.ids.set(chain, header.seq, id)
    const last = entries.at(-1) ?? first
    core.heads.set({ lane, channel, chain, seq: last.header.seq, id: last.id })
    return ok({ linesChanged: false })
  }
  return ok({ linesChanged: grow(core, tree, entries, isDeeper ? held : undefined) })
}

/** `held`: what the store had from the tree's base on, where the tree is new. */
function grow(
  core: ReplicaCore,
  tree: ForkTree,
  entries: readonly SealedEntry[],
  held: readonly TreeEntry[] | undefined,
): boolean {
  const { chain } = tree
  const place = entries[0]?.header
  if (held && place) {
    const before = core.forks.tree(chain)
    const straight = before ? held.filter(({ seq }) => seq < before.base).map(({ id }) => id) : held.map(({ id }) => id)
    tree.add(held)
    core.forks.put(place, tree)
    core.forks.setPath(chain, before ? [...straight, ...core.forks.path(chain)] : straight)
  }
  const shape = tree.shape()
  tree.add(entries.map(({ id, header }) => ({ id, seq: header.seq, prev: header.prev })))
  const head = core.heads.get(chain)
  if (head) core.heads.set({ ...head, ...tree.deepest() })
  return held !== undefined || tree.shape() !== shape
}
