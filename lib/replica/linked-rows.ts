import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import { storedToEntry } from '#lib/replica/entry-record'
import type { StoredEntry, WorkspaceStore } from '#lib/storage/storage'

const ROWS = 512

type ReadChain = WorkspaceStore['readChain']

/**
 * Reads a chain that goes on, after the entry at `after`, in rows of more than one way: a segment that stood for one of them
 * is no longer believed (S0), and what followed it is still on disk. Only what is linked to that entry is given; what lies
 * beyond a gap counts as not there until its entries come. `endId` names that entry where only a segment has it. Sorted by
 * place, at most `limit`.
 */
export async function readLinked(
  read: ReadChain,
  chain: ChainTag,
  after: number,
  endId: EntryId | undefined,
  from: number,
  limit: number,
): ReturnType<ReadChain> {
  const start = Math.min(from, after)
  const straight = await read(chain, start, Math.min(limit + after - start, after - start + 1))
  if (!straight.ok) return straight
  const linked = straight.value.filter(({ seq }) => seq <= after)
  const wanted = () => linked.filter(({ seq }) => seq >= from).slice(0, limit)
  let last: Pick<StoredEntry, 'seq' | 'id'> | undefined =
    linked.find(({ seq }) => seq === after) ?? (endId && { seq: after, id: endId })
  while (last && wanted().length < limit) {
    const before: Pick<StoredEntry, 'seq' | 'id'> = last
    const rows = await read(chain, before.seq + 1, ROWS)
    if (!rows.ok) return rows
    for (const row of rows.value) {
      const entry = row.seq === last.seq + 1 ? storedToEntry(row) : undefined
      if (!entry?.ok || !sameBytes(entry.value.header.prev, last.id)) continue
      linked.push(row)
      last = row
    }
    if (last === before) break
  }
  return ok(wanted())
}
