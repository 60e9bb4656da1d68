import { type StoreValue, unwrap } from 'idb'
import { toHex, utf8 } from '#lib/base/bytes'
import type { PieceName } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { BatchRows } from '#lib/storage/batch-rows'
import {
  type BatchRow,
  type Database,
  type HeadRow,
  type StoreName,
  type WaxwingSchema,
  writeStrictly,
} from '#lib/storage/database'
import { batchesOf } from '#lib/storage/entry-batch'
import type { RowSeal } from '#lib/storage/row-seal'
import type { Commit, StorageError, StoredEntry, StoredHead } from '#lib/storage/storage'
import { holdTerm, newestTerm, takeTerm, type WriterTransaction } from '#lib/storage/writer-terms'

/**
 * The commits of one workspace. WebCrypto cannot be awaited inside a transaction, so everything is sealed before it
 * begins; positions, which only the transaction knows, are the one thing that no seal binds. Every turn of the page
 * between the keystroke and the disk costs, so whoever holds the newest term (`writer-terms.ts`) reads nothing: the rows are
 * as it left them. Only who begins to write, or was overtaken, reads what the rows say.
 */
export interface CommitRows {
  /** The rows that were added. */
  commit(commit: Commit): Promise<Result<readonly SealedBatch[], StorageError>>
  sealHead(head: StoredHead): Promise<HeadRow>
}

interface Lease {
  readonly term: number
  /** Positions that are taken. */
  taken: number
  /** By chain (hex), as far as they were read or written: its newest entry, `undefined` for none. */
  readonly heads: Map<string, Pick<HeadRow, 'seq' | 'id'> | undefined>
}

/** A commit whose values are sealed; `chains` (hex) are those that it is about. */
interface Sealed {
  readonly batches: readonly SealedBatch[]
  readonly heads: readonly HeadRow[]
  readonly records: readonly SealedRecord[]
  readonly pieces: readonly { readonly name: string; readonly sealed: Uint8Array }[]
  readonly chains: readonly string[]
  readonly fences: NonNullable<Commit['fences']>
}

type SealedBatch = Omit<BatchRow, 'first' | 'last'>
type SealedRecord = { readonly name: string; readonly row?: { sealedName: Uint8Array; sealed: Uint8Array } }

/** Stores of a commit: records alone keep no entry waiting. */
const ENTRY_STORES = ['counters', 'entries', 'heads'] as const
const RECORD_STORES = ['records', 'recordNames'] as const
const PIECE_STORES = ['pieces'] as const

