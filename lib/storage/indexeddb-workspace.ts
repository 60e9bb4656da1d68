import { fromHex, textFromUtf8, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import { createBatchRows } from '#lib/storage/batch-rows'
import { createCommitRows } from '#lib/storage/commit-rows'
import { type Database, type HeadRow, storageErrorOf, writeStrictly } from '#lib/storage/database'
import { MAX_BATCH_ENTRIES } from '#lib/storage/entry-batch'
import type { RowSeal } from '#lib/storage/row-seal'
import type { Commit, StorageError, StoredEntry, StoredHead, WorkspaceStore } from '#lib/storage/storage'

const CHAIN_PAGE = 64
/** Longer stretches take in what shorter ones have joined. */
const JOINED_STRETCHES = [MAX_BATCH_ENTRIES, 64]
const SMALLEST: number = Number.NEGATIVE_INFINITY
const GREATEST: number = Number.POSITIVE_INFINITY

/** One workspace in IndexedDB; `workspace` is the pseudonym under which its rows stand. */
export function openIndexedDbWorkspace(
  database: Database,
  workspace: string,
  rows: RowSeal,
  durability: 'strict' | 'relaxed',
): WorkspaceStore {
  const batchRows = createBatchRows(database, workspace, rows)
  const commitRows = createCommitRows(database, workspace, rows, batchRows)
  const joining = createSerial()
  let closed = false

  async function guarded<T>(read: () => Promise<Result<T, StorageError>>): Promise<Result<T, StorageError>> {
    if (closed) return err({ type: 'storage-failed', reason: 'closed' })
    try {
      return await read()
    } catch (error) {
      return err(storageErrorOf(error))
    }
  }

  /** A head that nobody vouches for is found again from the entries. */
  async function headOf(row: HeadRow): Promise<StoredHead | undefined> {
    const { channel, chain, seq, id } = row
    const seal = await rows.open(row.seal, 'heads', chain, channel, seq, id)
    const names = { channel: fromHex(channel) as ChannelTag, chain: fromHex(chain) as ChainTag }
    if (seal?.length === 0) return { ...names, seq, id: fromHex(id) as EntryId }
    const range = IDBKeyRange.bound([workspace, chain, SMALLEST], [workspace, chain, GREATEST])
    const newest = (await database.getAllFromIndex('entries', 'chain', range)).at(-1)
    const opened = newest && (await batchRows.open([newest]))
    const last = opened?.ok ? opened.value.at(-1)?.entry : undefined
    if (!last) return undefined
    const repaired = await commitRows.sealHead(last)
    await writeStrictly(database, ['heads'], async (transaction) => {
      await transaction.objectStore('heads').put(repaired)
      return ok(undefined)
    })
    return { channel: last.channel, chain: last.chain, seq: last.seq, id: last.id }
  }

  async function commit(commit: Commit): Promise<Result<void, StorageError>> {
    const added = await commitRows.commit(commit)
    if (!added.ok) return added
    for (const batch of added.value) joinSmall(batch)
    return ok(undefined)
  }

  /** Where a batch ends a stretch of a chain, what stands there one by one becomes one row; nobody waits for it. */
  function joinSmall({ chain, fromSeq, toSeq }: { chain: string; fromSeq: number; toSeq: number }): void {
    for (const stretch of JOINED_STRETCHES) {
      const end = Math.floor(toSeq / stretch) * stretch
      if (end < fromSeq || toSeq - fromSeq + 1 >= stretch) continue
      void joining(() => batchRows.join(chain, end - stretch, end))
      return
    }
  }

  return {
    durability,
    async heads() {
      const range = IDBKeyRange.bound([workspace], [workspace, []])
      const present = await database.getAll('heads', range)
      const heads = await Promise.all(present.map(headOf))
      return heads.filter((head) => head !== undefined)
    },
    commit: (changes) => guarded(() => commit(changes)),
    readChannel: (channel, after, before = GREATEST) =>
      guarded(async () => {
        const name = toHex(channel)
        const range = IDBKeyRange.bound([workspace, name, after], [workspace, name, GREATEST], true)
        const found = await database.getAllFromIndex('entries', 'channel', range)
        const opened = await batchRows.open(found.filter(({ first }) => first < before))
        if (!opened.ok) return opened
        const placed = opened.value.filter(({ position }) => position > after && position < before)
        return ok(placed.sort((a, b) => a.position - b.position))
      }),
    readChain: (chain, from, limit) =>
      guarded(async () => {
        const name = toHex(chain)
        const found = new Map<number, StoredEntry>()
        const seen = new Set<string>()
        for (let next = from; found.size < limit; ) {
          const range = IDBKeyRange.bound([workspace, name, next], [workspace, name, GREATEST])
          const page = await database.getAllFromIndex('entries', 'chain', range, CHAIN_PAGE)
          // several batches may end at one number (the branches of a fork), and small ones may be joined meanwhile
          const fresh = page.filter(({ first, last }) => !seen.has(`${first} ${last}`))
          if (fresh.length === 0) break
          const opened = await batchRows.open(fresh)
          if (!opened.ok) return opened
          for (const { first, last } of fresh) seen.add(`${first} ${last}`)
          for (const { position, entry } of opened.value) if (entry.seq >= from) found.set(position, entry)
          next = page.at(-1)?.toSeq ?? next
        }
        const entries = [...found].sort(([a], [b]) => a - b).map(([, entry]) => entry)
        return ok(entries.sort((a, b) => a.seq - b.seq).slice(0, limit))
      }),
    record: (key) =>
      guarded(async () => {
        const name = rows.pseudonym('records', key)
        const row = await database.get('records', [workspace, name])
        if (row === undefined) return ok(undefined)
        const value = await rows.open(row.sealed, 'records', name)
        return value === undefined ? err({ type: 'record-damaged', key }) : ok(value)
      }),
    piece: (pieceName) =>
      guarded(async () => {
        const name = rows.pseudonym('pieces', toHex(pieceName))
        const row = await database.get('pieces', [workspace, name])
        if (row === undefined) return ok(undefined)
        const bytes = await rows.open(row.sealed, 'pieces', name)
        return bytes === undefined ? err({ type: 'piece-damaged', name: pieceName }) : ok(bytes)
      }),
    async piecePlaces() {
      const range = IDBKeyRange.bound([workspace], [workspace, []])
      return (await database.getAllKeys('pieces', range)).map(([, name]) => name)
    },
    pieceAt: (name) =>
      guarded(async () => {
        const row = await database.get('pieces', [workspace, name])
        return ok(row && (await rows.open(row.sealed, 'pieces', name)))
      }),
    async recordKeys(prefix) {
      const range = IDBKeyRange.bound([workspace], [workspace, []])
      const names = await database.getAll('recordNames', range)
      const keys = await Promise.all(names.map((row) => rows.open(row.sealed, 'recordNames', row.name)))
      const texts = keys.map((key) => key && textFromUtf8(key))
      return texts.filter((key): key is string => key?.startsWith(prefix) === true).sort()
    },
    close() {
      closed = true
    },
  }
}
