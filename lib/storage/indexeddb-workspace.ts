import { fromHex, textFromUtf8, toHex, utf8 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import { createBatchRows } from '#lib/storage/batch-rows'
import { type Database, type HeadRow, storageErrorOf, WORKSPACE_STORES, writeStrictly } from '#lib/storage/database'
import { batchesOf, MAX_BATCH_ENTRIES } from '#lib/storage/entry-batch'
import type { RowSeal } from '#lib/storage/row-seal'
import type { Commit, StorageError, StoredEntry, StoredHead, WorkspaceStore } from '#lib/storage/storage'

/**
 * One workspace in IndexedDB. WebCrypto cannot be awaited inside a transaction, so everything is sealed before it
 * begins; positions, which only the transaction knows, are the one thing that no seal binds.
 */
type SealedRecord = { readonly name: string; readonly row?: { sealedName: Uint8Array; sealed: Uint8Array } }

const CHAIN_PAGE = 64
/** Longer stretches take in what shorter ones have joined. */
const JOINED_STRETCHES = [MAX_BATCH_ENTRIES, 64]
const SMALLEST: number = Number.NEGATIVE_INFINITY
const GREATEST: number = Number.POSITIVE_INFINITY

/** `workspace` is the pseudonym under which its rows stand. */
export function openIndexedDbWorkspace(
  database: Database,
  workspace: string,
  rows: RowSeal,
  durability: 'strict' | 'relaxed',
): WorkspaceStore {
  const batchRows = createBatchRows(database, workspace, rows)
  const joining = createSerial()
  let closed = false

  async function sealHead({ channel, chain, seq, id }: StoredHead): Promise<HeadRow> {
    const row = { workspace, chain: toHex(chain), channel: toHex(channel), seq, id: toHex(id) }
    return { ...row, seal: await rows.seal(new Uint8Array(0), 'heads', row.chain, row.channel, row.seq, row.id) }
  }

  async function sealRecord(key: string, value: Uint8Array | undefined): Promise<SealedRecord> {
    const name = rows.pseudonym('records', key)
    if (value === undefined) return { name }
    const [sealedName, sealed] = await Promise.all([
      rows.seal(utf8(key), 'recordNames', name),
      rows.seal(value, 'records', name),
    ])
    return { name, row: { sealedName, sealed } }
  }

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
    const repaired = await sealHead(last)
    await writeStrictly(database, ['heads'], async (transaction) => {
      await transaction.objectStore('heads').put(repaired)
      return ok(undefined)
    })
    return { channel: last.channel, chain: last.chain, seq: last.seq, id: last.id }
  }

  async function commit(commit: Commit): Promise<Result<void, StorageError>> {
    const newest = new Map<string, StoredEntry>()
    for (const entry of commit.entries) {
      const chain = toHex(entry.chain)
      if ((newest.get(chain)?.seq ?? 0) < entry.seq) newest.set(chain, entry)
    }
    const [batches, heads, records] = await Promise.all([
      Promise.all(batchesOf(commit.entries, toHex).map(batchRows.seal)),
      Promise.all([...newest.values()].map(sealHead)),
      Promise.all((commit.records ?? []).map(({ key, value }) => sealRecord(key, value))),
    ])
    const fences = (commit.fences ?? []).map(({ chain, expected }) => ({
      chain,
      name: toHex(chain),
      expected: expected && { seq: expected.seq, id: toHex(expected.id) },
    }))
    const outcome = await writeStrictly(database, WORKSPACE_STORES, async (transaction) => {
      const store = <Name extends (typeof WORKSPACE_STORES)[number]>(name: Name) => transaction.objectStore(name)
      const chains = [...new Set([...fences.map(({ name }) => name), ...newest.keys()])]
      const [counter, present] = await Promise.all([
        store('counters').get(workspace),
        Promise.all(chains.map((chain) => store('heads').get([workspace, chain]))),
      ])
      const headByChain = new Map(present.flatMap((head) => (head ? [[head.chain, head]] : [])))
      for (const { chain, name, expected } of fences) {
        const head = headByChain.get(name)
        if (head?.seq !== expected?.seq || head?.id !== expected?.id) return err({ type: 'fence-lost', chain })
      }
      let taken = counter?.taken ?? 0
      const writes: Promise<unknown>[] = []
      for (const batch of batches) {
        const first = taken + 1
        taken += batch.toSeq - batch.fromSeq + 1
        writes.push(store('entries').add({ ...batch, first, last: taken }))
      }
      for (const head of heads)
        if ((headByChain.get(head.chain)?.seq ?? 0) < head.seq) writes.push(store('heads').put(head))
      for (const { name, row } of records) {
        writes.push(
          row
            ? store('records').put({ workspace, name, sealed: row.sealed })
            : store('records').delete([workspace, name]),
          row
            ? store('recordNames').put({ workspace, name, sealed: row.sealedName })
            : store('recordNames').delete([workspace, name]),
        )
      }
      if (batches.length > 0) writes.push(store('counters').put({ workspace, taken }))
      await Promise.all(writes)
      return ok(undefined)
    })
    if (outcome.ok) for (const batch of batches) joinSmall(batch)
    return outcome
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
      const heads = await Promise.all((await database.getAll('heads', range)).map(headOf))
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
