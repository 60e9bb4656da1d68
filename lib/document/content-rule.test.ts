import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createContentIndex } from '#lib/document/content-index'
import { checkContent, claimsOf } from '#lib/document/content-rule'
import { canonicalState } from '#lib/document/encode-state'
import { writeFirstBody } from '#lib/document/first-structure'
import { foldV1 } from '#lib/document/fold'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { rootsOf } from '#lib/document/roots'
import { type ContentWriter, chainNumber, createContentJudge, createContentWriter } from '#lib/testing/content-writer'
import { type RawContent, type RawStruct, rawUpdate } from '#lib/testing/raw-update'
import { deliverInAnyOrder, writeRichHistory } from '#lib/testing/rich-history'
import { createSeededRandom } from '#lib/testing/seeded-random'

const MALLORY = { chain: chainNumber(66), slots: new Set([66, 67]) }
const accepted = { type: 'accepted' }
const voidFor = (reason: string) => ({ type: 'void', reason })

const firstText = (doc: Y.Doc): Y.XmlText => (doc.getXmlFragment('body').get(0) as Y.XmlElement).get(0) as Y.XmlText
const type = (text: string) => (doc: Y.Doc) => firstText(doc).insert(firstText(doc).length, text)

/** Alice's page with one paragraph that says hello, judged and accepted. */
function arrange() {
  const alice = createContentWriter(1)
  const bob = createContentWriter(2)
  const judge = createContentJudge(rootsOf('body'))
  const hello = alice.edit((doc) => {
    writeFirstBody(doc)
    ;(doc.getXmlFragment('body').get(0) as Y.XmlElement).insert(0, [new Y.XmlText('hello')])
  })
  bob.receive(hello)
  expect(judge.judge(alice, hello)).toMatchObject(accepted)
  /** The paragraph element and the text in it. */
  const [paragraph, text] = [
    { client: alice.client, clock: 0 },
    { client: alice.client, clock: 2 },
  ]
  return { alice, bob, judge, paragraph, text }
}

/** What Mallory's next entry is judged when it holds these structs. */
const forge = (judge: ReturnType<typeof createContentJudge>, ...structs: RawStruct[]) =>
  judge.judge(MALLORY, rawUpdate([{ client: 66, clock: judge.index.nextClock(66), structs }]))

describe('honest entries', () => {
  it('E7 names the newest entry of every other chain that an update builds on', () => {
    const { alice, bob, judge } = arrange()
    const more = alice.edit(type('!'))
    judge.judge(alice, more)
    bob.receive(more)
    expect(judge.judge(bob, bob.edit(type('?')))).toMatchObject({ references: [{ chain: alice.chain, seq: 2 }] })
    expect(judge.judge(alice, alice.edit(type('.')))).toMatchObject({ references: [] })
  })

  it('E7 names the entries whose text is deleted', () => {
    const { alice, bob, judge } = arrange()
    const update = bob.edit((doc) => firstText(doc).delete(1, 2))
    expect(judge.judge(bob, update)).toMatchObject({ references: [{ chain: alice.chain, seq: 1 }] })
    expect(firstText(judge.doc).toString()).toBe('hlo')
  })

  it('E7 names only the newest of several entries of one chain', () => {
    const { alice, bob, judge } = arrange()
    const more = alice.edit(type('!'))
    judge.judge(alice, more)
    bob.receive(more)
    const update = bob.edit((doc) => {
      firstText(doc).insert(6, 'new')
      firstText(doc).insert(1, 'old')
    })
    expect(judge.judge(bob, update)).toMatchObject({ references: [{ chain: alice.chain, seq: 2 }] })
  })

  it('E7 accepts what a batch inserts and deletes again', () => {
    const { alice, judge } = arrange()
    const update = alice.edit((doc) => {
      doc.getXmlFragment('body').insert(1, [new Y.XmlElement('blockquote')])
      ;(doc.getXmlFragment('body').get(1) as Y.XmlElement).insert(0, [new Y.XmlElement('paragraph')])
      doc.getXmlFragment('body').delete(1, 1)
    })
    expect(judge.judge(alice, update)).toMatchObject(accepted)
  })

  it('E7 E8 accepts random rich histories with undo, in every order that it lets through', () => {
    for (let seed = 0; seed < 60; seed++) {
      const { voids, documents } = writeRichHistory(createSeededRandom(seed))
      expect(voids, `seed ${seed}`).toEqual([])
      const [first, ...others] = documents.map(canonicalState)
      for (const other of others) expect(other, `seed ${seed}`).toEqual(first)
    }
  })

  it('E7 counts 53-bit client ids like any other', () => {
    for (const client of [0, 2 ** 32, 2 ** 52 + 1, 2 ** 53 - 1]) {
      const writer = createContentWriter(9, client)
      const judge = createContentJudge(rootsOf('body'))
      for (const update of [
        writer.edit(writeFirstBody),
        writer.edit((doc) => doc.getXmlFragment('body').delete(0, 1)),
      ]) {
        expect(judge.judge(writer, update)).toMatchObject(accepted)
      }
      expect(judge.index.nextClock(client)).toBe(2)
    }
  })
})

