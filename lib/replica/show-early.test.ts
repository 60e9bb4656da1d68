import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { toHex } from '#lib/base/bytes'
import type { DocumentId } from '#lib/base/ids'
import { err } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import { bodyChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import { copyMemoryDisk } from '#lib/storage/memory-storage'
import type { WorkspaceStore } from '#lib/storage/storage'
import { found, page, replicaOf, storeOf, textOf, typist } from '#lib/testing/lone-replica'
import { type CastDevice, createCast, storeOn } from '#lib/testing/simulation-cast'

/** A store whose commits of entries end when and how a test says. */
async function slowStore(on?: WorkspaceStore) {
  const store = on ?? (await storeOf())
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

/** A reader who holds all but the last run of what `words` made, and that run. */
async function readerBefore(words: readonly string[], store: WorkspaceStore) {
  const keys = await found()
  const { replica, stored } = await replicaOf(keys, await storeOf())
  const { type } = await typist(replica)
  for (const word of words) await type(word)
  const { genesis: _, ...rest } = keys
  const device = await createNodeCrypto().signingKey()
  const reader = await replicaOf({ ...rest, device }, store)
  const last = stored.at(-1) ?? []
  for (const run of stored.slice(0, -1)) await reader.replica.receive(run)
  return { reader, last }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('what is shown before it is stored', () => {
  it('E8 shows what came before it is on disk, and tells of it only when it is', async () => {
    const { store, disk } = await slowStore()
    const { reader, last } = await readerBefore(['one ', 'two'], store)
    const [before, head] = [reader.shown.length, last[0]?.header.seq ?? 0]
    const judged = () => reader.replica.judgedHeads().find(({ lane }) => lane === 'content')?.seq
    const toldOf = () => reader.stored.flat().map(({ id }) => toHex(id))
    const toldBefore = toldOf()
    disk.isSlow = true
    const received = reader.replica.receive(last)
    for (let turns = 0; turns < 20; turns++) await turn()
    expect(reader.shown.length).toBe(before + 1)
    expect(judged()).toBe(head - 1)
    expect(toldOf()).toEqual(toldBefore)
    for (const end of disk.commits) end()
    expect(await received).toEqual({ type: 'taken' })
    expect(judged()).toBe(head)
    expect(toldOf()).toEqual([...toldBefore, ...last.map(({ id }) => toHex(id))])
  })

  it('E8 commits nothing on top of what is shown before that is on disk', async () => {
    const { devices, pages } = await createCast()
    const [alice, bob] = ['alice', 'bob'].map((name) => devices.find((one) => one.name === name) as CastDevice)
    if (!alice || !bob) throw new Error('nobody there')
    const name = bodyChannelName(pages[0] as DocumentId)
    const writer = await replicaOf(alice.keys, await storeOn(copyMemoryDisk(alice.disk), alice.keys))
    const { store, disk } = await slowStore(await storeOn(copyMemoryDisk(bob.disk), bob.keys))
    const reader = await replicaOf(bob.keys, store)
    const own = await typist(reader.replica, 0, name)
    await (await typist(writer.replica, 0, name)).type('theirs')
    disk.isSlow = true
    const received = reader.replica.receive(writer.stored.at(-1) ?? [])
    for (let turns = 0; turns < 20; turns++) await turn()
    expect(reader.shown).toHaveLength(1)
    for (const update of reader.shown) applyAccepted(own.doc, update)
    const typed = own.type(' and mine')
    for (let turns = 0; turns < 20; turns++) await turn()
    expect(disk.commits).toHaveLength(1)
    disk.isSlow = false
    disk.commits[0]?.()
    expect(await received).toEqual({ type: 'taken' })
    expect((await typed).ok).toBe(true)
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
})
