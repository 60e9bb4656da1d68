import { describe, expect, it } from 'vitest'
import { askedName, type CommentDraft, changeDraft, chooseName, draftOf, mentionedIn } from '#lib/editor/comment-draft'

const person = (id: string, name: string) => ({ kind: 'person', id: id.repeat(22), name }) as const
const [ana, bo] = [person('a', 'Ana'), person('b', 'Bo')]
const nothing: CommentDraft = { text: '', chosen: [] }

/** The draft after `text` was typed and the name behind its last sign chosen. */
function choose(draft: CommentDraft, text: string, mention: typeof ana | typeof bo, caret = text.length) {
  const typed = changeDraft(draft, text)
  const asked = askedName(typed, caret)
  if (!asked) throw new Error('nobody was asked for')
  return chooseName(typed, asked, mention)
}

describe('a remark while it is written', () => {
  it('asks for somebody behind a sign at a start, a space or a bracket, until something else is meant', () => {
    const asked = (text: string, caret = text.length) => askedName({ ...nothing, text }, caret)
    expect(asked('@')).toEqual({ from: 0, query: '' })
    expect(asked('Ask (@an')).toEqual({ from: 5, query: 'an' })
    expect(asked('Ask\n@Ana Ma')).toEqual({ from: 4, query: 'Ana Ma' })
    expect(asked('@an later', 3)).toEqual({ from: 0, query: 'an' })
    for (const text of ['', 'ana@harbour', '@ ', `@${'a'.repeat(31)}`]) expect(asked(text)).toBeUndefined()
    expect(asked('@an', 0)).toBeUndefined()
  })

  it('takes a name in place of what was asked, with one space behind it', () => {
    const first = choose(nothing, 'Ask @a', ana)
    expect(first).toEqual({ draft: { text: 'Ask @Ana ', chosen: [{ from: 4, mention: ana }] }, caret: 9 })
    const before = choose(first.draft, '@b Ask @Ana ', bo, 2)
    expect(before.draft.text).toBe('@Bo Ask @Ana ')
    expect(before.caret).toBe(4)
    expect(before.draft.chosen).toEqual([
      { from: 0, mention: bo },
      { from: 8, mention: ana },
    ])
    expect(mentionedIn(before.draft)).toEqual([bo, ana])
  })

  it('takes a name on one line, whatever somebody calls themselves', () => {
    const { draft } = choose(nothing, '@a', person('a', 'Ana\n\u202e<b>') as unknown as typeof ana)
    expect(draft.text).toBe('@Ana <b> ')
    expect(mentionedIn(draft)[0]?.name).toBe('Ana <b>')
  })

  it('asks no more for a name that was chosen', () => {
    const { draft } = choose(nothing, '@a', ana)
    expect(askedName(changeDraft(draft, '@Ana ma'), 7)).toBeUndefined()
  })

  it('keeps a mention through what is written around it, and none through what is written into it', () => {
    const { draft } = choose(nothing, 'Ask @a', ana)
    const around = changeDraft(changeDraft(draft, 'Please ask @Ana '), 'Please ask @Ana, now')
    expect(around.chosen).toEqual([{ from: 11, mention: ana }])
    const into = changeDraft(around, 'Please ask @An, now')
    expect(into.chosen).toEqual([])
    expect(changeDraft(around, '').chosen).toEqual([])
  })

  it('begins with what was said before', () => {
    const draft = draftOf(['Ask ', ana, ' or ', bo])
    expect(draft.text).toBe('Ask @Ana or @Bo')
    expect(draft.chosen.map(({ from }) => from)).toEqual([4, 12])
    expect(askedName(draft, draft.text.length)).toBeUndefined()
  })
})