describe('order of delivery', () => {
  it('E7 attack 5 holds an entry until what it refers to is here, then accepts it', () => {
    const { alice, bob, judge } = arrange()
    const world = alice.edit(type(' world'))
    bob.receive(world)
    const reply = bob.edit(type('!'))
    expect(judge.judge(bob, reply)).toMatchObject({ type: 'held', missing: [{ client: alice.client }] })
    judge.judge(alice, world)
    expect(judge.judge(bob, reply)).toMatchObject(accepted)
    expect(firstText(judge.doc).toString()).toBe('hello world!')
  })

  it('E7 attack 4 reaches one document by every road', () => {
    const { entries } = writeRichHistory(createSeededRandom(3), { steps: 7 })
    const states = new Set<string>()
    for (let seed = 0; seed < 200; seed++) {
      const judge = createContentJudge(rootsOf('body'))
      deliverInAnyOrder(entries, judge, createSeededRandom(seed))
      states.add(String(canonicalState(judge.doc)))
    }
    expect(states.size).toBe(1)
  })
})

describe('forged entries', () => {
  it("E7 attack 22 refuses structs under another's client id, and peers converge", () => {
    const { alice, judge } = arrange()
    const forged = createContentWriter(1)
    forged.doc.getXmlFragment('body').insert(0, [new Y.XmlElement('heading')])
    expect(judge.judge(MALLORY, forged.take() as Uint8Array)).toEqual(voidFor('foreign-client'))
    expect(judge.judge(alice, alice.edit(type(' world')))).toMatchObject(accepted)
    expect(canonicalState(judge.doc)).toEqual(canonicalState(alice.doc))
  })

  it('E7 attack 23 refuses a gap, a clock used before and a clock beyond 2^31', () => {
    const { judge } = arrange()
    const at = (clock: number, content: RawContent = { string: 'x' }) =>
      judge.judge(MALLORY, rawUpdate([{ client: 67, clock, structs: [{ content: { type: 3 } }, { content }] }]))
    expect(at(5)).toEqual(voidFor('wrong-clock'))
    expect(at(0, { gone: 2 ** 31 })).toEqual(voidFor('clock-too-high'))
    expect(at(0, { gone: 2 ** 52 })).toEqual(voidFor('clock-too-high'))
    expect(at(0, { gone: 3 })).toMatchObject(accepted)
    expect(at(0)).toEqual(voidFor('wrong-clock'))
  })

  it('E7 refuses two slots in one entry', () => {
    const { judge } = arrange()
    const block = (client: number) => ({ client, clock: 0, structs: [{ content: { type: 3 } }] })
    expect(judge.judge(MALLORY, rawUpdate([block(67), block(66)]))).toEqual(voidFor('two-slots'))
    expect(judge.judge(MALLORY, rawUpdate([block(66), { ...block(66), clock: 1 }]))).toEqual(voidFor('two-slots'))
  })

  it('E7 refuses skips and structs without length', () => {
    const { judge } = arrange()
    expect(forge(judge, { content: { skip: 3 } })).toEqual(voidFor('skip'))
    for (const content of [{ gone: 0 }, { deleted: 0 }, { string: '' }]) {
      expect(forge(judge, { content })).toEqual(voidFor('zero-length'))
    }
    expect(forge(judge)).toEqual(voidFor('zero-length'))
  })

  it('E7 attack 25 refuses subdocuments, embeds, bytes and unknown content', () => {
    const { judge } = arrange()
    expect(forge(judge, { content: { raw: [9, Uint8Array.of(1, 97, 118, 0)] } })).toEqual(voidFor('subdocument'))
    const unknown: [number, number[]][] = [
      [2, [1, 1, 49]],
      [3, [1, 7]],
      [5, [2, 123, 125]],
      [7, [4]],
      [7, [5, 1, 97]],
    ]
    for (const [number, bytes] of unknown) {
      expect(forge(judge, { content: { raw: [number, Uint8Array.from(bytes)] } })).toEqual(voidFor('unknown-content'))
    }
  })

  it('E7 attack 25 refuses more structs than an entry may have', () => {
    const { judge } = arrange()
    const structs = new Array(500_001).fill({ content: { gone: 1 } })
    expect(judge.judge(MALLORY, rawUpdate([{ client: 66, clock: 0, structs }]))).toEqual(voidFor('too-many-parts'))
  })

  it('E7 refuses roots that the channel does not have', () => {
    const { judge } = arrange()
    for (const parent of ['t', 'pages', '', '__proto__', 'constructor']) {
      expect(forge(judge, { parent, content: { type: 3 } })).toEqual(voidFor('unknown-root'))
    }
    expect(forge(judge, { parent: 'body', content: { type: 3 } })).toMatchObject(accepted)
  })

  it('E7 refuses content where the editor expects other content', () => {
    const { judge, paragraph, text } = arrange()
    const misplaced: RawStruct[] = [
      { parent: 'body', content: { string: 'bare text' } },
      { parent: 'body', key: 'level', content: { value: Uint8Array.of(120) } },
      { parent: 'meta', content: { type: 1 } },
      { parent: paragraph, content: { string: 'bare text' } },
      { parent: paragraph, content: { type: 1 } },
      { parent: paragraph, key: 'level', content: { type: 6 } },
      { parent: text, content: { type: 3 } },
      { origin: text, content: { string: 'x' } },
      { rightOrigin: paragraph, content: { type: 6 } },
    ]
    for (const struct of misplaced) expect(forge(judge, struct), JSON.stringify(struct)).toEqual(voidFor('misplaced'))
  })

  it('E7 refuses an own clock that does not exist: it would never come', () => {
    const { alice, judge } = arrange()
    const deletion = rawUpdate([], [{ client: alice.client, clock: 50, length: 1 }])
    expect(judge.judge(alice, deletion)).toEqual(voidFor('own-future'))
    expect(forge(judge, { origin: { client: 66, clock: 0 }, content: { string: 'x' } })).toEqual(voidFor('own-future'))
  })

  it('E7 holds deletions of text that is not written yet, so that nothing is ever pending', () => {
    const { alice, judge } = arrange()
    const future = rawUpdate([], [{ client: alice.client, clock: 4, length: 2 ** 30 }])
    expect(judge.judge(MALLORY, future)).toMatchObject({ type: 'held' })
    expect(judge.judge(alice, alice.edit(type(' world')))).toMatchObject(accepted)
    expect(judge.judge(MALLORY, future)).toMatchObject({ type: 'held' })
    expect(firstText(judge.doc).toString()).toBe('hello world')
  })

  it('E7 refuses empty and disordered delete ranges', () => {
    const { alice, judge } = arrange()
    const range = (clock: number, length: number) => ({ client: alice.client, clock, length })
    expect(judge.judge(MALLORY, rawUpdate([], [range(0, 0)]))).toEqual(voidFor('empty-delete'))
    expect(judge.judge(MALLORY, rawUpdate([], [range(2, 1), range(0, 1)]))).toEqual(voidFor('undecodable'))
  })

  it('E7 refuses bytes after the update', () => {
    const { alice, judge } = arrange()
    expect(judge.judge(alice, Uint8Array.of(...alice.edit(type('x')), 0))).toEqual(voidFor('undecodable'))
    expect(judge.judge(alice, new Uint8Array(0))).toEqual(voidFor('undecodable'))
  })
})

