import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { utf8 } from '#lib/base/bytes'
import type { DocumentId } from '#lib/base/ids'
import { err } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { foundWorkspace } from '#lib/host/found-workspace'
import { bodyChannelName, logChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { createKeyRing } from '#lib/replica/key-ring'
import { openReplica, type Replica } from '#lib/replica/replica'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

const clock = { now: () => 1_700_000_000_000, after: () => () => {} }
const crypto = createNodeCrypto()
const page = bodyChannelName(systemRandom.bytes(16) as DocumentId)

const found = () => foundWorkspace({ crypto, random: systemRandom, clock })

async function storeOf(): Promise<WorkspaceStore> {
  const opened = await openMemoryStorage(createMemoryDisk()).workspace('w')
  if (!opened.ok) throw new Error('no store')
  return opened.value
}

/** A store whose commits of entries end when and how a test says. */
async function slowStore() {
  const store = await storeOf()
  const disk = { isSlow: false, commits: [] as (() => void)[], isFull: false }
  const slow: WorkspaceStore = {
    ...store,
    async commit(commit) {
      if (commit.entries.length > 0 && disk.isSlow) await new Promise<void>((end) => disk.commits.push(end))
      return disk.isFull ? err({ type: 'storage-full' }) : store.commit(commit)
    },
  }
  return { store: slow, disk }
}

async function replicaOf(keys: WorkspaceKeys, store: WorkspaceStore) {
  const stored: (readonly SealedEntry[])[] = []
  const refused: string[] = []
  const shown: Uint8Array[] = []
  const replica = await openReplica(
    {
      crypto,
      clock,
      random: systemRandom,
      store,
      keys: createKeyRing(keys.workspaceId, keys.tagKey, keys.epochs),
      device: keys.device,
    },
    {
      onStored: (run) => stored.push(run),
      onAccepted: ({ update }) => shown.push(update),
      onMembership() {},
      onRebuilt() {},
      onRefused: (refusal) => refused.push(refusal.reason),
      onStorageError() {},
      onCovered() {},
      onFolded() {},
    },
  )
  if (replica.membership.size === 0 && keys.genesis) {
    const begun = await replica.append({ channel: logChannelName, kind: entryKind.genesis, payload: keys.genesis })
    expect(begun.ok).toBe(true)
  }
  return { replica, stored, refused, shown }
}

/** A reader who holds all but the last run of what `words` made, and that run. */
async function readerBefore(words: readonly string[], store: WorkspaceStore) {
  const keys = await found()
  const { replica, stored } = await replicaOf(keys, await storeOf())
  const { type } = await typist(replica)
  for (const word of words) await type(word)
  const { genesis: _, ...rest } = keys
  const device = await crypto.signingKey()
  const reader = await replicaOf({ ...rest, device }, store)
  const last = stored.at(-1) ?? []
  for (const run of stored.slice(0, -1)) await reader.replica.receive(run)
  return { reader, last }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A tab's document: what it types becomes updates under its slot. */
async function typist(replica: Replica) {
  const opened = await replica.open(page)
  if (!opened.ok) throw new Error('not opened')
  const doc = createQuietDoc()
  applyAcceptedV2(doc, opened.value.state)
  doc.clientID = opened.value.slots[0] ?? 0
  return {
    doc,
    async type(words: string) {
      const updates: Uint8Array[] = []
      const keep = (update: Uint8Array) => updates.push(update)
      doc.on('update', keep)
      const body = doc.getXmlFragment('body')
      if (body.length === 0) body.insert(0, [new Y.XmlElement('paragraph')])
      const paragraph = body.get(0) as Y.XmlElement
      if (paragraph.length === 0) paragraph.insert(0, [new Y.XmlText()])
      const text = paragraph.get(0) as Y.XmlText
      text.insert(text.length, words)
      doc.off('update', keep)
      return replica.append({ channel: page, kind: entryKind.update, payload: Y.mergeUpdates(updates) })
    },
  }
}

const textOf = async (replica: Replica): Promise<string> => {
  const opened = await replica.open(page)
  const doc = createQuietDoc()
  if (opened.ok) applyAcceptedV2(doc, opened.value.state)
  return doc.getXmlFragment('body').toString()
}

describe('one copy of a workspace', () => {
  it('E12 keeps what was written across a restart', async () => {
    const keys = await found()
    const store = await storeOf()
    const { replica } = await replicaOf(keys, store)
    const { type } = await typist(replica)
    expect((await type('hello')).ok).toBe(true)
    expect((await type(' world')).ok).toBe(true)
    const again = await replicaOf(keys, store)
    expect(await textOf(again.replica)).toBe('<paragraph>hello world</paragraph>')
  })

  it('E12 goes on from a checkpoint as from the entries', async () => {
    const keys = await found()
    const store = await storeOf()
    const { replica } = await replicaOf(keys, store)
    const { type } = await typist(replica)
    await type('one ')
    await replica.tidy('end')
    await type('two')
    const again = await replicaOf(keys, store)
    const later = await typist(again.replica)
    expect((await later.type(' three')).ok).toBe(true)
    expect(await textOf(again.replica)).toBe('<paragraph>one two three</paragraph>')
  })

  it('attack 4 E8 takes the same runs in any order to the same text, starting from nothing but the keys', async () => {
    const keys = await found()
    const { replica, stored } = await replicaOf(keys, await storeOf())
    const { type } = await typist(replica)
    for (const word of ['a', 'b', 'c', 'd']) await type(word)
    const { genesis: _, ...rest } = keys
    for (const runs of [stored, stored.toReversed()]) {
      const other = await replicaOf(rest, await storeOf())
      for (let round = 0; round < 6; round++) for (const run of runs) await other.replica.receive(run)
      expect(await textOf(other.replica)).toBe('<paragraph>abcd</paragraph>')
      expect(other.refused).toEqual([])
    }
  })

  it('E8 shows what came before it is on disk, and tells of it only when it is', async () => {
    const { store, disk } = await slowStore()
    const { reader, last } = await readerBefore(['one ', 'two'], store)
    const [before, head] = [reader.shown.length, last[0]?.header.seq ?? 0]
    const judged = () => reader.replica.judgedHeads().find(({ lane }) => lane === 'content')?.seq
    disk.isSlow = true
    const received = reader.replica.receive(last)
    for (let turns = 0; turns < 20; turns++) await turn()
    expect(reader.shown.length).toBe(before + 1)
    expect([judged(), reader.stored.at(-1)]).not.toContain(last)
    expect(judged()).toBe(head - 1)
    for (const end of disk.commits) end()
    expect(await received).toEqual({ type: 'taken' })
    expect([judged(), reader.stored.at(-1)]).toEqual([head, last])
  })

  it('E8 goes on without what was shown and could not be stored, and takes it when it comes again', async () => {
    const { store, disk } = await slowStore()
    const { reader, last } = await readerBefore(['one ', 'two'], store)
    disk.isFull = true
    expect(await reader.replica.receive(last)).toEqual({ type: 'waiting' })
    expect(await textOf(reader.replica)).toBe('<paragraph>one </paragraph>')
    disk.isFull = false
    expect(await reader.replica.receive(last)).toEqual({ type: 'taken' })
    expect(await textOf(reader.replica)).toBe('<paragraph>one two</paragraph>')
  })

  it('E7 lets an own update wait for what it builds on', async () => {
    const keys = await found()
    const { replica } = await replicaOf(keys, await storeOf())
    const { doc, type } = await typist(replica)
    await type('mine')
    const stranger = createQuietDoc()
    Y.applyUpdate(stranger, Y.encodeStateAsUpdate(doc))
    const text = (of: Y.Doc) => (of.getXmlFragment('body').get(0) as Y.XmlElement).get(0) as Y.XmlText
    text(stranger).insert(4, ' theirs')
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(stranger))
    doc.clientID = await replica.open(page).then((opened) => (opened.ok && opened.value.slots[0]) || 0)
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    text(doc).insert(11, '!')
    const [payload = new Uint8Array(0)] = updates
    const early = await replica.append({ channel: page, kind: entryKind.update, payload })
    expect(early).toMatchObject({ ok: false, error: { type: 'too-early' } })
  })

  it('E7 refuses an own update that does not continue the copy', async () => {
    const keys = await found()
    const { replica } = await replicaOf(keys, await storeOf())
    const stranger = createQuietDoc()
    stranger.getXmlFragment('body').insert(0, [new Y.XmlElement('paragraph')])
    const payload = Y.encodeStateAsUpdate(stranger)
    const refused = await replica.append({ channel: page, kind: entryKind.update, payload })
    expect(refused).toMatchObject({ ok: false, error: { type: 'content-refused', reason: 'content: foreign-client' } })
  })

  it('E10 judges a payload in parts before any of them is committed', async () => {
    const keys = await found()
    const { replica, stored } = await replicaOf(keys, await storeOf())
    await (await typist(replica)).type('mine')
    const runs = stored.length
    const stranger = createQuietDoc()
    const text = new Y.XmlText('x'.repeat(300_000))
    const paragraph = new Y.XmlElement('paragraph')
    stranger.transact(() => {
      stranger.getXmlFragment('body').insert(0, [paragraph])
      paragraph.insert(0, [text])
    })
    const payload = Y.encodeStateAsUpdate(stranger)
    const refused = await replica.append({ channel: page, kind: entryKind.update, payload })
    expect(refused).toMatchObject({ ok: false, error: { type: 'content-refused', reason: 'content: foreign-client' } })
    expect(stored.length).toBe(runs)
  })

  it('E10 carries a payload of a megabyte in parts, all or nothing', async () => {
    const keys = await found()
    const { replica, stored } = await replicaOf(keys, await storeOf())
    const { type } = await typist(replica)
    expect((await type('x'.repeat(1_000_000))).ok).toBe(true)
    const { genesis: _, ...rest } = keys
    const other = await replicaOf(rest, await storeOf())
    for (const run of stored) await other.replica.receive(run)
    expect((await textOf(other.replica)).length).toBe(1_000_023)
  })

  it('E9 refuses an unsigned run and a run signed by nobody known', async () => {
    const keys = await found()
    const { replica, stored } = await replicaOf(keys, await storeOf())
    const { type } = await typist(replica)
    await type('x')
    const { signature: _, ...unsigned } = stored.at(-1)?.at(-1) ?? ({} as SealedEntry)
    const { genesis, ...rest } = keys
    const other = await replicaOf(rest, await storeOf())
    expect(await other.replica.receive([unsigned])).toEqual({ type: 'bad', reason: 'unsigned' })
    const run = stored[0] ?? []
    const bent = run.map((entry) => ({ ...entry, signature: entry.signature?.map((byte) => byte ^ 1) as never }))
    expect(await other.replica.receive(bent)).toEqual({ type: 'bad', reason: 'signature' })
    expect(genesis && utf8('x').length).toBe(1)
  })
})
