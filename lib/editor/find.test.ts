// @vitest-environment happy-dom
import { DecorationSet } from 'prosemirror-view'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { err, ok } from '#lib/base/result'
import { endSearch, goToMatch, replaceMatches, search, type TryPattern } from '#lib/editor/find'
import { type FindQuery, MAX_MATCHES, matchesIn, patternOf, replacementFor } from '#lib/editor/find-matches'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

const plain = (text: string): FindQuery => ({ text, matchCase: false, wholeWord: false, isPattern: false })
const found = (query: FindQuery, ...texts: string[]) => {
  const pattern = patternOf(query)
  return pattern.ok
    ? matchesIn(texts, pattern.value).map(({ text, from, to }) => texts[text]?.slice(from, to))
    : pattern
}

describe('finding in texts', () => {
  it('takes every sign as itself unless it is an expression', () => {
    const signs = 'a.b*c[d](e)^$|\\/-?+{2}'
    expect(found(plain(signs), signs, 'axb')).toEqual([signs])
    expect(found({ ...plain('a.b'), isPattern: true }, 'a.b axb')).toEqual(['a.b', 'axb'])
  })
  it('minds case and whole words, in any script, only when asked', () => {
    expect(found(plain('süd'), 'Süd SÜDEN')).toEqual(['Süd', 'SÜD'])
    expect(found({ ...plain('Süd'), matchCase: true }, 'Süd süd')).toEqual(['Süd'])
    expect(found({ ...plain('süd'), wholeWord: true }, 'Süden süd_ (süd)')).toEqual(['süd'])
  })
  it('finds no place of nothing, and stops somewhere', () => {
    expect(found({ ...plain('x*'), isPattern: true }, 'axb')).toEqual(['x'])
    expect(found(plain('a'), 'a'.repeat(MAX_MATCHES + 5))).toHaveLength(MAX_MATCHES)
  })
  it('says what is no expression', () => {
    expect(patternOf({ ...plain('(['), isPattern: true })).toEqual({ ok: false, error: { type: 'bad-pattern' } })
  })
  it('writes what an expression caught', () => {
    const match = { text: 0, from: 0, to: 2, groups: ['ab', 'a', ''] }
    expect(replacementFor(match, '$2-$1-$&-$$1-$9', true)).toBe('-a-ab-$1-')
    expect(replacementFor(match, '$1', false)).toBe('$1')
  })
})

describe('finding on a page', () => {
  let alice: Screen
  beforeEach(() => {
    alice = createScreen()
    alice.type('one two')
    alice.press('Enter')
    alice.type('> Two **two** twofold')
    alice.press('Mod-Home')
  })
  afterEach(() => {
    alice.close()
    vi.restoreAllMocks()
  })
  const text = () => alice.editor.view.state.doc.textBetween(0, alice.editor.view.state.doc.content.size, '|')
  const marked = () => [...alice.editor.view.dom.querySelectorAll('.found')].map((span) => span.textContent)
  it('brings each match into view, although the focus is in the field beside the page', async () => {
    const seen: string[] = []
    vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(function (this: Element) {
      seen.push(`${this.textContent} of ${this.parentElement?.textContent}`)
    })
    await search(alice.editor.view, plain('twofold'))
    expect(seen).toEqual(['twofold of Two two twofold'])
    alice.press('Mod-Home')
    await search(alice.editor.view, plain('one'))
    alice.run(goToMatch(1))
    expect(seen.slice(1)).toEqual(['one of one two', 'one of one two'])
  })
  const facts = async (query: FindQuery) => {
    const result = await search(alice.editor.view, query)
    return result.ok ? result.value : result.error
  }

  it('draws no match anew for a key that touches none', async () => {
    await facts(plain('two'))
    alice.select('twofold', 'end')
    const create = vi.spyOn(DecorationSet, 'create')
    alice.type(' on')
    expect([create.mock.calls.filter(([, marks]) => marks.length > 1), marked()]).toEqual([
      [],
      ['two', 'Two', 'two', 'two'],
    ])
    create.mockRestore()
  })
  it('shows every match and goes round, from the cursor on', async () => {
    expect(await facts(plain('two'))).toEqual({ count: 4, at: 1 })
    expect(marked()).toEqual(['two', 'Two', 'two', 'two'])
    alice.run(goToMatch(-1))
    expect(alice.editor.view.dom.querySelector('.is-current')?.textContent).toBe('two')
    alice.run(goToMatch(1))
    alice.type('2')
    expect(text()).toBe('one 2|Two two twofold')
    expect(marked()).toEqual(['Two', 'two', 'two'])
    endSearch(alice.editor.view)
    expect(marked()).toEqual([])
  })
  it('replaces one or all in one step of undo, and keeps styles', async () => {
    await facts(plain('two'))
    alice.run(replaceMatches('three', false, 'all'))
    expect(text()).toBe('one three|three three threefold')
    expect(alice.doc.getXmlFragment('body').toString()).toContain('<bold>three</bold>')
    alice.editor.undo()
    expect(text()).toBe('one two|Two two twofold')
    await facts(plain('two'))
    alice.run(replaceMatches('', false, 'current'))
    expect(text()).toContain('two')
    expect(alice.strays).toEqual([])
  })
  it('stays with its words while somebody else writes', async () => {
    const bob = createScreen()
    connect(alice, bob)
    await facts(plain('two'))
    bob.select('one')
    bob.type('three')
    expect(marked()).toHaveLength(3)
    alice.run(replaceMatches('2', false, 'all'))
    expect(text()).toBe('three two|2 2 2fold')
    bob.close()
  })
  it('runs an expression beside the page, and says when it takes too long', async () => {
    const asked: string[] = []
    const slow: TryPattern = async (texts, pattern) => {
      asked.push(...texts, pattern.source)
      return err({ type: 'too-slow' })
    }
    expect(await search(alice.editor.view, { ...plain('(o+)+$'), isPattern: true }, slow)).toEqual(
      err({ type: 'too-slow' }),
    )
    expect(asked).toEqual(['one two', 'Two two twofold', '(o+)+$'])
    expect(marked()).toEqual([])
    const quick: TryPattern = async (texts, pattern) => ok(matchesIn(texts, pattern))
    await search(alice.editor.view, { ...plain('t(w)o'), isPattern: true }, quick)
    alice.run(replaceMatches('$1', true, 'all'))
    expect(text()).toBe('one w|w w wfold')
  })
})
