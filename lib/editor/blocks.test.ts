// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docToMarkdown } from '#lib/convert/markdown'
import { duplicateBlock } from '#lib/editor/block-actions'
import { blockAtHeight, enterBelow, selectBlock } from '#lib/editor/blocks'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

describe('a click under the text', () => {
  it.each([
    ['one', 'one!\n'],
    ['- one', '- one!\n'],
    ['> one', '> one\n\n!\n'],
    ['``` one', '```\none\n```\n\n!\n'],
  ])('goes on after %s', (typed, expected) => {
    alice.type(typed)
    alice.select('one')
    alice.run(enterBelow)
    alice.type('!')
    expect(docToMarkdown(alice.editor.view.state.doc, { title: '' })).toBe(expected)
  })
})

describe('the block at a height of the window', () => {
  it('is the item of a list, also one inside another', () => {
    alice.type('before')
    alice.press('Enter')
    for (const word of ['- one', 'two', 'three']) {
      if (word !== '- one') for (const key of ['Enter', 'Tab']) alice.press(key)
      alice.type(word)
    }
    const { view } = alice.editor
    const items = [...view.dom.querySelectorAll<HTMLElement>('p')]
    const topOf = (element: Element) => items.findIndex((item) => element.contains(item)) * 10
    for (const element of [view.dom, ...view.dom.querySelectorAll<HTMLElement>('*')])
      element.getBoundingClientRect = () => new DOMRect(0, topOf(element), 100, 10)
    const wordsAt = (y: number) => {
      const block = blockAtHeight(view, y)
      const node = block && view.state.doc.nodeAt(block.position)
      expect(block?.element.textContent).toBe(node?.textContent)
      return node?.textContent
    }
    expect([5, 15, 25, 35].map(wordsAt)).toEqual(['before', 'onetwothree', 'twothree', 'three'])
    alice.run(selectBlock(blockAtHeight(view, 25)?.position ?? -1))
    alice.run(duplicateBlock)
    expect(docToMarkdown(view.state.doc, { title: '' })).toContain(
      '- one\n  - two\n    - three\n  - two\n    - three\n',
    )
  })
})
