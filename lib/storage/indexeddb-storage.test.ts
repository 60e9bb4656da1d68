import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { expect, it, vi } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import { openDatabase } from '#lib/storage/database'
import { openIndexedDbKeyStore, openIndexedDbStorage } from '#lib/storage/indexeddb-storage'
import { readIntact } from '#lib/storage/read-intact'
import type { StoredEntry, WorkspaceStore } from '#lib/storage/storage'

const CHANNEL = new Uint8Array(16).fill(7) as ChannelTag
const CHAIN = new Uint8Array(16).fill(8) as ChainTag
const WORKSPACE = 'ab'.repeat(32)

const entry = (seq: number, bytes = utf8(`entry ${seq}`), chain = CHAIN): StoredEntry => ({
  channel: CHANNEL,
  chain,
  seq,
  id: new Uint8Array(32).fill(seq) as EntryId,
  bytes,
})

let databases = 0
async function freshProfile() {
  const name = `test-${databases++}`
  const storageKey = await createBrowserCrypto().storageKey()
  const reopen = async () => {
    const storage = await openIndexedDbStorage({ storageKey, name })
    if (!storage.ok) throw new Error(storage.error.type)
    return storage.value
  }
  const storage = await reopen()
  const workspace = await storage.workspace(WORKSPACE)
  if (!workspace.ok) throw new Error(workspace.error.type)
  return { name, storage, reopen, store: workspace.value }
}

async function rowsOf(name: string, store: string): Promise<Record<string, unknown>[]> {
  const database = await openDB(name)
  const rows = await database.getAll(store)
  database.close()
  return rows
}

async function changeRow(name: string, store: string, index: number, change: object): Promise<void> {
  const database = await openDB(name)
  const row = (await database.getAll(store))[index]
  await database.put(store, { ...row, ...change })
  database.close()
}

const readAll = async (store: WorkspaceStore, after = 0) => store.readChannel(CHANNEL, after)

it('commits are strict, and said to be', async () => {
  const { storage, store } = await freshProfile()
  expect([storage.durability, store.durability]).toEqual(['strict', 'strict'])
})

it('nothing readable is on the disk: no text, no key of a record, no workspace id', async () => {
  const { name, storage, store } = await freshProfile()
  await store.commit({ entries: [entry(1, utf8('canary'))], records: [{ key: 'canary', value: utf8('canary') }] })
  await storage.putRecord('canary', utf8('canary'))
  const stores = ['profile', 'counters', 'entries', 'heads', 'records', 'recordNames']
  const disk = JSON.stringify(await Promise.all(stores.map((each) => rowsOf(name, each))), (_, value) =>
    value instanceof Uint8Array ? toHex(value) : value,
  )
  expect(disk.length).toBeGreaterThan(1000)
  for (const secret of ['canary', toHex(utf8('canary')), WORKSPACE]) expect(disk).not.toContain(secret)
})

it('a damaged batch is named, and the others stay readable', async () => {
  const { name, store } = await freshProfile()
  for (const seq of [1, 2, 3]) await store.commit({ entries: [entry(seq)] })
  await changeRow(name, 'entries', 1, { sealed: new Uint8Array(60) })
  const first = await readAll(store)
  expect(first).toMatchObject({
    ok: false,
    error: { type: 'entries-damaged', fromSeq: 2, toSeq: 2, first: 2, last: 2 },
  })
  expect(await readAll(store, 2)).toMatchObject({ ok: true, value: [{ position: 3 }] })
  const { entries, damaged } = await readIntact(store, CHANNEL, 0)
  expect([entries.map(({ position }) => position), damaged.length]).toEqual([[1, 3], 1])
  expect(await store.readChain(CHAIN, 3, 9)).toMatchObject({ ok: true, value: [{ seq: 3 }] })
})

it('two batches that were swapped on the disk are both damaged', async () => {
  const { name, store } = await freshProfile()
  for (const seq of [1, 2]) await store.commit({ entries: [entry(seq)] })
  const [first, second] = await rowsOf(name, 'entries')
  await changeRow(name, 'entries', 0, { sealed: second?.sealed })
  await changeRow(name, 'entries', 1, { sealed: first?.sealed })
  expect(await readAll(store)).toMatchObject({ ok: false, error: { type: 'entries-damaged', fromSeq: 1 } })
  expect(await readAll(store, 1)).toMatchObject({ ok: false, error: { type: 'entries-damaged', fromSeq: 2 } })
})

