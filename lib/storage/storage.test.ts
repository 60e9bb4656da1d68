import 'fake-indexeddb/auto'
import { describe, it } from 'vitest'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import { openIndexedDbStorage } from '#lib/storage/indexeddb-storage'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import type { ProfileStorage } from '#lib/storage/storage'
import { storageContract } from '#lib/storage/storage-contract'

describe.each([
  { adapter: 'memory', disk: memoryDisk },
  { adapter: 'IndexedDB', disk: indexedDbDisk },
])('storage contract on $adapter', ({ disk }) => {
  for (const { title, run } of storageContract) it(title, async () => run(await disk(title)))
})

async function memoryDisk(): Promise<() => Promise<ProfileStorage>> {
  const disk = createMemoryDisk()
  return async () => openMemoryStorage(disk)
}

async function indexedDbDisk(name: string): Promise<() => Promise<ProfileStorage>> {
  const storageKey = await createBrowserCrypto().storageKey()
  return async () => {
    const storage = await openIndexedDbStorage({ storageKey, name })
    if (!storage.ok) throw new Error(storage.error.type)
    return storage.value
  }
}
