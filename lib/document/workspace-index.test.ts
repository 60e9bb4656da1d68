import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { toBase64Url } from '#lib/base/base64url'
import type { DocumentId } from '#lib/base/ids'
import { canonicalState } from '#lib/document/encode-state'
import { applyAccepted, createQuietDoc } from '#lib/document/quiet-doc'
import { rootsOf } from '#lib/document/roots'
import {
  addPage,
  listPages,
  movePage,
  PAGES_ROOT,
  restorePage,
  setTitle,
  titleOf,
  trashPage,
} from '#lib/document/workspace-index'
import { type ContentWriter, createContentJudge, createContentWriter } from '#lib/testing/content-writer'
import { createSeededRandom } from '#lib/testing/seeded-random'

const page = (number: number): DocumentId => new Uint8Array(16).fill(number) as DocumentId
const names = (doc: Y.Doc): string[] => listPages(doc).pages.map(({ id, title }) => title || `${id[0]}`)

function indexOf(...numbers: number[]): Y.Doc {
  const doc = createQuietDoc()
  for (const number of numbers) addPage(doc, page(number), number)
  return doc
}

/** Both take in what the other did since they were last alike. */
function meet(one: ContentWriter, other: ContentWriter): void {
  const [from, back] = [one.take(), other.take()]
  if (from) other.receive(from)
  if (back) one.receive(back)
}

describe('the pages', () => {
  it('D15 stand in the order in which they were added', () => {
    expect(names(indexOf(3, 1, 2))).toEqual(['3', '1', '2'])
    const many = Array.from({ length: 200 }, (_, number) => number)
    expect(names(indexOf(...many))).toEqual(many.map(String))
  })

  it('D15 move to the front, between and to the end', () => {
    const doc = indexOf(1, 2, 3, 4)
    movePage(doc, page(4), undefined)
    expect(names(doc)).toEqual(['4', '1', '2', '3'])
    movePage(doc, page(3), page(4))
    expect(names(doc)).toEqual(['4', '3', '1', '2'])
    movePage(doc, page(4), page(2))
    expect(names(doc)).toEqual(['3', '1', '2', '4'])
  })

  it('D15 go to the trash and come back to their place, again and again', () => {
    const doc = indexOf(1, 2, 3)
    for (let round = 0; round < 2; round++) {
      trashPage(doc, page(2), 50)
      expect(names(doc)).toEqual(['1', '3'])
      expect(listPages(doc).trash).toMatchObject([{ trashedAt: 50, key: toBase64Url(page(2)) }])
      restorePage(doc, page(2))
      expect(names(doc)).toEqual(['1', '2', '3'])
    }
  })

  it('D15 stay as they are when added again, and nothing happens to unknown ones', () => {
    const doc = indexOf(1)
    setTitle(doc, page(1), 'Berries')
    addPage(doc, page(1), 99)
    setTitle(doc, page(9), 'nobody')
    trashPage(doc, page(9), 5)
    movePage(doc, page(9), undefined)
    restorePage(doc, page(9))
    expect(listPages(doc)).toMatchObject({ pages: [{ title: 'Berries', createdAt: 1 }], trash: [] })
    expect(titleOf(doc, page(9))).toBeUndefined()
  })

  it('D15 keep characters whole when a title changes', () => {
    const doc = indexOf(1)
    for (const title of ['😀 Grüße', '😁 Grüße', '', '👩‍👩‍👧', 'a']) {
      setTitle(doc, page(1), title)
      expect(titleOf(doc, page(1))?.toString()).toBe(title)
    }
  })
})

describe('changes at once', () => {
  function twoPeople() {
    const [alice, bob] = [createContentWriter(1), createContentWriter(2)]
    addPage(alice.doc, page(1), 1)
    setTitle(alice.doc, page(1), 'Plan')
    meet(alice, bob)
    return { alice, bob }
  }

  it('D15 keep both new pages, in one order for everybody', () => {
    const { alice, bob } = twoPeople()
    addPage(alice.doc, page(2), 5)
    addPage(bob.doc, page(3), 4)
    meet(alice, bob)
    expect(names(alice.doc)).toEqual(['Plan', '3', '2'])
    expect(names(bob.doc)).toEqual(names(alice.doc))
  })

  it('D15 keep the words of both renames, and a rename of a trashed page', () => {
    const { alice, bob } = twoPeople()
    setTitle(alice.doc, page(1), 'Big Plan')
    setTitle(bob.doc, page(1), 'Plan B')
    trashPage(bob.doc, page(1), 8)
    meet(alice, bob)
    expect(listPages(alice.doc).trash).toMatchObject([{ title: 'Big Plan B', trashedAt: 8 }])
    expect(listPages(bob.doc)).toEqual(listPages(alice.doc))
  })

  it('D15 end alike for three people, and every one of them passes E7', () => {
    for (let seed = 0; seed < 100; seed++) {
      const random = createSeededRandom(seed)
      const people = [1, 2, 3].map((number) => createContentWriter(number))
      const judge = createContentJudge(rootsOf('index'))
      const sent: { writer: ContentWriter; update: Uint8Array }[] = []
      const share = () => {
        for (const writer of people) {
          const update = writer.take()
          if (update) sent.push({ writer, update })
        }
        for (const reader of people) {
          for (const { writer, update } of sent) if (writer !== reader) applyAccepted(reader.doc, update)
        }
      }
      for (let step = 0; step < 25; step++) {
        const { doc } = random.pick(people)
        const [one, other] = [page(random.below(5)), page(random.below(5))]
        random.pick([
          () => addPage(doc, page(random.below(5)), step),
          () => setTitle(doc, one, random.pick(['Notes', 'Note', 'New notes', ''])),
          () => trashPage(doc, one, step),
          () => restorePage(doc, one),
          () => movePage(doc, one, other),
        ])()
        if (random.chance(0.3)) share()
      }
      share()
      const [first, ...others] = people.map(({ doc }) => listPages(doc))
      for (const other of others) expect(other, `seed ${seed}`).toEqual(first)
      for (const { writer, update } of sent) expect(judge.judge(writer, update).type, `seed ${seed}`).toBe('accepted')
      expect(canonicalState(judge.doc)).toEqual(canonicalState(people[0]?.doc as Y.Doc))
    }
  })
})

it('D15 tolerates whatever a hand-made entry puts into the tree', () => {
  const doc = indexOf(1)
  const pages = doc.getMap<unknown>(PAGES_ROOT)
  pages.set('short', new Y.Map())
  pages.set(`${toBase64Url(page(2)).slice(0, -1)}B`, new Y.Map())
  pages.set(toBase64Url(page(3)), 'no map')
  pages.set(toBase64Url(page(4)), new Y.Map())
  const strange = { title: 7, createdAt: 'x', order: '!', trashedAt: null }
  pages.set(toBase64Url(page(5)), new Y.Map(Object.entries(strange)))
  pages.set(toBase64Url(page(6)), new Y.Map(Object.entries({ ...strange, createdAt: Number.NaN, trashedAt: 'now' })))
  const { pages: shown, trash } = listPages(doc)
  expect(shown.map(({ id, title, createdAt }) => [id[0], title, createdAt])).toEqual([
    [1, '', 1],
    [4, '', 0],
    [5, '', 0],
  ])
  expect(trash).toMatchObject([{ title: '', trashedAt: 0 }])
  addPage(doc, page(7), 1)
  expect(names(doc)).toEqual(['1', '7', '4', '5'])
})
