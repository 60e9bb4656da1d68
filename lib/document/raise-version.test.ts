import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { BODY_ROOT, META_ROOT, readVersion, writeFirstBody } from '#lib/document/first-structure'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { raiseVersion } from '#lib/document/raise-version'
import { rootsOf } from '#lib/document/roots'
import { createContentJudge, createContentWriter } from '#lib/testing/content-writer'

const write = (doc: Y.Doc, edit: (body: Y.XmlFragment) => void) =>
  doc.transact((transaction) => {
    edit(doc.getXmlFragment(BODY_ROOT))
    raiseVersion(transaction)
  })
const version = (doc: Y.Doc) => doc.getMap(META_ROOT).get('schema')
const page = () => {
  const doc = createQuietDoc()
  writeFirstBody(doc)
  return doc
}

describe('the version of a page', () => {
  it('D14 stays what it was while nothing newer is written', () => {
    const doc = page()
    write(doc, (body) => body.push([new Y.XmlElement('heading')]))
    expect([version(doc), readVersion(doc)]).toEqual([1, 'older'])
  })
  it('D14 rises with a newer node, also deep inside, and with a newer mark', () => {
    for (const name of ['table', 'callout']) {
      const doc = page()
      const quote = new Y.XmlElement('blockquote')
      write(doc, (body) => {
        body.push([quote])
        quote.push([new Y.XmlElement(name)])
      })
      expect([version(doc), readVersion(doc)]).toEqual([2, 'current'])
    }
    const doc = page()
    const text = new Y.XmlText()
    write(doc, (body) => {
      ;(body.get(0) as Y.XmlElement).push([text])
      text.insert(0, 'x', { highlight: {} })
    })
    expect(version(doc)).toBe(2)
  })
  it('D14 never falls: a page of a later version keeps its number', () => {
    const doc = page()
    doc.getMap(META_ROOT).set('schema', 3)
    write(doc, (body) => body.push([new Y.XmlElement('table')]))
    expect([version(doc), readVersion(doc)]).toEqual([3, 'newer'])
  })
  it('D14 is not looked for in what others wrote', () => {
    const [alice, bob] = [page(), createQuietDoc()]
    write(alice, (body) => body.push([new Y.XmlElement('table')]))
    Y.applyUpdate(bob, Y.encodeStateAsUpdate(alice))
    const edits: Uint8Array[] = []
    bob.on('update', (update: Uint8Array) => edits.push(update))
    write(bob, () => {})
    expect(edits).toEqual([])
  })
  it('E7 rises in the entry that makes it necessary, which passes', () => {
    const writer = createContentWriter(1)
    const judge = createContentJudge(rootsOf('body'))
    expect(judge.judge(writer, writer.edit(writeFirstBody)).type).toBe('accepted')
    const edit = writer.edit((doc) => write(doc, (body) => body.push([new Y.XmlElement('table')])))
    expect(judge.judge(writer, edit).type).toBe('accepted')
  })
})
