import { err, ok, type Result } from '#lib/base/result'
import type { StorageKey } from '#lib/crypto/crypto'
import { systemRandom } from '#lib/crypto/system-random'
import {
  type Database,
  durabilityOf,
  type OpenDatabaseError,
  openDatabase,
  storageErrorOf,
  WORKSPACE_STORES,
  writeStrictly,
} from '#lib/storage/database'
import { openIndexedDbWorkspace } from '#lib/storage/indexeddb-workspace'
import { createRowSeal, type RowSeal } from '#lib/storage/row-seal'
import type { KeyStore, ProfileStorage, StorageError } from '#lib/storage/storage'
import { endTerms } from '#lib/storage/writer-terms'

/** The name of the database unless a test asks for another. */
export const DATABASE_NAME = 'waxwing'

/** Where the secret stands that makes pseudonyms; the only row whose own name is none. */
const NAME_KEY = 'name-key'
const NAME_KEY_BYTES = 32

/**
 * Opens everything this profile keeps, sealed under `storageKey`. `record-damaged` means that this storage was written
 * under another key, or that the row which all others need is gone; nothing was changed then.
 */
export async function openIndexedDbStorage({
  storageKey,
  name = DATABASE_NAME,
}: {
  readonly storageKey: StorageKey
  readonly name?: string
}): Promise<Result<ProfileStorage, OpenDatabaseError>> {
  const opened = await openDatabase(name, (reason) => storage?.onLost?.(reason))
  let storage: ProfileStorage | undefined
  if (!opened.ok) return opened
  const database = opened.value
  try {
    const nameKey = await readNameKey(database, storageKey)
    if (!nameKey.ok) {
      database.close()
      return nameKey
    }
    storage = createProfileStorage(database, storageKey, nameKey.value, durabilityOf(database))
    return ok(storage)
  } catch (error) {
    database.close()
    return err(storageErrorOf(error))
  }
}

async function readNameKey(database: Database, storageKey: StorageKey): Promise<Result<Uint8Array, StorageError>> {
  const rows = createRowSeal(storageKey, new Uint8Array(0), 'profile')
  const present = await database.get('profile', NAME_KEY)
  const row = present ? ok(present) : await makeNameKey(database, rows)
  if (!row.ok) return row
  const nameKey = await rows.open(row.value.sealed, 'profile', NAME_KEY)
  return nameKey?.length === NAME_KEY_BYTES ? ok(nameKey) : err({ type: 'record-damaged', key: NAME_KEY })
}

/** Of two tabs at once both get the same. */
async function makeNameKey(database: Database, rows: RowSeal) {
  const sealed = await rows.seal(systemRandom.bytes(NAME_KEY_BYTES), 'profile', NAME_KEY)
  return writeStrictly(database, ['profile'], async (transaction) => {
    const store = transaction.objectStore('profile')
    const present = await store.get(NAME_KEY)
    const value = present ?? { name: NAME_KEY, version: 1, sealed }
    if (!present) await store.put(value)
    return ok(value)
  })
}

