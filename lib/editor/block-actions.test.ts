// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deleteBlock } from '#lib/editor/block-actions'
import { selectBlock } from '#lib/editor/blocks'
import { selectCharacters } from '#lib/editor/commands'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

const words = () => {
  const shown: string[] = []
  alice.editor.view.state.doc.forEach((node) => {
    shown.push(`${node.type.name} ${node.textContent}`)
  })
  return shown
}
const write = (...lines: string[]) => {
  lines.forEach((line, index) => {
    if (index > 0) alice.press('Enter')
    alice.type(line)
  })
}

describe('duplicating', () => {
  it('copies the block around the cursor and goes on in the copy', () => {
    write('one', 'two')
    alice.select('one', 'end')
    alice.press('Mod-Shift-d')
    alice.type('!')
    expect(words()).toEqual(['paragraph one', 'paragraph one!', 'paragraph two'])
  })
  it('copies a whole list item with what is in it', () => {
    write('- one', 'two')
    alice.press('Tab')
    alice.select('one')
    alice.press('Mod-Shift-d')
    expect(words()).toEqual(['list onetwo', 'list onetwo'])
  })
  it('copies a block that is selected as a whole, and selects the copy', () => {
    write('one', 'two')
    alice.run(selectBlock(0))
    alice.press('Mod-Shift-d')
    alice.run(deleteBlock)
    expect(words()).toEqual(['paragraph one', 'paragraph two'])
  })
})

describe('deleting', () => {
  it('takes the block around the cursor, and only that', () => {
    write('one', 'two', 'three')
    alice.select('two')
    alice.run(deleteBlock)
    expect(words()).toEqual(['paragraph one', 'paragraph three'])
  })
  it('takes every block that the selection touches', () => {
    write('one', 'two', 'three')
    alice.run(selectCharacters(2, 7))
    alice.run(deleteBlock)
    expect(words()).toEqual(['paragraph three'])
  })
  it('leaves a page that was one block with an empty paragraph', () => {
    write('# one')
    alice.run(deleteBlock)
    expect(words()).toEqual(['paragraph '])
    alice.type('new')
    expect(words()).toEqual(['paragraph new'])
  })
  it('takes the only item of a list with its list, and a nested one alone', () => {
    write('- one', 'two')
    alice.press('Tab')
    alice.select('two')
    alice.run(deleteBlock)
    expect(words()).toEqual(['list one'])
    alice.run(deleteBlock)
    expect(words()).toEqual(['paragraph '])
  })
  it('takes lists that hold nothing else along, however many', () => {
    write('one')
    const { view } = alice.editor
    const [list, paragraph] = ['list', 'paragraph'].map((name) => view.state.schema.nodes[name])
    const inner = paragraph?.create(null, view.state.schema.text('one'))
    view.dispatch(view.state.tr.replaceWith(0, 5, list?.create(null, list.create(null, inner)) ?? []))
    alice.select('one')
    alice.run(deleteBlock)
    expect(words()).toEqual(['paragraph '])
  })
  it('is undone in one step, by the person alone', () => {
    write('one', 'two')
    alice.run(deleteBlock)
    alice.editor.undo()
    expect(words()).toEqual(['paragraph one', 'paragraph two'])
    expect(alice.strays).toEqual([])
  })
})

describe('moving', () => {
  it('moves a block that is selected as a whole', () => {
    write('one', 'two')
    alice.run(selectBlock(0))
    alice.press('Alt-Shift-ArrowDown')
    expect(words()).toEqual(['paragraph two', 'paragraph one'])
  })
})