describe('void entries', () => {
  const paragraphAt = (clock: number, parent: string): Uint8Array =>
    rawUpdate([{ client: 66, clock, structs: [{ parent, content: { type: 3 } }] }])

  function arrangeVoid() {
    const all = arrange()
    const refused = paragraphAt(0, 'nowhere')
    expect(all.judge.judge(MALLORY, refused)).toEqual(voidFor('unknown-root'))
    all.judge.index.addVoid(claimsOf(refused, MALLORY.slots))
    return all
  }

  it('E7 refuses what refers into a void entry', () => {
    const { bob, judge } = arrangeVoid()
    const structs = [{ parent: { client: 66, clock: 0 }, content: { type: 6 } }]
    const onto = rawUpdate([{ client: bob.client, clock: 0, structs }])
    expect(judge.judge(bob, onto)).toEqual(voidFor('into-void'))
    expect(judge.judge(bob, rawUpdate([], [{ client: 66, clock: 0, length: 1 }]))).toEqual(voidFor('into-void'))
  })

  it('E7 ends a slot at its first void claim, so that a clock never means two structs', () => {
    const { judge } = arrangeVoid()
    expect(judge.judge(MALLORY, paragraphAt(0, 'body'))).toEqual(voidFor('wrong-clock'))
    const other = rawUpdate([{ client: 67, clock: 0, structs: [{ content: { type: 3 } }] }])
    expect(judge.judge(MALLORY, other)).toMatchObject(accepted)
  })

  it("E7 lets a void entry claim nothing of another's slots", () => {
    const { alice, judge } = arrange()
    const refused = rawUpdate([{ client: alice.client, clock: 8, structs: [{ content: { string: 'x' } }] }])
    expect(claimsOf(refused, MALLORY.slots)).toEqual([])
    expect(judge.judge(alice, alice.edit(type('!')))).toMatchObject(accepted)
  })
})

