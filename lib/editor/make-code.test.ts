// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { selectBlock } from '#lib/editor/blocks'
import { toggleCodeBlock, toggleFormula, toggleList } from '#lib/editor/commands'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())
const page = () => alice.doc.getXmlFragment('body').toString()

describe('making code of a selected block', () => {
  it.each([
    ['code', toggleCodeBlock, ''],
    ['a formula', toggleFormula, 'math'],
  ])('makes %s of it alone', (_, command, language) => {
    for (const [index, line] of ['one', 'two', 'three'].entries()) {
      if (index > 0) alice.press('Enter')
      alice.type(line)
    }
    alice.select('two')
    alice.run(selectBlock(alice.editor.view.state.selection.$from.before()))
    alice.run(command)
    expect(page()).toBe(
      `<paragraph>one</paragraph><code_block language="${language}">two</code_block><paragraph>three</paragraph>`,
    )
  })
  it.each([
    ['code', toggleCodeBlock],
    ['a formula', toggleFormula],
  ])('makes %s that is selected as a whole a paragraph again', (_, command) => {
    alice.type('one')
    alice.run(command)
    alice.run(selectBlock(0))
    alice.run(command)
    expect(page()).toBe('<paragraph>one</paragraph>')
  })
  it('leaves what stands in a list beside it', () => {
    alice.type('one')
    alice.run(toggleList('bullet'))
    alice.press('Enter')
    alice.press('Enter')
    alice.type('two')
    alice.run(selectBlock(alice.editor.view.state.selection.$from.before()))
    alice.run(toggleFormula)
    expect(page()).toContain('<paragraph>one</paragraph>')
    expect(page()).toContain('<code_block language="math">two</code_block>')
  })
})
