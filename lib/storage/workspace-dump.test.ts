import { expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import type { StoredEntry } from '#lib/storage/storage'
import { dumpWorkspace, restoreWorkspace } from '#lib/storage/workspace-dump'

const entry = (channel: number, seq: number): StoredEntry => ({
  channel: new Uint8Array(16).fill(channel) as ChannelTag,
  chain: new Uint8Array(16).fill(channel) as ChainTag,
  seq,
  id: new Uint8Array(32).fill(seq) as EntryId,
  bytes: Uint8Array.of(channel, seq),
})

const openStore = async () => {
  const opened = await openMemoryStorage(createMemoryDisk()).workspace('ab')
  if (!opened.ok) throw new Error(opened.error.type)
  return opened.value
}

const everything = async (store: Awaited<ReturnType<typeof openStore>>) => {
  const items = []
  for await (const item of dumpWorkspace(store)) items.push(item)
  return items
}

it('a workspace restored from its dump dumps the same', async () => {
  const [store, copy] = [await openStore(), await openStore()]
  const entries = [1, 2, 3].flatMap((seq) => [entry(1, seq), entry(2, seq)])
  await store.commit({ entries, records: [{ key: 'cursor', value: utf8('9') }] })
  expect(await restoreWorkspace(copy, dumpWorkspace(store))).toEqual({ ok: true, value: undefined })
  expect(await everything(copy)).toEqual(await everything(store))
  expect((await everything(copy)).map(({ type }) => type)).toEqual(['entries', 'entries', 'record'])
})
