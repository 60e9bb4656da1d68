// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deleteBlock } from '#lib/editor/block-actions'
import { toggleHeading, toggleStyle } from '#lib/editor/commands'
import { connect, createScreen, type Screen } from '#lib/testing/editor-screen'

const text = ({ editor }: Screen) => editor.view.state.doc.textBetween(0, editor.view.state.doc.content.size, '|')
let alice: Screen
let bob: Screen

beforeEach(() => {
  vi.useFakeTimers()
  alice = createScreen()
  bob = createScreen()
  connect(alice, bob)
})
afterEach(() => {
  alice.close()
  bob.close()
  vi.useRealTimers()
})
const pause = () => vi.advanceTimersByTime(1000)

/** Alice deletes words and writes others behind something else, in one step. */
function put(gone: string, behind: string, words: string): void {
  alice.select(gone)
  const { tr } = alice.editor.view.state
  tr.deleteSelection()
  alice.select(behind, 'end')
  alice.editor.view.dispatch(tr.insertText(words, alice.editor.view.state.selection.from))
}

/** Bob writes in a line of Alice's, she carries his word into the next one, and he deletes the line that it was in. */
function moveBobsWord(): void {
  alice.type('two ')
  bob.editor.focus('end')
  bob.type('bob')
  pause()
  alice.select('two ', 'end')
  alice.press('Enter')
  bob.select('two')
  bob.run(deleteBlock)
}