it('a record under the name of another, or of another workspace, is damaged', async () => {
  const { name, storage, store } = await freshProfile()
  const other = await storage.workspace('cd'.repeat(32))
  if (!other.ok) throw new Error(other.error.type)
  for (const each of [store, other.value]) await each.commit({ entries: [], records: [{ key: 'a', value: utf8('1') }] })
  const [first, second] = await rowsOf(name, 'records')
  await changeRow(name, 'records', 0, { sealed: second?.sealed })
  await changeRow(name, 'records', 1, { sealed: first?.sealed })
  expect(await store.record('a')).toEqual({ ok: false, error: { type: 'record-damaged', key: 'a' } })
  expect(await other.value.record('a')).toEqual({ ok: false, error: { type: 'record-damaged', key: 'a' } })
})

it('a changed head is found again from the entries', async () => {
  const { name, store } = await freshProfile()
  await store.commit({ entries: [entry(1), entry(2)] })
  await changeRow(name, 'heads', 0, { seq: 1 })
  expect(await store.heads()).toMatchObject([{ seq: 2 }])
  expect(await rowsOf(name, 'heads')).toMatchObject([{ seq: 2 }])
})

it('a storage written under another key is refused and left alone', async () => {
  const { name, storage, reopen } = await freshProfile()
  await storage.putRecord('name', utf8('Alice'))
  const other = await createBrowserCrypto().storageKey()
  const opened = await openIndexedDbStorage({ storageKey: other, name })
  expect(opened).toMatchObject({ ok: false, error: { type: 'record-damaged' } })
  expect(await (await reopen()).record('name')).toEqual({ ok: true, value: utf8('Alice') })
})

it('a full disk is a typed error and changes nothing', async () => {
  const { store } = await freshProfile()
  await store.commit({ entries: [entry(1)] })
  const full = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
    throw new DOMException('', 'QuotaExceededError')
  })
  expect(await store.commit({ entries: [entry(2)] })).toEqual({ ok: false, error: { type: 'storage-full' } })
  full.mockRestore()
  expect(await store.heads()).toMatchObject([{ seq: 1 }])
  expect(await store.commit({ entries: [entry(2)] })).toMatchObject({ ok: true })
})

it('a database of a newer version is refused and left alone', async () => {
  const name = `test-${databases++}`
  ;(await openDB(name, 1000)).close()
  const storageKey = await createBrowserCrypto().storageKey()
  expect(await openIndexedDbStorage({ storageKey, name })).toEqual({ ok: false, error: { type: 'newer-version' } })
})

it('makes way for a newer version in another tab', async () => {
  const { name, storage, store } = await freshProfile()
  let lost: string | undefined
  storage.onLost = (reason) => {
    lost = reason
  }
  const newer = await openDB(name, 1000)
  expect(lost).toBe('newer-version')
  expect(await store.commit({ entries: [entry(1)] })).toMatchObject({ ok: false, error: { type: 'storage-failed' } })
  newer.close()
})

it('the stores of version 2 are these', async () => {
  const database = await openDatabase(`test-${databases++}`, () => undefined)
  if (!database.ok) throw new Error(database.error.type)
  expect(database.value.version).toBe(2)
  expect([...database.value.objectStoreNames]).toEqual([
    'counters',
    'entries',
    'heads',
    'keys',
    'pieces',
    'profile',
    'recordNames',
    'records',
  ])
})

it('entries committed one by one become few rows, and are read as before', async () => {
  const { name, store } = await freshProfile()
  const other = new Uint8Array(16).fill(9) as ChainTag
  for (let seq = 1; seq <= 600; seq++) await store.commit({ entries: [entry(seq), entry(seq, undefined, other)] })
  await vi.waitFor(async () => expect((await rowsOf(name, 'entries')).length).toBeLessThan(2 * (1 + 1 + 24 + 1)))
  const read = await readAll(store, 3)
  const positions = read.ok ? read.value.map(({ position }) => position) : []
  expect(positions).toEqual(Array.from({ length: 1197 }, (_, i) => i + 4))
  const seqs = read.ok ? read.value.map((placed) => placed.entry.seq) : []
  expect(seqs.slice(0, 5)).toEqual([2, 3, 3, 4, 4])
  const chain = await store.readChain(other, 1, 1000)
  expect(chain.ok && chain.value.map(({ seq }) => seq)).toEqual(Array.from({ length: 600 }, (_, i) => i + 1))
})

