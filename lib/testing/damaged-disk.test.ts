import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ChannelName, ChannelTag, DeviceId, EntryId, WorkspaceId } from '#lib/base/ids'
import { decodeReceiptBook, encodeReceiptBook } from '#lib/delivery/receipt-book-bytes'
import { applyAccepted } from '#lib/document/quiet-doc'
import { noteBackup, readBackupMoment } from '#lib/host/backup-record'
import { readRelayOnly } from '#lib/host/relay-only-record'
import { readRelays, relaysRecord } from '#lib/host/relays-record'
import { indexChannelName } from '#lib/protocol/channel-name'
import type { RelayKey } from '#lib/protocol/door'
import { decodeChannelCheckpoint, encodeChannelCheckpoint } from '#lib/replica/channel-checkpoint'
import { createChainCopy, createChannelCopy } from '#lib/replica/channel-copy'
import { entryToStored, storedToEntry } from '#lib/replica/entry-record'
import { loadForkTable } from '#lib/replica/fork-table'
import { loadLifeTable } from '#lib/replica/life-table'
import { createProofTable } from '#lib/replica/proof-table'
import { loadSegmentTable } from '#lib/replica/segment-table'
import { loadUnsettled } from '#lib/replica/unsettled'
import { openLastWords } from '#lib/session/last-words'
import { decodeBatch, encodeBatch, encodePlacedBatch } from '#lib/storage/entry-batch'
import { openMemoryStorage } from '#lib/storage/memory-storage'
import type { WorkspaceStore } from '#lib/storage/storage'
import { decodeMemory, emptyMemory, encodeMemory, noteWaiting } from '#lib/sync/relay-memory'
import { createContentWriter } from '#lib/testing/content-writer'
import { mutate } from '#lib/testing/hostile-bytes'
import { createSeededRandom } from '#lib/testing/seeded-random'
import { createSynchronousStore } from '#lib/testing/synchronous-store'
import { createTestChain } from '#lib/testing/test-chain'

/**
 * What a device keeps lies sealed, so that hostile bytes do not get there. Damaged ones do, and those of another version:
 * every reader takes any bytes, and what it reads is either what was written or nothing.
 */

const random = createSeededRandom(8)
const chain = await createTestChain('alice')
const [first, second] = await chain.writeMany(2)
if (!first || !second) throw new Error('no entries')
const rows = [first, second].map(entryToStored)
const channel = random.bytes(16) as ChannelTag

function checkpoint(): Uint8Array {
  const copy = createChannelCopy(channel)
  copy.name = indexChannelName
  const writer = createContentWriter(1)
  applyAccepted(
    copy.doc,
    writer.edit((doc) => doc.getMap('meta').set('schema', 1)),
  )
  const chainCopy = createChainCopy(chain.next().chain, chain.device, 0)
  chainCopy.judged = 1
  copy.chains.set('00', chainCopy)
  return encodeChannelCheckpoint(copy, 7) ?? new Uint8Array(0)
}

function readCheckpoint(bytes: Uint8Array): unknown {
  const read = decodeChannelCheckpoint(channel, bytes)
  return read && { position: read.position, isReadable: read.copy.unpack() }
}

function relayMemory(): Uint8Array {
  const memory = emptyMemory(new Uint8Array(16).fill(4))
  memory.cursor = 12
  noteWaiting(memory, channel, 3)
  return encodeMemory(memory)
}

const device = chain.device as DeviceId
const proof = { counter: 3, seenAt: 5, digest: random.bytes(16), newestByChain: new Map([['ab'.repeat(16), 9]]) }

