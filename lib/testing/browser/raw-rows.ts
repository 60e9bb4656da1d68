/** The rows of a database as they stand on the disk, past the code that seals and opens them. */

const finished = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('failed'))
  })

async function withDatabase<T>(name: string, work: (database: IDBDatabase) => Promise<T>): Promise<T> {
  const database = await finished(indexedDB.open(name))
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

/** Every row of every store with its key, as text: byte strings both in hex and letter by letter. */
export const dumpRows = (name: string): Promise<string> =>
  withDatabase(name, async (database) => {
    const rows: unknown[] = []
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store)
      const [keys, values] = await Promise.all([finished(objects.getAllKeys()), finished(objects.getAll())])
      rows.push({ store, keys, values })
    }
    return JSON.stringify(rows, (_, value) => (value instanceof Uint8Array ? readings(value) : value))
  })

const readings = (bytes: Uint8Array): readonly string[] => [
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
]

/** Puts a plain row where nothing seals it, so that a search of the disk can be seen to find something. */
export async function putPlainRow({ name, text }: { name: string; text: string }): Promise<void> {
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('plain')
  const database = await finished(opening)
  const transaction = database.transaction('plain', 'readwrite', { durability: 'strict' })
  const done = new Promise((resolve) => transaction.addEventListener('complete', resolve))
  transaction.objectStore('plain').put(text, 'row')
  await done
  database.close()
}

/** Changes the row at `index` of a store as no honest code would. */
export const changeRow = (name: string, store: string, index: number, change: object): Promise<void> =>
  withDatabase(name, async (database) => {
    const transaction = database.transaction(store, 'readwrite')
    const done = new Promise((resolve) => transaction.addEventListener('complete', resolve))
    const objects = transaction.objectStore(store)
    const row: object = (await finished(objects.getAll()))[index]
    objects.put({ ...row, ...change })
    await done
  })
