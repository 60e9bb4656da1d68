import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createContentIndex } from '#lib/document/content-index'
import { checkContent } from '#lib/document/content-rule'
import {
  addReaction,
  addRemark,
  editRemark,
  listThreads,
  MAX_MOVES,
  MAX_REMARK_LENGTH,
  movePassage,
  reenterDiscussion,
  removeReaction,
  removeRemark,
  setResolved,
  startThread,
} from '#lib/document/discussion'
import { createQuietDoc } from '#lib/document/quiet-doc'
import { rootsOf } from '#lib/document/roots'

const passage = { from: { assoc: 0 }, to: { assoc: -1 }, quote: 'the register' }

/** Two people's copies; every edit is judged as its author's before the other one takes it. */
function arrange({ bobMayDeleteAll = false } = {}) {
  const index = createContentIndex()
  const people = [1, 2].map((client) => {
    const doc = createQuietDoc()
    doc.clientID = client
    return { client, doc, seq: 0 }
  })
  const verdicts: string[] = []
  function edit(who: number, change: (doc: Y.Doc) => void): string {
    const author = people[who]
    if (!author) throw new Error('nobody')
    const updates: Uint8Array[] = []
    const note = (update: Uint8Array) => void updates.push(update)
    author.doc.on('update', note)
    author.doc.transact(() => change(author.doc))
    author.doc.off('update', note)
    for (const update of updates) {
      const verdict = checkContent({
        update,
        slots: new Set([author.client]),
        index,
        roots: rootsOf('discussion'),
        discussion: { isOwnClient: (client) => client === author.client, mayDeleteAll: who === 1 && bobMayDeleteAll },
      })
      verdicts.push(verdict.type === 'void' ? verdict.reason : verdict.type)
      if (verdict.type !== 'accepted') continue
      author.seq += 1
      const chain = new Uint8Array(16).fill(author.client) as Parameters<typeof index.add>[0]['chain']
      index.add({ chain, seq: author.seq }, verdict)
      for (const other of people) if (other !== author) Y.applyUpdate(other.doc, update)
    }
    return verdicts.at(-1) ?? 'nothing'
  }
  const [alice, bob] = people.map(({ doc }) => doc) as [Y.Doc, Y.Doc]
  const start = () => {
    edit(0, (doc) => startThread(doc, passage, 'Is this true?', 5))
    const [thread] = listThreads(alice)
    const [remark] = thread?.remarks ?? []
    if (!thread || !remark) throw new Error('no thread')
    return { thread: thread.id, remark: remark.id }
  }
  return { edit, alice, bob, start }
}

