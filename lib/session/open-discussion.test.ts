import { describe, expect, it } from 'vitest'
import { addReaction, addRemark, startThread } from '#lib/document/discussion'
import { META_ROOT } from '#lib/document/first-structure'
import { createFakeDiscussion } from '#lib/testing/fake-discussion'

const passage = { from: {}, to: {}, quote: 'the register' }
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the comments on a page', () => {
  it('say who wrote them as the log knows it', async () => {
    const fake = createFakeDiscussion(() => 'me', { 2: 'bob' })
    const discussion = fake.open()
    const thread = discussion.start(passage, 'Is this true?') ?? ''
    fake.as(2, (doc) => addRemark(doc, thread, 'Yes.', 5))
    await settled()
    expect(discussion.threads()).toMatchObject([
      {
        ...passage,
        remarks: [
          { by: 'me', mine: true },
          { by: 'bob', mine: false, at: 5, text: 'Yes.' },
        ],
      },
    ])
  })

  it('ask for an author once for each thing that is new, and show the rest meanwhile', async () => {
    const fake = createFakeDiscussion(() => 'me', { 2: 'bob' })
    const discussion = fake.open()
    let told = 0
    discussion.subscribe(() => told++)
    fake.as(3, (doc) => startThread(doc, passage, 'Who am I?', 5))
    expect(discussion.threads()[0]?.remarks[0]).toMatchObject({ by: undefined, mine: false })
    await settled()
    const before = told
    await settled()
    expect(told).toBe(before)
  })

  it('count a person once for each sign, and take only their own back', async () => {
    const fake = createFakeDiscussion(() => 'me', { 2: 'bob', 3: 'bob' })
    const discussion = fake.open()
    const thread = discussion.start(passage, 'Is this true?') ?? ''
    const remark = discussion.threads()[0]?.remarks[0]?.id ?? ''
    for (const client of [2, 3]) fake.as(client, (doc) => addReaction(doc, thread, remark, '👍'))
    await settled()
    discussion.react(thread, remark, '👍')
    const reactions = () => discussion.threads()[0]?.remarks[0]?.reactions
    expect(reactions()).toEqual([{ emoji: '👍', people: ['bob', 'me'], mine: true }])
    discussion.react(thread, remark, '👍')
    expect(reactions()).toEqual([{ emoji: '👍', people: ['bob'], mine: false }])
  })

  it('D14 are read only under a role that may not, and in a newer version’s page', () => {
    const fake = createFakeDiscussion(() => 'me')
    const discussion = fake.open()
    fake.readOnly = 'role'
    expect(discussion.mayComment()).toBe(false)
    expect(discussion.start(passage, 'no')).toBe(undefined)
    fake.readOnly = false
    fake.doc.getMap(META_ROOT).set('schema', 1000)
    expect(discussion.start(passage, 'no')).toBe(undefined)
    expect(discussion.threads()).toEqual([])
  })

  it('tell nothing more once they are closed', () => {
    const fake = createFakeDiscussion(() => 'me')
    const discussion = fake.open()
    let told = 0
    discussion.subscribe(() => told++)
    discussion.close()
    fake.as(2, (doc) => startThread(doc, passage, 'late', 5))
    expect(told).toBe(0)
  })
})
