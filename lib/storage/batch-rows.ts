import { fromHex, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { type BatchRow, type Database, storageErrorOf, writeStrictly } from '#lib/storage/database'
import {
  decodeBatch,
  encodeBatch,
  encodePlacedBatch,
  MAX_BATCH_BYTES,
  type PlacedEntry,
} from '#lib/storage/entry-batch'
import type { RowSeal } from '#lib/storage/row-seal'
import type { StorageError, StoredEntry } from '#lib/storage/storage'

/** Batches of one workspace as rows: sealed, opened, and many small ones made into few. */
export interface BatchRows {
  /** A row that still lacks its positions. `batch` is not empty. */
  seal(batch: readonly StoredEntry[]): Promise<Omit<BatchRow, 'first' | 'last'>>
  /** The entries of all rows in the order of the rows, or the first damage. */
  open(rows: readonly BatchRow[]): Promise<Result<PlacedEntry<StoredEntry>[], StorageError>>
  /** Makes one row of those that hold the chain's entries from above `above` to `upTo`; changes no entry or position. */
  join(chain: string, above: number, upTo: number): Promise<Result<void, StorageError>>
}

/** Fewer rows are not worth a write. */
const MIN_JOINED = 8

/** `workspace` is the pseudonym under which its rows stand. */
export function createBatchRows(database: Database, workspace: string, seals: RowSeal): BatchRows {
  const place = ({ channel, chain, fromSeq, toSeq }: Omit<BatchRow, 'first' | 'last'>) =>
    [channel, chain, fromSeq, toSeq] as const

  async function openRow(row: BatchRow): Promise<Result<PlacedEntry<StoredEntry>[], StorageError>> {
    const channel = fromHex(row.channel) as ChannelTag
    const chain = fromHex(row.chain) as ChainTag
    const { fromSeq, toSeq, first, last } = row
    const plain = await seals.open(row.sealed, 'entries', ...place(row))
    const placed = plain && decodeBatch(plain, toSeq - fromSeq + 1, first)
    const isWhole = placed?.[0]?.position === first && placed.at(-1)?.position === last
    if (!placed || !isWhole) return err({ type: 'entries-damaged', chain, fromSeq, toSeq, first, last })
    return ok(
      placed.map(({ position, entry }, i) => ({ position, entry: { channel, chain, seq: fromSeq + i, ...entry } })),
    )
  }

  async function open(rows: readonly BatchRow[]): Promise<Result<PlacedEntry<StoredEntry>[], StorageError>> {
    const found: PlacedEntry<StoredEntry>[] = []
    for (const opened of await Promise.all(rows.map(openRow))) {
      if (!opened.ok) return opened
      for (const placed of opened.value) found.push(placed)
    }
    return ok(found)
  }

  async function join(chain: string, above: number, upTo: number): Promise<Result<void, StorageError>> {
    const range = IDBKeyRange.bound([workspace, chain, above + 1], [workspace, chain, upTo])
    const rows = (await database.getAllFromIndex('entries', 'chain', range)).filter(({ fromSeq }) => fromSeq > above)
    const [head] = rows
    const tail = rows.at(-1)
    const bytes = rows.reduce((sum, { sealed }) => sum + sealed.length, 0)
    if (!head || !tail || rows.length < MIN_JOINED || bytes > MAX_BATCH_BYTES) return ok(undefined)
    if (!rows.every((row, i) => follows(rows[i - 1], row))) return ok(undefined)
    const opened = await open(rows)
    if (!opened.ok) return opened
    const joined = { ...head, toSeq: tail.toSeq, last: tail.last }
    const sealed = await seals.seal(encodePlacedBatch(opened.value), 'entries', ...place(joined))
    return writeStrictly(database, ['entries'], async (transaction) => {
      const store = transaction.objectStore('entries')
      const present = await Promise.all(rows.map(({ first }) => store.get([workspace, first])))
      if (!present.every((row, i) => row?.toSeq === rows[i]?.toSeq)) return ok(undefined) // another tab has joined them
      await Promise.all(rows.map(({ first }) => store.delete([workspace, first])))
      await store.put({ ...joined, sealed })
      return ok(undefined)
    })
  }

  return {
    async seal(batch) {
      const first = batch[0]
      const last = batch.at(-1)
      if (!first || !last) throw new Error('A batch is not empty')
      const [channel, chain] = [toHex(first.channel), toHex(first.chain)]
      const row = { workspace, channel, chain, fromSeq: first.seq, toSeq: last.seq, sealed: new Uint8Array(0) }
      return { ...row, sealed: await seals.seal(encodeBatch(batch), 'entries', ...place(row)) }
    },
    open,
    join: (chain, above, upTo) => join(chain, above, upTo).catch((error) => err(storageErrorOf(error))),
  }
}

/** Numbers and positions go on, in one channel. */
const follows = (before: BatchRow | undefined, row: BatchRow): boolean =>
  before === undefined ||
  (row.fromSeq === before.toSeq + 1 && row.first > before.last && row.channel === before.channel)