/** `workspace` is the pseudonym under which its rows stand. */
export function createCommitRows(
  database: Database,
  workspace: string,
  seals: RowSeal,
  batchRows: BatchRows,
): CommitRows {
  /** What the rows say, as long as nobody takes a newer term. */
  let lease: Lease | undefined
  /** Of entries one commit after the other: each goes on from where the last ended. */
  const inTurn = createSerial()

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

  async function sealPiece(pieceName: PieceName, bytes: Uint8Array) {
    const name = seals.pseudonym('pieces', toHex(pieceName))
    return { name, sealed: await seals.seal(bytes, 'pieces', name) }
  }

  async function seal({ entries, fences = [], records = [], pieces = [] }: Commit): Promise<Sealed> {
    const newest = new Map<string, StoredEntry>()
    for (const entry of entries) {
      const chain = toHex(entry.chain)
      if ((newest.get(chain)?.seq ?? 0) < entry.seq) newest.set(chain, entry)
    }
    const [batches, heads, sealedRecords, sealedPieces] = await Promise.all([
      Promise.all(batchesOf(entries, toHex).map(batchRows.seal)),
      Promise.all([...newest.values()].map(sealHead)),
      Promise.all(records.map(({ key, value }) => sealRecord(key, value))),
      Promise.all(pieces.map(({ name, bytes }) => sealPiece(name, bytes))),
    ])
    const chains = [...new Set([...fences.map(({ chain }) => toHex(chain)), ...newest.keys()])]
    return { batches, heads, records: sealedRecords, pieces: sealedPieces, chains, fences }
  }

  /** What the rows are found to say where they have to be read: in this transaction, and by a term that begins with it. */
  async function begin(transaction: WriterTransaction, chains: readonly string[]): Promise<Lease> {
    const heads = transaction.objectStore('heads')
    const [newest, counter, present] = await Promise.all([
      newestTerm(transaction, workspace),
      transaction.objectStore('counters').get(workspace),
      Promise.all(chains.map((chain) => heads.get([workspace, chain]))),
    ])
    const isOwn = lease !== undefined && lease.term === newest
    const known = new Map(isOwn ? lease?.heads : [])
    for (const [i, chain] of chains.entries()) known.set(chain, present[i])
    const term = isOwn ? newest : newest + 1
    if (!isOwn) await takeTerm(transaction, workspace, term)
    return { term, taken: counter?.taken ?? 0, heads: known }
  }

  /** Whether the chains end where they should, as far as that is known; `undefined`: it is not. */
  const isFenced = ({ heads }: Lease, { fences, chains }: Sealed): boolean | undefined => {
    if (chains.some((chain) => !heads.has(chain))) return undefined
    return fences.every(({ chain, expected }) => {
      const head = heads.get(toHex(chain))
      return head?.seq === expected?.seq && head?.id === (expected && toHex(expected.id))
    })
  }

  /** `moved`: nothing was written, perhaps because somebody else has begun to; the rows have to be read. */
  async function attempt(sealed: Sealed): Promise<Result<'written' | 'moved', StorageError>> {
    const { batches, heads, records, pieces, chains, fences } = sealed
    const isWriting = hasEntries(sealed)
    const stores: StoreName[] = [
      ...(isWriting ? ENTRY_STORES : []),
      ...(records.length > 0 ? RECORD_STORES : []),
      ...(pieces.length > 0 ? PIECE_STORES : []),
    ]
    if (stores.length === 0) return ok('written')
    const held = isWriting && lease && isFenced(lease, sealed) ? lease : undefined
    const outcome = await writeStrictly(database, stores, async (transaction) => {
      const now = held ?? (isWriting ? await begin(transaction, chains) : undefined)
      if (held) holdTerm(transaction, workspace, held.term)
      else if (now && !isFenced(now, sealed)) {
        const lost = fences.find((fence) => !isFenced(now, { ...sealed, fences: [fence] }))
        if (lost) return err({ type: 'fence-lost', chain: lost.chain })
      }
      const next = now && { ...now, heads: new Map(now.heads) }
      // nobody waits for any of these: what fails in a transaction fails the transaction, which says so itself
      const plain = unwrap(transaction)
      const put = <Name extends StoreName>(name: Name, row: StoreValue<WaxwingSchema, Name>) =>
        plain.objectStore(name).put(row)
      for (const batch of batches) {
        if (!next) break
        const first = next.taken + 1
        next.taken += batch.toSeq - batch.fromSeq + 1
        plain.objectStore('entries').add({ ...batch, first, last: next.taken })
      }
      for (const head of heads) {
        if ((next?.heads.get(head.chain)?.seq ?? 0) >= head.seq) continue
        next?.heads.set(head.chain, head)
        put('heads', head)
      }
      if (next && batches.length > 0) put('counters', { workspace, taken: next.taken })
      for (const { name, row } of records) {
        if (row) {
          put('records', { workspace, name, sealed: row.sealed })
          put('recordNames', { workspace, name, sealed: row.sealedName })
        } else for (const store of RECORD_STORES) plain.objectStore(store).delete([workspace, name])
      }
      for (const { name, sealed: box } of pieces) put('pieces', { workspace, name, sealed: box })
      transaction.commit()
      return ok(next)
    })
    if (!outcome.ok && held) {
      // whether somebody took a newer term is not for every platform to say: the next attempt reads what is there
      lease = undefined
      return ok('moved')
    }
    if (!outcome.ok) return outcome
    if (outcome.value) lease = outcome.value
    return ok('written')
  }

  return {
    sealHead,
    async commit(commit) {
      const sealed = await seal(commit)
      const write = async (): Promise<Result<readonly SealedBatch[], StorageError>> => {
        for (;;) {
          const outcome = await attempt(sealed)
          if (!outcome.ok) return outcome
          if (outcome.value === 'written') return ok(sealed.batches)
        }
      }
      return hasEntries(sealed) ? inTurn(write) : write()
    },
  }
}

const hasEntries = ({ batches, fences }: Pick<Sealed, 'batches' | 'fences'>): boolean =>
  batches.length > 0 || fences.length > 0
