import { describe, expect, it } from 'vitest'
import { yXmlFragmentToProseMirrorRootNode } from 'y-prosemirror'
import { BODY_ROOT, META_ROOT, readVersion, writeFirstBody, writeFirstMeta } from '#lib/document/first-structure'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { rootsOf } from '#lib/document/roots'
import { schema } from '#lib/schema/schema'
import { createContentJudge, createContentWriter } from '#lib/testing/content-writer'

const docWith = (version: unknown) => {
  const doc = createQuietDoc()
  doc.getMap(META_ROOT).set('schema', version)
  return doc
}

describe('a new page', () => {
  it('D14 is one valid, empty paragraph that every version can read', () => {
    const doc = createQuietDoc()
    writeFirstBody(doc)
    const page = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(BODY_ROOT), schema)
    expect(() => page.check()).not.toThrow()
    expect(page.toString()).toBe('doc(paragraph)')
    expect(doc.getMap(META_ROOT).get('schema')).toBe(1)
  })

  it('E7 is an entry that passes', () => {
    for (const [channel, write] of [
      ['body', writeFirstBody],
      ['index', writeFirstMeta],
      ['discussion', writeFirstMeta],
    ] as const) {
      const writer = createContentWriter(1)
      expect(createContentJudge(rootsOf(channel)).judge(writer, writer.edit(write)).type).toBe('accepted')
    }
  })
})

describe('readVersion', () => {
  it('D14 tells a document that is not here yet from one that is too new', () => {
    expect(readVersion(createQuietDoc())).toBe('empty')
    expect(readVersion(docWith(1))).toBe('older')
    expect(readVersion(docWith(2))).toBe('current')
    for (const version of [3, 999, 0, -1, 1.5, '1', null, {}]) expect(readVersion(docWith(version))).toBe('newer')
  })
})
