import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { canonicalState, encodeState } from '#lib/document/encode-state'
import { applyAccepted, applyAcceptedV2, createQuietDoc } from '#lib/document/quiet-doc'
import { createContentWriter } from '#lib/testing/content-writer'
import { type HistoryEntry, writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

const replay = (entries: readonly HistoryEntry[], doc = createQuietDoc()): Y.Doc => {
  for (const { update } of entries) Y.applyUpdate(doc, update)
  return doc
}

describe('one document for one set of entries', () => {
  it('E11 fails without the quiet: Yjs cleans formats up by order of delivery', () => {
    const isParted = Array.from({ length: 60 }, (_, seed) => seed).some((seed) => {
      const random = createSeededRandom(seed)
      const { entries } = writeRichHistory(random, { steps: 60 })
      const inOrder = (list: readonly HistoryEntry[]) => {
        const doc = new Y.Doc()
        doc.getXmlFragment('body')
        return String(Y.encodeStateAsUpdate(replay(list, doc)))
      }
      return inOrder(entries) !== inOrder(random.shuffle(entries))
    })
    expect(isParted).toBe(true)
  })

  it('E11 makes no edit of its own when formats arrive', () => {
    const { entries } = writeRichHistory(createSeededRandom(2))
    const doc = createQuietDoc()
    const own: unknown[] = []
    doc.on('afterTransaction', (transaction: Y.Transaction) => {
      if (transaction.local) own.push(transaction)
    })
    for (const { update } of entries) expect(applyAccepted(doc, update).ok).toBe(true)
    expect(own).toEqual([])
    expect(doc.store.clients.has(doc.clientID)).toBe(false)
  })
})

describe('applyAccepted', () => {
  const hello = createContentWriter(1).edit((doc) => doc.getText('t').insert(0, 'hello'))

  it('E7 keeps the client id that Yjs would replace', () => {
    const doc = createQuietDoc()
    doc.clientID = 2 ** 52 + 1
    expect(applyAccepted(doc, hello).ok).toBe(true)
    expect(doc.clientID).toBe(2 ** 52 + 1)
  })

  it('E7 reports what would wait for something, to be rebuilt', () => {
    const writer = createContentWriter(1)
    writer.edit((doc) => doc.getText('t').insert(0, 'a'))
    const later = writer.edit((doc) => doc.getText('t').insert(1, 'b'))
    expect(applyAccepted(createQuietDoc(), later)).toEqual({ ok: false, error: { type: 'pending' } })
    const future = Uint8Array.of(0, 1, 1, 1, 100, 5)
    expect(applyAccepted(createQuietDoc(), future)).toEqual({ ok: false, error: { type: 'pending' } })
  })

  it('E11 reports an observer that throws, and bytes that Yjs cannot read', () => {
    const doc = createQuietDoc()
    doc.getText('t').observe(() => {
      throw new Error('broken view')
    })
    expect(applyAccepted(doc, hello)).toEqual({ ok: false, error: { type: 'threw', message: 'broken view' } })
    expect(applyAccepted(createQuietDoc(), Uint8Array.of(1, 2, 3)).ok).toBe(false)
  })

  it('S0 applies updates that need each other in one transaction', () => {
    const [alice, bob] = [createContentWriter(1), createContentWriter(2)]
    const first = alice.edit((doc) => doc.getText('t').insert(0, 'a'))
    bob.receive(first)
    const reply = bob.edit((doc) => doc.getText('t').insert(1, 'b'))
    const [doc, transactions] = [createQuietDoc(), [] as unknown[]]
    doc.on('afterTransaction', (transaction: unknown) => transactions.push(transaction))
    expect(applyAccepted(doc, reply, first).ok).toBe(true)
    expect(transactions).toHaveLength(1)
    expect(doc.getText('t').toString()).toBe('ab')
  })

  it('S1 takes in a state of another document', () => {
    const doc = createQuietDoc()
    applyAccepted(doc, hello)
    const copy = createQuietDoc()
    expect(applyAcceptedV2(copy, encodeState(doc)).ok).toBe(true)
    expect(canonicalState(copy)).toEqual(canonicalState(doc))
  })
})

describe('client ids', () => {
  it('E7 survive V1, V2, relative positions and undo with 53 bits', () => {
    for (const client of [2 ** 53 - 1, 2 ** 52 + 1, 2 ** 32, 0]) {
      const doc = createQuietDoc()
      doc.clientID = client
      const text = doc.getText('t')
      const undo = new Y.UndoManager(text, { captureTimeout: 0 })
      text.insert(0, 'hello')
      text.insert(5, ' you')
      text.delete(0, 2)
      undo.undo()
      const copies = [createQuietDoc(), createQuietDoc(), createQuietDoc()] as const
      Y.applyUpdate(copies[0], Y.encodeStateAsUpdate(doc))
      Y.applyUpdateV2(copies[1], Y.encodeStateAsUpdateV2(doc))
      Y.applyUpdate(copies[2], Y.convertUpdateFormatV2ToV1(Y.convertUpdateFormatV1ToV2(Y.encodeStateAsUpdate(doc))))
      for (const copy of copies) {
        expect(copy.getText('t').toString()).toBe('hello you')
        expect([...copy.store.clients.keys()]).toEqual([client])
      }
      const position = Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, 2))
      const found = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(position), doc)
      expect(found?.index).toBe(2)
      expect(doc.clientID).toBe(client)
    }
  })
})
