// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toggleCodeBlock, toggleHeading, toggleList } from '#lib/editor/commands'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let bob: Screen
const text = ({ editor }: Screen) => editor.view.state.doc.textBetween(0, editor.view.state.doc.content.size, '|')
const compose = (type: 'compositionstart' | 'compositionend') =>
  alice.editor.view.dom.dispatchEvent(new CompositionEvent(type, { bubbles: true }))

beforeEach(() => {
  vi.useFakeTimers()
  alice = createScreen()
  bob = createScreen()
  connect(alice, bob)
  alice.type('hello')
  alice.press('Enter')
  alice.type('world')
  bob.select('world', 'end')
})
afterEach(() => {
  alice.close()
  bob.close()
  vi.useRealTimers()
})

describe('while an input method composes', () => {
  it('a change by others to its block waits, and nothing is lost or doubled', () => {
    alice.select('world', 'end')
    compose('compositionstart')
    alice.type('ni')
    bob.editor.view.dispatch(bob.editor.view.state.tr.insertText('XX', 8, 8))
    alice.type('h')
    expect(text(alice)).toBe('hello|worldnih')
    compose('compositionend')
    vi.advanceTimersByTime(100)
    expect([text(alice), text(bob)]).toEqual(['hello|XXworldnih', 'hello|XXworldnih'])
    expect([alice.strays, bob.strays]).toEqual([[], []])
  })
  it('a change by others elsewhere is shown at once', () => {
    alice.select('world', 'end')
    compose('compositionstart')
    alice.type('n')
    bob.select('hello', 'end')
    bob.type('!')
    expect(text(alice)).toBe('hello!|worldn')
  })
  it('nothing waits for long when it rests', () => {
    alice.select('world', 'end')
    compose('compositionstart')
    bob.type('?')
    expect(text(alice)).toBe('hello|world')
    vi.advanceTimersByTime(2000)
    expect(text(alice)).toBe('hello|world?')
  })
  it('what was typed is written even if the page closes', () => {
    alice.select('world', 'end')
    compose('compositionstart')
    bob.editor.view.dispatch(bob.editor.view.state.tr.insertText('XX', 8, 8))
    alice.type('ni')
    alice.editor.close()
    expect(text(bob)).toBe('hello|XXworldni')
  })
  it('goes on where the page is told anew with the same body', () => {
    alice.select('world', 'end')
    compose('compositionstart')
    bob.editor.view.dispatch(bob.editor.view.state.tr.insertText('XX', 8, 8))
    alice.type('ni')
    alice.editor.replacePage({ ...alice.page })
    alice.type('hao')
    compose('compositionend')
    vi.advanceTimersByTime(100)
    expect([text(alice), text(bob)]).toEqual(['hello|XXworldnihao', 'hello|XXworldnihao'])
  })
  it.each<[string, string, () => unknown]>([
    ['parts its block', 'hello|wo|rldni!', () => bob.editor.view.dispatch(bob.editor.view.state.tr.split(10))],
    ['makes a heading of it', 'hello|worldni!', () => bob.run(toggleHeading(2))],
    ['makes a list of it', 'hello|worldni!', () => bob.run(toggleList('bullet'))],
    ['makes code of it', 'hello|worldni!', () => bob.run(toggleCodeBlock)],
    ['joins it to the one before', 'helloworldni!', () => bob.editor.view.dispatch(bob.editor.view.state.tr.join(7))],
    ['deletes letters of it', 'hello|dni!', () => bob.editor.view.dispatch(bob.editor.view.state.tr.delete(8, 12))],
    ['deletes it', 'hello|ni!', () => bob.editor.view.dispatch(bob.editor.view.state.tr.delete(7, 14))],
    ['deletes the page', 'ni!', () => bob.editor.view.dispatch(bob.editor.view.state.tr.delete(0, 14))],
  ])('nothing of what was typed is lost where somebody else %s, and the caret goes on behind it', (_, whole, act) => {
    alice.select('world', 'end')
    bob.select('world')
    compose('compositionstart')
    act()
    alice.type('ni')
    compose('compositionend')
    vi.advanceTimersByTime(100)
    alice.type('!')
    expect([text(alice), text(bob)]).toEqual([whole, whole])
  })
  it('letters that the method took back stay away where somebody else makes a heading of their block', () => {
    alice.select('world', 'end')
    compose('compositionstart')
    alice.type('ni')
    bob.select('world')
    bob.run(toggleHeading(2))
    const { tr, selection } = alice.editor.view.state
    alice.editor.view.dispatch(tr.insertText('你', selection.from - 2, selection.from))
    compose('compositionend')
    vi.advanceTimersByTime(100)
    expect([text(alice), text(bob)]).toEqual(['hello|world你', 'hello|world你'])
  })
})
