import { fromHex, textFromUtf8, toHex, utf8 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import {
  type BatchRow,
  type Database,
  type HeadRow,
  storageErrorOf,
  WORKSPACE_STORES,
  writeStrictly,
} from '#lib/storage/database'
import { batchesOf, decodeBatch, encodeBatch } from '#lib/storage/entry-batch'
import type { RowSeal } from '#lib/storage/row-seal'
import type { Commit, StorageError, StoredEntry, StoredHead, WorkspaceStore } from '#lib/storage/storage'

/**
 * One workspace in IndexedDB. WebCrypto cannot be awaited inside a transaction, so everything is sealed before it
 * begins; positions, which only the transaction knows, are the one thing that no seal binds.
 */
type SealedBatch = Omit<BatchRow, 'first' | 'last'>
type SealedRecord = { readonly name: string; readonly row?: { sealedName: Uint8Array; sealed: Uint8Array } }

const CHAIN_PAGE = 64
const SMALLEST: number = Number.NEGATIVE_INFINITY
const GREATEST: number = Number.POSITIVE_INFINITY

/** `workspace` is the pseudonym under which its rows stand. */
export function openIndexedDbWorkspace(
  database: Database,
  workspace: string,
  rows: RowSeal,
  durability: 'strict' | 'relaxed',
): WorkspaceStore {
  const place = ({ channel, chain, fromSeq, toSeq }: SealedBatch) => [channel, chain, fromSeq, toSeq] as const
  let closed = false

  async function sealBatch(batch: readonly StoredEntry[]): Promise<SealedBatch[]> {
    const first = batch[0]
    const last = batch.at(-1)
    if (!first || !last) return []
    const row = {
      workspace,
      channel: toHex(first.channel),
      chain: toHex(first.chain),
      fromSeq: first.seq,
      toSeq: last.seq,
    }
    const sealed = await rows.seal(encodeBatch(batch), 'entries', row.channel, row.chain, row.fromSeq, row.toSeq)
    return [{ ...row, sealed }]
  }

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

  async function openBatch(row: BatchRow): Promise<Result<readonly StoredEntry[], StorageError>> {
    const channel = fromHex(row.channel) as ChannelTag
    const chain = fromHex(row.chain) as ChainTag
    const plain = await rows.open(row.sealed, 'entries', ...place(row))
    const entries = plain && decodeBatch(plain, row.toSeq - row.fromSeq + 1)
    if (!entries || row.last - row.first !== row.toSeq - row.fromSeq)
      return err({ type: 'entries-damaged', chain, ...rangeOf(row) })
    return ok(entries.map(({ id, bytes }, i) => ({ channel, chain, seq: row.fromSeq + i, id, bytes })))
  }

  /** The entries of `batches` in their order, or the first damage. */
  async function openAll(batches: readonly BatchRow[]): Promise<Result<(readonly StoredEntry[])[], StorageError>> {
    const opened: (readonly StoredEntry[])[] = []
    for (const batch of await Promise.all(batches.map(openBatch))) {
      if (!batch.ok) return batch
      opened.push(batch.value)
    }
    return ok(opened)
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
    const opened = newest && (await openBatch(newest))
    const last = opened?.ok ? opened.value.at(-1) : undefined
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
      Promise.all(batchesOf(commit.entries, toHex).map(sealBatch)),
      Promise.all([...newest.values()].map(sealHead)),
      Promise.all((commit.records ?? []).map(({ key, value }) => sealRecord(key, value))),
    ])
    const fences = (commit.fences ?? []).map(({ chain, expected }) => ({
      chain,
      name: toHex(chain),
      expected: expected && { seq: expected.seq, id: toHex(expected.id) },
    }))
    return writeStrictly(database, WORKSPACE_STORES, async (transaction) => {
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
      for (const batch of batches.flat()) {
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
        const batches = found.filter(({ first }) => first < before)
        const opened = await openAll(batches)
        if (!opened.ok) return opened
        const placed = opened.value.flatMap((entries, i) => {
          const first = batches[i]?.first ?? 0
          return entries.map((entry, k) => ({ position: first + k, entry }))
        })
        return ok(placed.filter(({ position }) => position > after && position < before))
      }),
    readChain: (chain, from, limit) =>
      guarded(async () => {
        const name = toHex(chain)
        const found: StoredEntry[] = []
        const seen = new Set<number>() // several batches may end at one number: the branches of a fork
        for (let next = from; found.length < limit; ) {
          const range = IDBKeyRange.bound([workspace, name, next], [workspace, name, GREATEST])
          const page = await database.getAllFromIndex('entries', 'chain', range, CHAIN_PAGE)
          const fresh = page.filter(({ first }) => !seen.has(first))
          if (fresh.length === 0) break
          const opened = await openAll(fresh)
          if (!opened.ok) return opened
          for (const { first } of fresh) seen.add(first)
          for (const entry of opened.value.flat()) if (entry.seq >= from) found.push(entry)
          next = page.at(-1)?.toSeq ?? next
        }
        return ok(found.sort((a, b) => a.seq - b.seq).slice(0, limit))
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

const rangeOf = ({ fromSeq, toSeq, first, last }: BatchRow) => ({ fromSeq, toSeq, first, last })
