// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { selectLine } from '#lib/editor/select-line'
import { colourCells, insertTable } from '#lib/editor/table-commands'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

describe('a choice of cells', () => {
  it.each([
    ['row', ['d', 'e', 'f']],
    ['column', ['b', 'e', 'h']],
  ] as const)('takes the whole %s of the caret, or of several cells, for who cannot draw over them', (part, wanted) => {
    alice.run(insertTable(3, 3))
    for (const letter of 'abcdefghi') {
      alice.type(letter)
      if (letter !== 'i') alice.press('Tab')
    }
    alice.select('e')
    expect(alice.run(selectLine(part))).toBe(true)
    expect(alice.run(colourCells('sand'))).toBe(true)
    const coloured: string[] = []
    alice.editor.view.state.doc.descendants((node) => void (node.attrs.colour && coloured.push(node.textContent)))
    expect(coloured).toEqual(wanted)
    expect(alice.run(selectLine(part === 'row' ? 'column' : 'row'))).toBe(true)
    expect(alice.editor.view.state.selection.ranges).toHaveLength(9)
  })
})
