// @vitest-environment happy-dom
import { TextSelection } from 'prosemirror-state'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { docToMarkdown } from '#lib/convert/markdown'
import { blockAtHeight, dragBlock } from '#lib/editor/blocks'
import { dropBlock, gapAtHeight } from '#lib/editor/drop-block'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

const transfer = { clearData() {}, setData() {}, setDragImage() {}, effectAllowed: 'all' } as unknown as DataTransfer

/** Writes these lines, each ten pixels high, and drags what is at one height beside what is at another. */
function dragged(lines: readonly string[], from: number, to: number): { lineAt: number | undefined; page: string } {
  for (const [n, line] of lines.entries()) {
    if (n > 0) alice.press('Enter')
    alice.type(line)
  }
  const { view } = alice.editor
  const texts = [...view.dom.querySelectorAll<HTMLElement>('p')]
  const topOf = (element: Element) => texts.findIndex((text) => element.contains(text)) * 10
  const heightOf = (element: Element) => texts.filter((text) => element.contains(text)).length * 10
  for (const element of [view.dom, ...view.dom.querySelectorAll<HTMLElement>('*')])
    element.getBoundingClientRect = () => new DOMRect(0, topOf(element), 100, heightOf(element))
  const block = blockAtHeight(view, from)
  if (block) dragBlock(view, block, transfer)
  const gap = gapAtHeight(view, to)
  if (gap) dropBlock(view, gap.position)
  return { lineAt: gap?.y, page: docToMarkdown(view.state.doc, { title: '' }) }
}

describe('a block that is dragged beside the text', () => {
  const LINES = ['one', 'two', 'three']
  it.each([
    ['before the first', 25, 2, 0, 'three\n\none\n\ntwo\n'],
    ['between two', 5, 18, 20, 'two\n\none\n\nthree\n'],
    ['after the last', 5, 40, 30, 'two\n\nthree\n\none\n'],
    ['where it is', 15, 12, 10, 'one\n\ntwo\n\nthree\n'],
    ['right behind itself', 15, 22, 20, 'one\n\ntwo\n\nthree\n'],
  ])('goes %s, by the nearer edge of the block there', (_, from, to, lineAt, page) => {
    expect(dragged(LINES, from, to)).toEqual({ lineAt, page })
  })

  it('as an item of a list goes among the items', () => {
    expect(dragged(['- one', 'two', 'three'], 25, 2).page).toBe('- three\n- one\n- two\n')
  })

  it('goes in one step that undo takes back, and is selected where it went', () => {
    dragged(LINES, 25, 2)
    expect(alice.editor.view.state.selection.toJSON()).toEqual({ type: 'node', anchor: 0 })
    alice.press('Mod-z')
    expect(docToMarkdown(alice.editor.view.state.doc, { title: '' })).toBe('one\n\ntwo\n\nthree\n')
  })

  it('moves nothing where words are selected, and not a block', () => {
    alice.type('one')
    const { view } = alice.editor
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 1, 3)))
    dropBlock(view, 0)
    expect(docToMarkdown(view.state.doc, { title: '' })).toBe('one\n')
  })

  it('has nowhere to go while nothing of this page is dragged', () => {
    alice.type('one')
    expect(gapAtHeight(alice.editor.view, 5)).toBeUndefined()
  })
})