describe('two places', () => {
  it('E7 refuses origins in two places, which Yjs integrates differently by order of delivery', () => {
    const { alice, judge, paragraph, text } = arrange()
    const second = alice.edit((doc) => doc.getXmlFragment('body').insert(1, [new Y.XmlElement('paragraph')]))
    judge.judge(alice, second)
    const letter = { client: text.client, clock: text.clock + 1 }
    const structs = [{ origin: paragraph, rightOrigin: letter, content: { type: 3 } }]
    const forged = rawUpdate([{ client: 66, clock: 0, structs }])
    const removal = alice.edit((doc) => (doc.getXmlFragment('body').get(0) as Y.XmlElement).delete(0, 1))

    const show = (...updates: Uint8Array[]): string => {
      const doc = createQuietDoc()
      for (const update of [Y.encodeStateAsUpdate(judge.doc), ...updates]) Y.applyUpdate(doc, update)
      return doc.getXmlFragment('body').toString()
    }
    expect(show(forged, removal)).not.toBe(show(removal, forged))
    expect(judge.judge(MALLORY, forged)).toEqual(voidFor('two-places'))
  })

  it('E7 lets no accepted forgery with one origin throw, wait or part the copies', () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = createSeededRandom(seed)
      const { entries } = writeRichHistory(random, { steps: 20 })
      const judge = createContentJudge(rootsOf('body'))
      const updates: Uint8Array[] = []
      for (const { writer, update } of entries) {
        judge.judge(writer, update)
        const clock = judge.index.nextClock(66)
        const client = random.pick([writer.client, 66])
        const reference = { client, clock: random.below(Math.max(1, judge.index.nextClock(client))) }
        const where = random.pick(['origin', 'rightOrigin', 'parent'])
        const content = random.pick<RawContent>([
          { string: 'no' },
          { type: 3 },
          { type: 6 },
          { format: ['bold', '{}'] },
        ])
        const forged = rawUpdate([{ client: 66, clock, structs: [{ [where]: reference, content }] }])
        updates.push(update, ...(judge.judge(MALLORY, forged).type === 'accepted' ? [forged] : []))
      }
      const shuffled = createQuietDoc()
      for (const update of random.shuffle(updates)) Y.applyUpdate(shuffled, update)
      expect(canonicalState(shuffled), `seed ${seed}`).toEqual(canonicalState(judge.doc))
    }
  })
})

