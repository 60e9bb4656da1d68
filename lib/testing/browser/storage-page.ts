/** Loaded by a page: the storage contract, and what only a real disk shows, on the IndexedDB of this browser. */
import { toHex, utf8 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { openIndexedDbKeyStore, openIndexedDbStorage } from '#lib/storage/indexeddb-storage'
import { readIntact } from '#lib/storage/read-intact'
import type { ProfileStorage, StoredEntry, WorkspaceStore } from '#lib/storage/storage'
import { storageContract } from '#lib/storage/storage-contract'
import { changeRow } from '#lib/testing/browser/raw-rows'
import { quickStretch } from '#lib/testing/quick-stretch'
import { openStorageKey } from '#lib/vault/storage-key'

export { dumpRows, putPlainRow } from '#lib/testing/browser/raw-rows'

const CHANNEL = new Uint8Array(16).fill(7) as ChannelTag
const CHAIN = new Uint8Array(16).fill(8) as ChainTag
const WORKSPACE = 'ab'.repeat(32)

const idOf = (seq: number, writer: string) => new Uint8Array(32).fill(seq).fill(writer.charCodeAt(0), 16) as EntryId

const entry = (seq: number, text: string, writer = 'a'): StoredEntry => ({
  channel: CHANNEL,
  chain: CHAIN,
  seq,
  id: idOf(seq, writer),
  bytes: utf8(text),
})

function valueIn<T>(result: Result<T, { readonly type: string }>): T {
  if (!result.ok) throw new Error(result.error.type)
  return result.value
}

/** Runs every case of the contract on a database of its own; each with what went wrong, if anything did. */
export async function runContract(): Promise<{ title: string; problem: string | null }[]> {
  const outcomes = []
  for (const { title, run } of storageContract) {
    const storageKey = await createBrowserCrypto().storageKey()
    const open = async () => valueIn(await openIndexedDbStorage({ storageKey, name: `contract: ${title}` }))
    const problem = await run(open).then(
      () => null,
      (error: unknown) => String(error),
    )
    outcomes.push({ title, problem })
  }
  return outcomes
}

/** Opens the profile `name` as the product does: the storage key wrapped in the key store, made by whoever is first. */
async function openProfile(name: string): Promise<{ storage: ProfileStorage; store: WorkspaceStore }> {
  const keys = valueIn(await openIndexedDbKeyStore(name))
  const storageKey = valueIn(
    await openStorageKey({ crypto: createBrowserCrypto(), random: systemRandom, keys, stretch: quickStretch }),
  )
  keys.close()
  const storage = valueIn(await openIndexedDbStorage({ storageKey, name }))
  return { storage, store: valueIn(await storage.workspace(WORKSPACE)) }
}

/** Whether storage and workspace say that their commits are strict. */
export async function durability(name: string): Promise<string[]> {
  const { storage, store } = await openProfile(name)
  storage.close()
  return [storage.durability, store.durability]
}

/** The durability, as the platform read it, of every transaction in which an entry and a record are written. */
export async function durabilitiesOfCommit(name: string): Promise<string[]> {
  const { storage, store } = await openProfile(name)
  const modes: string[] = []
  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (...given) {
    const opened = transaction.apply(this, given)
    if (opened.mode === 'readwrite') modes.push(opened.durability)
    return opened
  }
  valueIn(await store.commit({ entries: [entry(1, 'strict')] }))
  valueIn(await storage.putRecord('name', utf8('Alice')))
  IDBDatabase.prototype.transaction = transaction
  storage.close()
  return modes
}

/** Commits place `seq` of the one chain behind the fence of the place before, which `before` wrote. */
export async function commitBehindFence(options: {
  name: string
  writer: string
  seq: number
  before?: string
}): Promise<string> {
  const { name, writer, seq, before } = options
  const { storage, store } = await openProfile(name)
  const expected = before === undefined ? undefined : { seq: seq - 1, id: idOf(seq - 1, before) }
  const own = entry(seq, `${writer}${seq}`, writer)
  const outcome = await store.commit({ entries: [own], fences: [{ chain: CHAIN, expected }] })
  storage.close()
  return outcome.ok ? 'won' : outcome.error.type
}

/** Writes `text` as an entry, as a record and as a value of the profile, under keys that say it too. */
export async function write({ name, text }: { name: string; text: string }): Promise<void> {
  const { store, storage } = await openProfile(name)
  valueIn(await store.commit({ entries: [entry(1, text)], records: [{ key: text, value: utf8(text) }] }))
  valueIn(await storage.putRecord(text, utf8(text)))
}

/** Every entry of the one channel as text. */
export async function readAll(name: string): Promise<string[]> {
  const { storage, store } = await openProfile(name)
  const placed = valueIn(await store.readChannel(CHANNEL, 0))
  storage.close()
  return placed.map(({ entry: { bytes } }) => String.fromCharCode(...bytes))
}

/** Three commits, of which the second is damaged on the disk: what reading says, and what is left. */
export async function damageSecond(name: string): Promise<{ error: unknown; left: string[]; damaged: unknown[] }> {
  const { storage, store } = await openProfile(name)
  for (const seq of [1, 2, 3]) valueIn(await store.commit({ entries: [entry(seq, `entry ${seq}`)] }))
  await changeRow(name, 'entries', 1, { sealed: new Uint8Array(60) })
  const first = await store.readChannel(CHANNEL, 0)
  const { entries, damaged } = await readIntact(store, CHANNEL, 0)
  storage.close()
  return {
    error: first.ok ? null : { ...first.error, chain: 'chain' in first.error ? toHex(first.error.chain) : '' },
    left: entries.map(({ entry: { bytes } }) => String.fromCharCode(...bytes)),
    damaged: damaged.map(({ fromSeq, toSeq }) => [fromSeq, toSeq]),
  }
}

/** Commits a quarter of a megabyte at a time until the platform refuses: how that is told, and where the head is then. */
export async function fill(name: string): Promise<{ refusal: string; taken: number; head: number }> {
  const { storage, store } = await openProfile(name)
  const block = systemRandom.bytes(262_144)
  for (let seq = 1; ; seq++) {
    const outcome = await store.commit({ entries: [{ ...entry(seq, ''), bytes: block }] })
    if (outcome.ok && seq < 200) continue
    const [head] = await store.heads()
    storage.close()
    return { refusal: outcome.ok ? 'none' : outcome.error.type, taken: seq - 1, head: head?.seq ?? 0 }
  }
}

/** Keeps a profile open and tells, through `lost`, when the platform takes it away. */
export async function holdOpen(name: string): Promise<void> {
  const { storage } = await openProfile(name)
  storage.onLost = (reason) => reasons.push(reason)
}

const reasons: string[] = []
export const lost = (): readonly string[] => reasons

/** Opens the profile's database as a much later release would. */
export const openAsLaterRelease = (name: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1000)
    opening.onsuccess = () => {
      opening.result.close()
      resolve('opened')
    }
    opening.onerror = () => reject(opening.error ?? new Error('failed'))
  })

/** How opening a profile ends that a later release has written to. */
export async function openingError(name: string): Promise<string> {
  const keys = await openIndexedDbKeyStore(name)
  return keys.ok ? 'opened' : keys.error.type
}
