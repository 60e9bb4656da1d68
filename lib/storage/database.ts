import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb'
import { err, ok, type Result } from '#lib/base/result'
import type { StorageError } from '#lib/storage/storage'

/**
 * The one IndexedDB database of a profile: its stores, how older versions of it are brought up to date, and what to do
 * when the platform takes it away. Names and index keys in it are pseudonyms; every other value is sealed.
 */
export interface WaxwingSchema extends DBSchema {
  /** CryptoKeys, which a platform keeps but does not show. */
  keys: { key: string; value: unknown }
  /** Values of the profile; `version` counts its changes. */
  profile: { key: string; value: { name: string; version: number; sealed: Uint8Array } }
  /** How many entries each workspace has taken: the next position is one more. */
  counters: { key: string; value: { workspace: string; taken: number } }
  entries: {
    key: [string, number]
    value: BatchRow
    indexes: { channel: [string, string, number]; chain: [string, string, number] }
  }
  heads: { key: [string, string]; value: HeadRow }
  records: { key: [string, string]; value: { workspace: string; name: string; sealed: Uint8Array } }
  /** What `records` are called, apart from them, so that listing them does not read them. */
  recordNames: { key: [string, string]; value: { workspace: string; name: string; sealed: Uint8Array } }
  /** Pieces of files. */
  pieces: { key: [string, string]; value: { workspace: string; name: string; sealed: Uint8Array } }
}

/** Consecutive entries of one chain; positions and numbers of its first and last one. */
export interface BatchRow {
  readonly workspace: string
  readonly channel: string
  readonly chain: string
  readonly first: number
  readonly last: number
  readonly fromSeq: number
  readonly toSeq: number
  readonly sealed: Uint8Array
}

/** The newest place of a chain, readable inside a transaction; `seal` shows afterwards that nobody changed it. */
export interface HeadRow {
  readonly workspace: string
  readonly chain: string
  readonly channel: string
  readonly seq: number
  readonly id: string
  readonly seal: Uint8Array
}

export type Database = IDBPDatabase<WaxwingSchema>
export type StoreName = StoreNames<WaxwingSchema>
type UpgradeTransaction = IDBPTransaction<WaxwingSchema, StoreName[], 'versionchange'>

export const WORKSPACE_STORES = ['counters', 'entries', 'heads', 'records', 'recordNames', 'pieces'] as const

/** Step n brings version n to version n + 1; steps are only ever added. */
const UPGRADES: readonly ((database: Database, transaction: UpgradeTransaction) => void)[] = [
  (database) => {
    database.createObjectStore('keys')
    database.createObjectStore('profile', { keyPath: 'name' })
    database.createObjectStore('counters', { keyPath: 'workspace' })
    const entries = database.createObjectStore('entries', { keyPath: ['workspace', 'first'] })
    entries.createIndex('channel', ['workspace', 'channel', 'last'])
    entries.createIndex('chain', ['workspace', 'chain', 'toSeq'])
    database.createObjectStore('heads', { keyPath: ['workspace', 'chain'] })
    database.createObjectStore('records', { keyPath: ['workspace', 'name'] })
    database.createObjectStore('recordNames', { keyPath: ['workspace', 'name'] })
  },
  (database) => {
    database.createObjectStore('pieces', { keyPath: ['workspace', 'name'] })
  },
]

/** `newer-version`: a later release of this app has written here; only it can read on. */
export type OpenDatabaseError = StorageError | { readonly type: 'newer-version' }

/**
 * Opens the database, creating or upgrading it. `onLost` is called once when it is taken away later: this tab closes it
 * at once, so that a newer version in another tab is not kept waiting.
 */
export async function openDatabase(
  name: string,
  onLost: (reason: 'newer-version' | 'taken-away') => void,
): Promise<Result<Database, OpenDatabaseError>> {
  let database: Database | undefined
  try {
    database = await openDB<WaxwingSchema>(name, UPGRADES.length, {
      upgrade(opened, oldVersion, _newVersion, transaction) {
        for (const step of UPGRADES.slice(oldVersion)) step(opened, transaction)
      },
      blocking() {
        database?.close()
        onLost('newer-version')
      },
      terminated() {
        onLost('taken-away')
      },
    })
    return ok(database)
  } catch (error) {
    return err(nameOf(error) === 'VersionError' ? { type: 'newer-version' } : storageErrorOf(error))
  }
}

/** What a failed operation of IndexedDB means to the one who asked for it. */
export function storageErrorOf(error: unknown): StorageError {
  const name = nameOf(error)
  return name === 'QuotaExceededError' ? { type: 'storage-full' } : { type: 'storage-failed', reason: name }
}

const nameOf = (error: unknown): string => (error instanceof Error || isDomException(error) ? error.name : 'unknown')

const isDomException = (error: unknown): error is { name: string } =>
  typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string'

/**
 * Runs `work` in one transaction that is on the disk before this resolves (E12). An error of the work or the
 * transaction undoes everything and comes back typed. Nothing but requests of this transaction may be awaited in it.
 */
export async function writeStrictly<T, Stores extends readonly StoreName[]>(
  database: Database,
  stores: Stores,
  work: (transaction: IDBPTransaction<WaxwingSchema, Stores, 'readwrite'>) => Promise<Result<T, StorageError>>,
): Promise<Result<T, StorageError>> {
  try {
    const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' })
    const done = transaction.done.then(
      () => undefined,
      (error: unknown) => error ?? new Error('aborted'),
    )
    let outcome: Result<T, StorageError>
    try {
      outcome = await work(transaction)
    } catch (error) {
      outcome = err(storageErrorOf(error))
    }
    if (!outcome.ok) abort(transaction)
    const failure = await done
    if (!outcome.ok) return isFull(failure) ? err({ type: 'storage-full' }) : outcome
    return failure === undefined ? outcome : err(storageErrorOf(failure))
  } catch (error) {
    return err(storageErrorOf(error))
  }
}

const isFull = (failure: unknown): boolean => failure !== undefined && storageErrorOf(failure).type === 'storage-full'

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort()
  } catch {
    // it has ended by itself
  }
}

/** Whether this platform says that it honours strict commits (E2). */
export function durabilityOf(database: Database): 'strict' | 'relaxed' {
  const transaction = database.transaction('counters', 'readwrite', { durability: 'strict' })
  transaction.done.catch(() => undefined)
  return transaction.durability === 'strict' ? 'strict' : 'relaxed'
}