describe('a discussion', () => {
  function arrangeThread() {
    const judge = createContentJudge(rootsOf('discussion'))
    const [alice, bob] = [createContentWriter(1), createContentWriter(2)]
    const thread = alice.edit((doc) => {
      const map = new Y.Map<unknown>()
      map.set('replies', new Y.Array())
      map.set('text', new Y.Text('what is this?'))
      doc.getArray('threads').push([map])
    })
    bob.receive(thread)
    judge.judge(alice, thread)
    const ask = (author: ContentWriter, update: Uint8Array, mayDeleteAll = false) =>
      checkContent({
        update,
        slots: author.slots,
        index: judge.index,
        roots: rootsOf('discussion'),
        discussion: { isOwnClient: (client) => client === author.client, mayDeleteAll },
      })
    const threadOf = (doc: Y.Doc) => doc.getArray('threads').get(0) as Y.Map<unknown>
    return { alice, bob, ask, threadOf }
  }

  it('E7 lets a commenter reply and change their own words', () => {
    const { alice, bob, ask, threadOf } = arrangeThread()
    const reply = bob.edit((doc) =>
      (threadOf(doc).get('replies') as Y.Array<unknown>).push([new Y.Map([['text', 'a bird']])]),
    )
    expect(ask(bob, reply)).toMatchObject(accepted)
    expect(
      ask(
        alice,
        alice.edit((doc) => (threadOf(doc).get('text') as Y.Text).insert(0, 'Hm, ')),
      ),
    ).toMatchObject(accepted)
  })

  it("E7 lets a commenter neither overwrite, extend nor delete another's words", () => {
    const { bob, ask, threadOf } = arrangeThread()
    const overwrite = bob.edit((doc) => threadOf(doc).set('text', new Y.Text('mine')))
    const fresh = arrangeThread()
    const extend = fresh.bob.edit((doc) => (fresh.threadOf(doc).get('text') as Y.Text).insert(0, 'x'))
    const deleteAll = arrangeThread().bob.edit((doc) => doc.getArray('threads').delete(0, 1))
    for (const update of [overwrite, extend, deleteAll]) expect(ask(bob, update)).toEqual(voidFor('not-ones-own'))
  })

  it('E7 lets an editor delete a thread', () => {
    const { bob, ask } = arrangeThread()
    const update = bob.edit((doc) => doc.getArray('threads').delete(0, 1))
    expect(ask(bob, update, true)).toMatchObject(accepted)
  })
})

it('E7 judges a fold like the entries it is made of', () => {
  const { entries } = writeRichHistory(createSeededRandom(8), { people: 1 })
  const index = createContentIndex()
  const [entry] = entries
  const update = foldV1(entries.map((each) => each.update))
  const verdict = checkContent({ update, slots: entry?.writer.slots ?? new Set(), index, roots: rootsOf('body') })
  expect(verdict).toMatchObject(accepted)
})
