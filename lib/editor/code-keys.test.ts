// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docToMarkdown } from '#lib/convert/markdown'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

const markdown = () => docToMarkdown(alice.editor.view.state.doc, { title: '' })
const code = () => alice.editor.view.state.doc.firstChild?.textContent

/** Begins a block of code with these lines. */
function write(...lines: string[]): void {
  alice.type('```')
  lines.forEach((line) => {
    alice.press('Enter')
    alice.type(line)
  })
}

describe('in a block of code', () => {
  it('Tab goes two spaces on, and indents every selected line', () => {
    write('one', 'two', 'three')
    alice.select('ne\ntw')
    alice.press('Tab')
    expect(code()).toBe('  one\n  two\nthree')
    alice.select('three', 'end')
    alice.press('Tab')
    expect(code()).toBe('  one\n  two\nthree  ')
  })
  it('Shift-Tab takes it back, line by line, and never leaves the page', () => {
    write('    one', ' two', 'three')
    alice.select('one\n two\nthr')
    expect(alice.press('Shift-Tab')).toBe(true)
    expect(code()).toBe('  one\ntwo\nthree')
    alice.select('three', 'end')
    expect(alice.press('Shift-Tab')).toBe(true)
    expect(code()).toBe('  one\ntwo\nthree')
  })
  it('arrow down on the last line of the page begins a paragraph under it', () => {
    write('one', 'two')
    alice.select('one', 'end')
    expect(alice.press('ArrowDown')).toBe(false)
    alice.select('two', 'end')
    alice.press('ArrowDown')
    alice.type('after')
    expect(markdown()).toBe('```\none\ntwo\n```\n\nafter\n')
    alice.select('two', 'end')
    expect(alice.press('ArrowDown')).toBe(false)
  })
})