const decoders: readonly (readonly [what: string, sample: Uint8Array, read: (bytes: Uint8Array) => unknown])[] = [
  ['an entry', rows[0]?.bytes ?? channel, (bytes) => storedToEntry({ ...(rows[0] ?? never()), bytes })],
  ['a batch', encodeBatch(rows), (bytes) => decodeBatch(bytes, 2, 1)],
  [
    'a batch with places',
    encodePlacedBatch(rows.map((entry, position) => ({ position, entry }))),
    (bytes) => decodeBatch(bytes, 2, 1),
  ],
  ['a checkpoint', checkpoint(), readCheckpoint],
  ['a relay memory', relayMemory(), decodeMemory],
  ['a receipt book', encodeReceiptBook([{ device, proof }]), decodeReceiptBook],
]

it.each(decoders)('%s survives any bytes, changed ones and every truncation', (_, sample, read) => {
  const whole = JSON.stringify(read(sample))
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void read(bytes)))
  for (let i = 0; i < 500; i++) read(mutate(sample, random))
  for (let size = 0; size < sample.length; size++)
    expect(JSON.stringify(read(sample.subarray(0, size)))).not.toBe(whole)
})

/** A store that gives the same bytes whatever it is asked for. */
async function storeWith(value: Uint8Array, key: string): Promise<WorkspaceStore> {
  const opened = await openMemoryStorage().workspace('w')
  if (!opened.ok) return never()
  await opened.value.commit({ entries: [], records: [{ key, value }] })
  return opened.value
}

const relays = relaysRecord([
  { origin: 'https://a.example', rootKey: random.bytes(32) as RelayKey, random: random.bytes(32) },
])
const segments = `segments/${'ab'.repeat(16)}`
const unsettled = `unsettled/${'ab'.repeat(16)}`
const life = `life/${'ab'.repeat(48)}`
const fork = `fork/${'ab'.repeat(16)}`
const records: readonly (readonly [
  what: string,
  key: string,
  value: Uint8Array,
  read: (store: WorkspaceStore) => Promise<unknown>,
])[] = [
  ['relays', relays.key, relays.value, readRelays],
  ['segments', segments, random.bytes(60), (store) => loadSegmentTable(store, [segments])],
  ['what is unsettled', unsettled, Uint8Array.of(9), (store) => loadUnsettled(store, [unsettled])],
  ['lives', life, random.bytes(40), (store) => loadLifeTable(store, [life])],
  ['the wish to hide addresses', 'relay-only', Uint8Array.of(1), readRelayOnly],
  ['forks', fork, random.bytes(40), (store) => loadForkTable(store, [fork])],
  ['proofs', 'proofs', random.bytes(64), (store) => createProofTable(store).has(random.bytes(32) as EntryId)],
]

it.each(records)('the record of %s survives any bytes and changed ones', async (_, key, value, read) => {
  for (let i = 0; i < 200; i++) {
    const bytes = i % 2 === 0 ? mutate(value, random) : random.bytes(random.below(80))
    await read(await storeWith(bytes, key))
  }
})

it('the moment of a backup survives any bytes, and is what was noted', async () => {
  const storage = openMemoryStorage()
  await noteBackup(storage, 1_800_000_000_000)
  expect(await readBackupMoment(storage)).toBe(1_800_000_000_000)
  for (let i = 0; i < 100; i++) {
    await storage.putRecord('backup', random.bytes(random.below(12)))
    await readBackupMoment(storage)
  }
})

it('last words survive any text that stands in their place', async () => {
  const place = { workspaceId: random.bytes(32) as WorkspaceId, slot: 0 }
  const store = createSynchronousStore()
  const { texts } = store
  const words = await openLastWords(openMemoryStorage(), store, random, place)
  if (!words) return never()
  words.leave([{ channel: indexChannelName as ChannelName, updates: [random.bytes(9)] }])
  const [[name, whole] = never()] = texts
  const damaged = fc.oneof(
    fc.string(),
    fc.nat(whole.length - 1).map((size) => whole.slice(0, size)),
  )
  fc.assert(
    fc.property(damaged, (text) => {
      texts.set(name, text)
      expect(words.read()).toEqual([])
    }),
  )
})

function never(): never {
  throw new Error('not reached')
}
