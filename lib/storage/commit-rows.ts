import { toHex, utf8 } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import type { BatchRows } from '#lib/storage/batch-rows'
import { type BatchRow, type Database, type HeadRow, type StoreName, writeStrictly } from '#lib/storage/database'
import { batchesOf } from '#lib/storage/entry-batch'
import type { RowSeal } from '#lib/storage/row-seal'
import type { Commit, StorageError, StoredEntry, StoredHead } from '#lib/storage/storage'

/**
 * The commits of one workspace. WebCrypto cannot be awaited inside a transaction, so everything is sealed before it
 * begins; positions, which only the transaction knows, are the one thing that no seal binds. Every turn of the page
 * between the keystroke and the disk costs, so writes are queued beside the reads that they depend on: they count on
 * what the rows said last, and are undone and done again where another tab has moved on.
 */
export interface CommitRows {
  /** The rows that were added. */
  commit(commit: Commit): Promise<Result<readonly SealedBatch[], StorageError>>
  sealHead(head: StoredHead): Promise<HeadRow>
  /** Where the chains end now. */
  note(heads: readonly HeadRow[]): void
}

type SealedBatch = Omit<BatchRow, 'first' | 'last'>
type SealedRecord = { readonly name: string; readonly row?: { sealedName: Uint8Array; sealed: Uint8Array } }

/** Stores of a commit: records alone keep no entry waiting. */
const ENTRY_STORES = ['counters', 'entries', 'heads'] as const
const RECORD_STORES = ['records', 'recordNames'] as const

/** `workspace` is the pseudonym under which its rows stand. */
export function createCommitRows(
  database: Database,
  workspace: string,
  seals: RowSeal,
  batchRows: BatchRows,
): CommitRows {
  /** Positions that were taken when last looked at, and the newest number of each chain (hex). */
  let taken = 0
  const newestByChain = new Map<string, number>()

  async function sealHead({ channel, chain, seq, id }: StoredHead): Promise<HeadRow> {
    const row = { workspace, chain: toHex(chain), channel: toHex(channel), seq, id: toHex(id) }
    return { ...row, seal: await seals.seal(new Uint8Array(0), 'heads', row.chain, row.channel, row.seq, row.id) }
  }

  async function sealRecord(key: string, value: Uint8Array | undefined): Promise<SealedRecord> {
    const name = seals.pseudonym('records', key)
    if (value === undefined) return { name }
    const [sealedName, sealed] = await Promise.all([
      seals.seal(utf8(key), 'recordNames', name),
      seals.seal(value, 'records', name),
    ])
    return { name, row: { sealedName, sealed } }
  }

  async function seal({ entries, fences = [], records = [] }: Commit) {
    const newest = new Map<string, StoredEntry>()
    for (const entry of entries) {
      const chain = toHex(entry.chain)
      if ((newest.get(chain)?.seq ?? 0) < entry.seq) newest.set(chain, entry)
    }
    const [batches, heads, sealedRecords] = await Promise.all([
      Promise.all(batchesOf(entries, toHex).map(batchRows.seal)),
      Promise.all([...newest.values()].map(sealHead)),
      Promise.all(records.map(({ key, value }) => sealRecord(key, value))),
    ])
    const chains = [...new Set([...fences.map(({ chain }) => toHex(chain)), ...newest.keys()])]
    return { batches, heads, records: sealedRecords, chains, fences }
  }
  type Sealed = Awaited<ReturnType<typeof seal>>

  /** `moved`: the rows were others than was thought; nothing is written, and now it is known what they are. */
  async function attempt(sealed: Sealed): Promise<Result<'written' | 'moved', StorageError>> {
    const { batches, heads, records, chains, fences } = sealed
    const hasEntries = batches.length > 0 || fences.length > 0
    const stores: readonly StoreName[] = [
      ...(hasEntries ? ENTRY_STORES : []),
      ...(records.length > 0 ? RECORD_STORES : []),
    ]
    if (stores.length === 0) return ok('written')
    let hasMoved = false
    const outcome = await writeStrictly(database, stores, async (transaction) => {
      const store = <Name extends StoreName>(name: Name) => transaction.objectStore(name)
      const reads = Promise.all([
        hasEntries ? store('counters').get(workspace) : undefined,
        Promise.all(chains.map((chain) => store('heads').get([workspace, chain]))),
      ])
      queue(reads)
      let next = taken
      for (const batch of batches) {
        const first = next + 1
        next += batch.toSeq - batch.fromSeq + 1
        queue(store('entries').add({ ...batch, first, last: next }))
      }
      for (const head of heads) if ((newestByChain.get(head.chain) ?? 0) < head.seq) queue(store('heads').put(head))
      if (batches.length > 0) queue(store('counters').put({ workspace, taken: next }))
      for (const { name, row } of records) {
        const place: [string, string] = [workspace, name]
        queue(row ? store('records').put({ workspace, name, sealed: row.sealed }) : store('records').delete(place))
        queue(
          row
            ? store('recordNames').put({ workspace, name, sealed: row.sealedName })
            : store('recordNames').delete(place),
        )
      }
      const [counter, present] = await reads
      for (const { chain, expected } of fences) {
        const head = present[chains.indexOf(toHex(chain))]
        const isExpected = head?.seq === expected?.seq && head?.id === (expected && toHex(expected.id))
        if (!isExpected) return err({ type: 'fence-lost', chain })
      }
      const countedOn = [taken, ...chains.map((chain) => newestByChain.get(chain))]
      const found = [counter?.taken ?? 0, ...present.map((head) => head?.seq)]
      hasMoved = hasEntries && found.some((value, i) => value !== countedOn[i])
      if (hasMoved) {
        taken = counter?.taken ?? 0
        for (const chain of chains) newestByChain.delete(chain)
        for (const head of present) if (head) newestByChain.set(head.chain, head.seq)
        return err({ type: 'storage-failed', reason: 'moved' })
      }
      transaction.commit()
      return ok(next)
    })
    if (hasMoved) return ok('moved')
    if (!outcome.ok) return outcome
    if (batches.length > 0) taken = outcome.value
    for (const { chain, seq } of heads) newestByChain.set(chain, Math.max(seq, newestByChain.get(chain) ?? 0))
    return ok('written')
  }

  return {
    sealHead,
    note(heads) {
      for (const { chain, seq } of heads) newestByChain.set(chain, seq)
    },
    async commit(commit) {
      const sealed = await seal(commit)
      for (;;) {
        const outcome = await attempt(sealed)
        if (!outcome.ok) return outcome
        if (outcome.value === 'written') return ok(sealed.batches)
      }
    },
  }
}

/** What fails in a transaction fails the transaction, which says so itself. */
function queue(request: Promise<unknown>): void {
  request.catch(() => undefined)
}
