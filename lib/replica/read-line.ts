import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { storedToEntry } from '#lib/replica/entry-record'
import type { ReplicaCore } from '#lib/replica/replica-core'

const ROWS = 64

/**
 * Entries of a chain's main line, or of one of its branches, from `from` on up to the first kept signature past
 * `maxBytes` (E9). A branch begins where it parts.
 */
export async function readLine(
  core: ReplicaCore,
  tag: ChainTag,
  from: number,
  maxBytes: number,
): Promise<readonly SealedEntry[]> {
  const line = core.forks.line(tag)
  const chain = line?.chain ?? tag
  const base = core.forks.tree(chain)?.base ?? Number.POSITIVE_INFINITY
  const isOnLine = (seq: number, id: EntryId): boolean => {
    if (!line || seq < base) return true
    const expected = line.ids[seq - line.from]
    return expected !== undefined && sameBytes(expected, id)
  }
  const out: SealedEntry[] = []
  let bytes = 0
  let next = line?.parent ? Math.max(from, line.from) : from
  for (let limit = ROWS; ; ) {
    const rows = await core.store.readChain(chain, next, limit)
    const before = next
    for (const row of rows.ok ? rows.value : []) {
      if (row.seq !== next || !isOnLine(row.seq, row.id)) continue
      const entry = storedToEntry(row)
      if (!entry.ok) return signedPrefix(out)
      out.push(entry.value)
      next++
      bytes += entry.value.box.length + 8
      if (bytes >= maxBytes && entry.value.signature) return out
    }
    if (next > before) limit = ROWS
    else if (rows.ok && rows.value.length === limit) limit *= 2
    else return signedPrefix(out)
  }
}

const signedPrefix = (entries: readonly SealedEntry[]): readonly SealedEntry[] =>
  entries.slice(0, entries.findLastIndex((entry) => entry.signature) + 1)
