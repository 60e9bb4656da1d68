// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { toggleQuote } from '#lib/editor/commands'
import { countCharacters, goToBlock, outlineOf } from '#lib/editor/outline'
import { createScreen } from '#lib/testing/editor-screen'

describe('the outline of a page', () => {
  it('lists headings with words, and goes to each', () => {
    const alice = createScreen()
    alice.type('# One')
    alice.press('Enter')
    alice.type('text')
    alice.press('Enter')
    alice.type('### Two')
    alice.run(toggleQuote)
    alice.press('Enter')
    alice.type('## ')
    const entries = outlineOf(alice.editor.view.state.doc)
    expect(entries.map(({ level, text }) => [level, text])).toEqual([
      [1, 'One'],
      [3, 'Two'],
    ])
    alice.run(goToBlock(entries[0]?.position ?? -1))
    alice.type('!')
    expect(outlineOf(alice.editor.view.state.doc)[0]?.text).toBe('One!')
    expect(alice.run(goToBlock(9999))).toBe(false)
    alice.close()
  })
  it('counts characters as people do', () => {
    const alice = createScreen()
    alice.type('süß ')
    alice.editor.run((state, dispatch) => {
      dispatch?.(state.tr.insertText('👩‍👩‍👧é'))
      return true
    })
    expect(countCharacters(alice.editor.view.state.doc)).toBe(6)
    alice.close()
  })
})