function createProfileStorage(
  database: Database,
  storageKey: StorageKey,
  nameKey: Uint8Array,
  durability: 'strict' | 'relaxed',
): ProfileStorage {
  const rows = createRowSeal(storageKey, nameKey, 'profile')
  const workspaceName = (id: string) => rows.pseudonym('workspaces', id)

  async function update(
    key: string,
    change: (value: Uint8Array | undefined) => Uint8Array | undefined,
  ): Promise<Result<void, StorageError>> {
    const name = rows.pseudonym('profile', key)
    for (;;) {
      const row = await database.get('profile', name)
      const value = row && (await openProfileRow(rows, name, row))
      if (row && value === undefined) return err({ type: 'record-damaged', key })
      const outcome = await replaceProfileRow(database, rows, name, row?.version, change(value))
      if (!outcome.ok || outcome.value) return outcome.ok ? ok(undefined) : outcome
    }
  }

  async function guarded<T>(work: () => Promise<Result<T, StorageError>>): Promise<Result<T, StorageError>> {
    try {
      return await work()
    } catch (error) {
      return err(storageErrorOf(error))
    }
  }

  return {
    durability,
    onLost: undefined,
    workspace: async (id) =>
      ok(openIndexedDbWorkspace(database, workspaceName(id), createRowSeal(storageKey, nameKey, id), durability)),
    deleteWorkspace: (id) =>
      writeStrictly(database, [...WORKSPACE_STORES], async (transaction) => {
        const workspace = workspaceName(id)
        const range = IDBKeyRange.bound([workspace], [workspace, []])
        await Promise.all([
          transaction.objectStore('counters').delete(workspace),
          transaction.objectStore('entries').delete(range),
          transaction.objectStore('heads').delete(range),
          transaction.objectStore('records').delete(range),
          transaction.objectStore('recordNames').delete(range),
          transaction.objectStore('pieces').delete(range),
          endTerms(transaction, workspace),
        ])
        return ok(undefined)
      }),
    record: (key) =>
      guarded(async () => {
        const name = rows.pseudonym('profile', key)
        const row = await database.get('profile', name)
        const value = row && (await openProfileRow(rows, name, row))
        return row && value === undefined ? err({ type: 'record-damaged', key }) : ok(value)
      }),
    putRecord: (key, value) =>
      guarded(async () => {
        const name = rows.pseudonym('profile', key)
        for (;;) {
          const row = await database.get('profile', name)
          const outcome = await replaceProfileRow(database, rows, name, row?.version, value)
          if (!outcome.ok || outcome.value) return outcome.ok ? ok(undefined) : outcome
        }
      }),
    updateRecord: (key, change) => guarded(() => update(key, change)),
    close: () => database.close(),
  }
}

const openProfileRow = (rows: RowSeal, name: string, row: { version: number; sealed: Uint8Array }) =>
  rows.open(row.sealed, 'profile', name, row.version)

/** False when the row is no longer at version `present`: somebody else was faster, and nothing was written. */
async function replaceProfileRow(
  database: Database,
  rows: RowSeal,
  name: string,
  present: number | undefined,
  value: Uint8Array | undefined,
): Promise<Result<boolean, StorageError>> {
  const version = (present ?? 0) + 1
  const sealed = value && (await rows.seal(value, 'profile', name, version))
  return writeStrictly(database, ['profile'], async (transaction) => {
    const store = transaction.objectStore('profile')
    if ((await store.get(name))?.version !== present) return ok(false)
    if (sealed) await store.put({ name, version, sealed })
    else await store.delete(name)
    return ok(true)
  })
}

/** The same database's place for CryptoKeys, which has to be readable before there is a storage key. */
export async function openIndexedDbKeyStore(name = DATABASE_NAME): Promise<Result<KeyStore, OpenDatabaseError>> {
  const opened = await openDatabase(name, () => undefined)
  if (!opened.ok) return opened
  const database = opened.value
  return ok({
    async get(key) {
      try {
        return ok(await database.get('keys', key))
      } catch (error) {
        return err(storageErrorOf(error))
      }
    },
    put: (values) =>
      writeStrictly(database, ['keys'], async (transaction) => {
        const store = transaction.objectStore('keys')
        await Promise.all([...values].map(([key, value]) => store.put(value, key)))
        return ok(undefined)
      }),
    add: (values) =>
      writeStrictly(database, ['keys'], async (transaction) => {
        const store = transaction.objectStore('keys')
        const taken = await Promise.all([...values.keys()].map((key) => store.getKey(key)))
        if (taken.some((key) => key !== undefined)) return ok(false)
        await Promise.all([...values].map(([key, value]) => store.put(value, key)))
        return ok(true)
      }),
    deleteAll: (prefix) =>
      writeStrictly(database, ['keys'], async (transaction) => {
        const store = transaction.objectStore('keys')
        await store.delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`))
        return ok(undefined)
      }),
    close: () => database.close(),
  })
}