it('E12 whoever wrote last waits for nothing that it reads', async () => {
  const { store } = await freshProfile()
  await store.commit({ entries: [entry(1)] })
  const reads = ['get', 'getAll', 'openCursor', 'openKeyCursor'] as const
  const asked = reads.map((name) => vi.spyOn(IDBObjectStore.prototype, name))
  const fences = [{ chain: CHAIN, expected: { seq: 1, id: entry(1).id } }]
  expect((await store.commit({ entries: [entry(2)], fences })).ok).toBe(true)
  expect(asked.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0])
  for (const spy of asked) spy.mockRestore()
})

it('D5 whoever was overtaken meets the fence, also where the rows of the other became few', async () => {
  const { name, store, reopen } = await freshProfile()
  await store.commit({ entries: [entry(1)] })
  const other = await (await reopen()).workspace(WORKSPACE)
  if (!other.ok) throw new Error(other.error.type)
  for (let seq = 2; seq <= 64; seq++) await other.value.commit({ entries: [entry(seq)] })
  await vi.waitFor(async () => expect(await rowsOf(name, 'entries')).toHaveLength(1))
  const late = entry(2, utf8('late'))
  const fences = [{ chain: CHAIN, expected: { seq: 1, id: entry(1).id } }]
  expect(await store.commit({ entries: [late], fences })).toEqual({
    ok: false,
    error: { type: 'fence-lost', chain: CHAIN },
  })
  await store.commit({ entries: [late] })
  const read = await readAll(store)
  expect(read.ok && read.value.map(({ position }) => position)).toEqual(Array.from({ length: 65 }, (_, i) => i + 1))
  expect(await store.heads()).toMatchObject([{ seq: 64 }])
})

it('D5 a store that is open still writes nothing into a workspace that was deleted', async () => {
  const { name, storage, store } = await freshProfile()
  await store.commit({ entries: [entry(1)] })
  await storage.deleteWorkspace(WORKSPACE)
  const fences = [{ chain: CHAIN, expected: { seq: 1, id: entry(1).id } }]
  expect(await store.commit({ entries: [entry(2)], fences })).toMatchObject({ error: { type: 'fence-lost' } })
  expect(await rowsOf(name, 'entries')).toEqual([])
})

it('E3 both branches of a fork stay readable where entries become few rows', async () => {
  const { store } = await freshProfile()
  for (let seq = 1; seq <= 20; seq++) await store.commit({ entries: [entry(seq)] })
  await store.commit({ entries: [entry(20, utf8('fork'))] })
  for (let seq = 21; seq <= 70; seq++) await store.commit({ entries: [entry(seq)] })
  for (let round = 0; round < 20; round++) {
    const read = await store.readChain(CHAIN, 19, 4)
    expect(read.ok && read.value.map(({ seq }) => seq)).toEqual([19, 20, 20, 21])
  }
})

it('reads 20,000 entries that came one by one and in runs', async () => {
  const { store } = await freshProfile()
  const other = new Uint8Array(16).fill(9) as ChainTag
  await store.commit({ entries: Array.from({ length: 20_000 }, (_, i) => entry(i + 1, undefined, other)) })
  const opened = await readAll(store)
  expect(opened.ok && opened.value.length).toBe(20_000)
  expect(opened.ok && opened.value.at(-1)).toMatchObject({ position: 20_000, entry: { seq: 20_000 } })
})

it('keys that cannot be shown are kept as they are, and added only once', async () => {
  const keys = await openIndexedDbKeyStore(`test-${databases++}`)
  if (!keys.ok) throw new Error(keys.error.type)
  const { stored } = await createBrowserCrypto().storageKey()
  expect(await keys.value.add(new Map([['one', stored]]))).toEqual({ ok: true, value: true })
  expect(await keys.value.add(new Map([['one', 'other']]))).toEqual({ ok: true, value: false })
  expect(await keys.value.get('one')).toMatchObject({ ok: true, value: { kind: 'platform' } })
  await keys.value.deleteAll('o')
  expect(await keys.value.get('one')).toEqual({ ok: true, value: undefined })
})