describe('a discussion', () => {
  it('E7 begins, is answered, edited, reacted to, resolved and opened again, each as its author', () => {
    const { edit, alice, bob, start } = arrange()
    const { thread, remark } = start()
    expect(edit(1, (doc) => addRemark(doc, thread, 'Yes.', 6))).toBe('accepted')
    expect(edit(0, (doc) => editRemark(doc, thread, remark, 'Is that true?', 7))).toBe('accepted')
    expect(edit(1, (doc) => addReaction(doc, thread, remark, '👍'))).toBe('accepted')
    expect(edit(1, (doc) => setResolved(doc, thread, true, 8))).toBe('accepted')
    for (const doc of [alice, bob])
      expect(listThreads(doc)).toEqual([
        {
          ...passage,
          id: thread,
          moved: [],
          resolved: true,
          remarks: [
            {
              ...{ id: remark, client: 1, at: 5, text: 'Is that true?', edited: true, mentions: [] },
              reactions: [{ client: 2, emoji: '👍' }],
            },
            { id: expect.any(String), client: 2, at: 6, text: 'Yes.', edited: false, mentions: [], reactions: [] },
          ],
        },
      ])
    expect(edit(0, (doc) => setResolved(doc, thread, false, 9))).toBe('accepted')
    expect(listThreads(bob)[0]?.resolved).toBe(false)
    expect(edit(1, (doc) => removeReaction(doc, thread, remark, '👍', (client) => client === 2))).toBe('accepted')
    expect(listThreads(alice)[0]?.remarks[0]?.reactions).toEqual([])
  })

  it('E7 says who is mentioned, beside a text that reads the same without it', () => {
    const { edit, alice, bob, start } = arrange()
    const { thread, remark } = start()
    const ana = { kind: 'person', id: 'a'.repeat(22), name: 'Ana' } as const
    expect(edit(1, (doc) => addRemark(doc, thread, 'Ask @Ana', 6, [ana]))).toBe('accepted')
    expect(edit(0, (doc) => editRemark(doc, thread, remark, '@Ana, is this true?', 7, [ana]))).toBe('accepted')
    for (const doc of [alice, bob])
      expect(listThreads(doc)[0]?.remarks).toMatchObject([
        { text: '@Ana, is this true?', mentions: [ana] },
        { text: 'Ask @Ana', mentions: [ana] },
      ])
    expect(edit(0, (doc) => editRemark(doc, thread, remark, 'Is this true?', 8))).toBe('accepted')
    expect(listThreads(bob)[0]?.remarks[0]?.mentions).toEqual([])
  })

  it('E7 is nobody else’s to rewrite, and an editor’s to clear away', () => {
    const { edit, bob, start } = arrange()
    const { thread, remark } = start()
    expect(edit(1, (doc) => editRemark(doc, thread, remark, 'No.', 6))).toBe('not-ones-own')
    expect(listThreads(bob)).toHaveLength(1)
    const careless = arrange()
    const first = careless.start()
    expect(careless.edit(1, (doc) => removeRemark(doc, first.thread, first.remark))).toBe('not-ones-own')
    const editor = arrange({ bobMayDeleteAll: true })
    const other = editor.start()
    expect(editor.edit(1, (doc) => removeRemark(doc, other.thread, other.remark))).toBe('accepted')
    expect(listThreads(editor.alice)).toEqual([])
  })

  it('goes with its last remark, and keeps the answers to one that was taken back', () => {
    const { edit, alice, bob, start } = arrange()
    const { thread, remark } = start()
    edit(1, (doc) => addRemark(doc, thread, 'Yes.', 6))
    edit(0, (doc) => removeRemark(doc, thread, remark))
    expect(listThreads(bob)[0]?.remarks.map(({ text }) => text)).toEqual(['Yes.'])
    const [answer] = listThreads(alice)[0]?.remarks ?? []
    edit(1, (doc) => removeRemark(doc, thread, answer?.id ?? ''))
    expect(listThreads(alice)).toEqual([])
  })

  it('E7 says where its words stand now, the newest first, whoever moved them', () => {
    const { edit, alice, bob, start } = arrange()
    const { thread } = start()
    const place = (assoc: number) => ({ from: { assoc }, to: { assoc } })
    expect(edit(1, (doc) => movePassage(doc, thread, place(1), 6))).toBe('accepted')
    expect(edit(0, (doc) => movePassage(doc, thread, place(2), 7))).toBe('accepted')
    for (const doc of [alice, bob])
      expect(listThreads(doc)).toMatchObject([{ ...passage, moved: [place(2), place(1)], remarks: [{}] }])
    for (let more = 0; more < MAX_MOVES; more++) edit(1, (doc) => movePassage(doc, thread, place(more), 8))
    expect(listThreads(alice)[0]?.moved).toHaveLength(MAX_MOVES)
    expect(listThreads(alice)[0]?.moved[0]).toEqual(place(MAX_MOVES - 1))
  })

  it('merges what two people say at once', () => {
    const [one, two] = [createQuietDoc(), createQuietDoc()]
    const thread = startThread(one, passage, 'first', 1)
    Y.applyUpdate(two, Y.encodeStateAsUpdate(one))
    addRemark(one, thread, 'from one', 2)
    addRemark(two, thread, 'from two', 2)
    setResolved(two, thread, true, 3)
    Y.applyUpdate(two, Y.encodeStateAsUpdate(one))
    Y.applyUpdate(one, Y.encodeStateAsUpdate(two))
    expect(listThreads(one)).toEqual(listThreads(two))
    expect(listThreads(one)[0]?.remarks).toHaveLength(3)
  })

  it('passes over what cannot be read', () => {
    const doc = createQuietDoc()
    const list = doc.getArray<unknown>('threads')
    const thread = (fields: Record<string, unknown>) => new Y.Map(Object.entries(fields))
    const act = (fields: Record<string, unknown>) => new Y.Map(Object.entries(fields))
    const odd = [
      act({ text: 'no shared text', at: 1 }),
      act({ text: new Y.Text('good'), at: 'soon' }),
      act({ emoji: 'abc', about: 7 }),
      act({ emoji: '<img>', about: {} }),
      act({ resolved: 'yes' }),
    ]
    list.push([
      7,
      thread({}),
      thread({ remarks: 'x' }),
      thread({ quote: 9, remarks: Y.Array.from([3, ...odd] as never[]) }),
    ])
    expect(listThreads(doc)).toMatchObject([
      { quote: '', resolved: false, remarks: [{ text: 'good', at: 0, reactions: [] }] },
    ])
    addRemark(doc, 'no such thread', 'lost', 1)
    editRemark(doc, '', '', 'lost', 1)
    expect(listThreads(doc)).toHaveLength(1)
  })

  it('cuts a remark that is longer than anybody writes', () => {
    const doc = createQuietDoc()
    startThread(doc, passage, 'x'.repeat(MAX_REMARK_LENGTH + 1), 1)
    expect(listThreads(doc)[0]?.remarks[0]?.text).toHaveLength(MAX_REMARK_LENGTH)
  })

  it('E2 is written anew under new client ids: one’s own words alone, each once', () => {
    const [before, fresh] = [createQuietDoc(), createQuietDoc()]
    before.clientID = 11
    const known = startThread(fresh, passage, 'known', 1)
    Y.applyUpdate(before, Y.encodeStateAsUpdate(fresh))
    before.clientID = 11
    const ana = { kind: 'person', id: 'a'.repeat(22), name: 'Ana' } as const
    addRemark(before, known, 'mine, unsaved', 2, [ana])
    startThread(before, { ...passage, quote: 'new' }, 'new thread', 3, [ana])
    fresh.clientID = 12
    reenterDiscussion(before, fresh, (client) => client === 11)
    reenterDiscussion(fresh, fresh, (client) => client === 12)
    expect(listThreads(fresh).map(({ quote, remarks }) => [quote, remarks.map(({ text }) => text)])).toEqual([
      ['the register', ['known', 'mine, unsaved']],
      ['new', ['new thread']],
    ])
    expect(listThreads(fresh).map(({ remarks }) => remarks.at(-1)?.mentions)).toEqual([[ana], [ana]])
  })
})
