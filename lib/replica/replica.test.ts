import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { utf8 } from '#lib/base/bytes'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { found, page, replicaOf, storeOf, textOf, typist } from '#lib/testing/lone-replica'

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

  it('D5 reads what another tab committed when its place is taken, and goes on after that', async () => {
    const keys = await found()
    const store = await storeOf()
    const { replica: sleeper } = await replicaOf(keys, store)
    const first = await typist(sleeper)
    await first.type('one')
    const { replica: leader, shown } = await replicaOf(keys, store)
    const second = await typist(leader, 1)
    expect((await first.type(' two')).ok).toBe(true)
    expect((await second.type(' three')).ok).toBe(true)
    expect((await first.type(' four')).ok).toBe(true)
    expect((await second.type(' five')).ok).toBe(true)
    expect(shown.length).toBe(4)
    const text = await textOf((await replicaOf(keys, store)).replica)
    for (const word of ['one', 'two', 'three', 'four', 'five']) expect(text.split(word)).toHaveLength(2)
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
