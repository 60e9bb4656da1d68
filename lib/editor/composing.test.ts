// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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
  it('a block that others deleted is gone for both', () => {
    alice.select('world', 'end')
    compose('compositionstart')
    bob.editor.view.dispatch(bob.editor.view.state.tr.delete(7, 14))
    alice.type('ni')
    compose('compositionend')
    vi.advanceTimersByTime(100)
    expect(text(alice)).toBe(text(bob))
  })
})