describe('undo', () => {
  it("takes back one's own typing and leaves the other's", () => {
    alice.type('alice')
    bob.select('alice', 'end')
    bob.type(' bob')
    alice.press('Mod-z')
    expect([text(alice), text(bob)]).toEqual([' bob', ' bob'])
  })
  it('goes on where the page is told anew with the same body, because its title was built anew or somebody may write now', () => {
    alice.type('alice')
    alice.editor.replacePage({ ...alice.page, readOnly: 'role' })
    expect(alice.editor.undo()).toBe(false)
    alice.editor.replacePage({ ...alice.page })
    expect(alice.editor.undo()).toBe(true)
    expect([text(alice), text(bob)]).toEqual(['', ''])
  })
  it('does nothing for somebody who wrote nothing', () => {
    alice.type('alice')
    expect(bob.editor.undo()).toBe(false)
    expect(text(bob)).toBe('alice')
  })
  it("is what the browser's own undo and redo come to, which know of nobody else's edits", () => {
    alice.type('alice')
    bob.select('alice', 'end')
    bob.type(' bob')
    for (const [inputType, left] of [
      ['historyUndo', ' bob'],
      ['historyRedo', 'alice bob'],
    ] as const) {
      const event = new InputEvent('beforeinput', { inputType, bubbles: true, cancelable: true })
      alice.editor.view.dom.dispatchEvent(event)
      expect([event.defaultPrevented, text(alice)]).toEqual([true, left])
    }
  })
  it('gives back what it took, by either key', () => {
    alice.type('alice')
    for (const redo of ['Mod-Shift-z', 'Mod-y']) {
      alice.press('Mod-z')
      expect(text(alice)).toBe('')
      alice.press(redo)
      expect(text(alice)).toBe('alice')
    }
  })
  it('goes back step by step', () => {
    alice.type('one')
    pause()
    alice.type(' two')
    pause()
    alice.select('two')
    alice.run(toggleStyle('bold'))
    alice.press('Mod-z')
    expect(alice.doc.getXmlFragment('body').toString()).toBe('<paragraph>one two</paragraph>')
    alice.press('Mod-z')
    expect(text(alice)).toBe('one')
  })
  it.each([
    ['Mod-b', '<paragraph><bold>one two</bold></paragraph>'],
    ['Mod-Alt-2', '<heading level="2">one two</heading>'],
  ])('takes back what %s did right after typing by itself', (key, shown) => {
    alice.type('one two')
    alice.select('one two')
    alice.press(key)
    alice.select('one two', 'end')
    alice.type('!')
    alice.press('Mod-z')
    const body = () => alice.doc.getXmlFragment('body').toString()
    expect(body()).toBe(shown)
    alice.press('Mod-z')
    expect(body()).toBe('<paragraph>one two</paragraph>')
    alice.press('Mod-z')
    expect(text(alice)).toBe('')
  })
  it('takes back a typing rule before the typing', () => {
    alice.type('# Title')
    pause()
    alice.press('Enter')
    pause()
    alice.type('- ')
    expect(alice.editor.facts().list).toBeUndefined()
    alice.press('Mod-z')
    expect(text(alice)).toBe('Title|- ')
  })
  it("never takes along what the other wrote in a block of one's own", () => {
    alice.type('one')
    pause()
    alice.press('Enter')
    pause()
    bob.editor.focus('end')
    bob.type('bob')
    alice.press('Mod-z')
    expect([text(alice), text(bob)]).toEqual(['bob', 'bob'])
  })
  it('brings back what the other wrote in a block that was made and taken away in one step', () => {
    alice.type('one')
    alice.press('Enter')
    bob.editor.focus('end')
    bob.type('bob')
    const { view } = alice.editor
    view.dispatch(view.state.tr.delete(3, view.state.doc.content.size - 1))
    expect(text(bob)).not.toContain('bob')
    while (alice.editor.undo());
    expect([text(alice), text(bob)]).toEqual(['bob', 'bob'])
  })
  it('leaves what the other wrote where it was moved to, once there is no place to bring it back to', () => {
    moveBobsWord()
    expect(text(alice)).toBe('bob')
    alice.editor.undo()
    expect([text(alice), text(bob)]).toEqual(['bob', 'bob'])
  })
  it('never takes along what it brought back of the other, beside one’s own', () => {
    alice.type('one')
    alice.press('Enter')
    pause()
    alice.type('alice')
    bob.select('alice', 'end')
    bob.type(' bob')
    pause()
    alice.run(deleteBlock)
    alice.editor.undo()
    expect(text(alice)).toBe('one|alice bob')
    alice.editor.undo()
    expect([text(alice), text(bob)]).toEqual(['one| bob', 'one| bob'])
  })
  it('takes back the last step where what the other wrote went with its block, and no step before it', () => {
    alice.type('one')
    pause()
    alice.press('Enter')
    alice.type('two')
    bob.select('two', 'end')
    bob.type(' bob')
    pause()
    put(' bob', 'one', ' last sentence')
    bob.select('two')
    bob.run(deleteBlock)
    expect(text(alice)).toBe('one last sentence')
    expect(alice.editor.undo()).toBe(true)
    expect([text(alice), text(bob)]).toEqual(['one', 'one'])
  })
  it('takes back no step before one whose letters all have to stay', () => {
    alice.type('one')
    alice.press('Enter')
    pause()
    moveBobsWord()
    expect(text(alice)).toBe('one|bob')
    alice.editor.undo()
    expect([text(alice), text(bob)]).toEqual(['one|bob', 'one|bob'])
    expect(alice.editor.facts().canUndo).toBe(true)
    while (alice.editor.undo());
    expect([text(alice), text(bob)]).toEqual(['bob', 'bob'])
  })
  it('leaves what the other wrote and one carried into another block, once its own is gone', () => {
    alice.type('one')
    alice.press('Enter')
    alice.type('two ')
    bob.editor.focus('end')
    bob.type('bob')
    pause()
    put('bob', 'one', ' bob')
    bob.select('two')
    bob.run(deleteBlock)
    alice.editor.undo()
    expect([text(alice), text(bob)]).toEqual(['one bob', 'one bob'])
  })
  it('removes an empty block of one’s own', () => {
    alice.type('one')
    pause()
    alice.press('Enter')
    alice.press('Mod-z')
    expect([text(alice), alice.editor.view.state.doc.childCount]).toEqual(['one', 1])
  })
  it('puts the selection back where the step began', () => {
    alice.type('one two')
    pause()
    alice.select('one')
    alice.type('x')
    alice.select('two', 'end')
    alice.press('Mod-z')
    const { from, to } = alice.editor.view.state.selection
    expect(alice.editor.view.state.doc.textBetween(from, to)).toBe('one')
  })
  it('keeps what the other typed in a block whose kind is taken back', () => {
    alice.type('title')
    pause()
    alice.run(toggleHeading(1))
    bob.select('title', 'end')
    bob.type('!')
    alice.press('Mod-z')
    expect(text(alice)).toContain('!')
    expect(bob.shown()).toEqual(alice.shown())
  })
  it('E11 is an edit of the person like any other', () => {
    alice.type('one')
    const before = alice.edits.length
    alice.press('Mod-z')
    expect([alice.edits.length, alice.strays]).toEqual([before + 1, []])
  })
})
