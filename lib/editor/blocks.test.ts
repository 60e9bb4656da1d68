// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docToMarkdown } from '#lib/convert/markdown'
import { enterBelow } from '#lib/editor/blocks'
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
