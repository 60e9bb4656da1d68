// @vitest-environment happy-dom
import type { Node } from 'prosemirror-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertRule, selectCharacters } from '#lib/editor/commands'
import { insertTable } from '#lib/editor/table-commands'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
beforeEach(() => {
  alice = createScreen()
})
afterEach(() => alice.close())

const shown = () => String(alice.editor.view.state.doc)
const press = (...keys: string[]) => {
  for (const key of keys) alice.press(key)
}
const selected = () => alice.editor.view.state.selection.toJSON()

describe('Backspace at the start', () => {
  it.each([
    ['> ', 'blockquote'],
    ['!!! ', 'callout'],
  ])('of what "%s" begins takes its first block out, also below a text', (sign, name) => {
    alice.type('above')
    press('Enter')
    alice.type(`${sign}one`)
    press('Enter')
    alice.type('two')
    alice.run(selectCharacters(9, 9))
    press('Backspace')
    expect(shown()).toBe(`doc(paragraph("above"), paragraph("one"), ${name}(paragraph("two")))`)
    press('Backspace')
    expect(shown()).toBe(`doc(paragraph("aboveone"), ${name}(paragraph("two")))`)
  })
  it('of a later line of a quote joins it to the line before', () => {
    alice.type('> one')
    press('Enter')
    alice.type('two')
    alice.run(selectCharacters(7, 7))
    press('Backspace')
    expect(shown()).toBe('doc(blockquote(paragraph("onetwo")))')
  })
})

describe('an empty paragraph beside what holds no text', () => {
  it.each([
    ['a line', insertRule, 'horizontal_rule'],
    ['a table', insertTable(1, 1), 'table('],
  ])('goes by Backspace below %s, which is selected and goes next', (_, insert, name) => {
    alice.run(insert)
    const end = alice.editor.view.state.doc.content.size
    if (alice.editor.view.state.doc.lastChild?.type.name === 'table')
      alice.editor.view.dispatch(
        alice.editor.view.state.tr.insert(end, alice.editor.view.state.schema.node('paragraph')),
      )
    const last = alice.editor.view.state.doc.content.size - 1
    alice.run(selectCharacters(last, last))
    press('Backspace')
    expect(shown()).toContain(name)
    expect(alice.editor.view.state.doc.lastChild?.type.name).not.toBe('paragraph')
    expect(selected()).toMatchObject({ type: 'node' })
    press('Backspace')
    expect(shown()).not.toContain(name)
  })
  it('goes by Delete above a line, and keeps words that stand in it', () => {
    press('Enter')
    alice.run(insertRule)
    alice.run(selectCharacters(1, 1))
    press('Delete')
    expect(shown()).toBe('doc(horizontal_rule, paragraph)')
    expect(selected()).toEqual({ type: 'node', anchor: 0 })
  })
})

describe('an empty paragraph beside a block that ends or begins with what holds no text', () => {
  const node = (name: string, attrs?: Record<string, unknown>, ...content: Node[]) =>
    alice.editor.view.state.schema.node(name, attrs, content)
  const words = (text: string) => node('paragraph', undefined, alice.editor.view.state.schema.text(text))
  const showBlocks = (...blocks: Node[]) => {
    const { state, dispatch } = alice.editor.view
    dispatch(state.tr.replaceWith(0, state.doc.content.size, blocks))
  }
  it.each([
    ['blockquote', 'list'],
    ['callout', 'blockquote'],
    ['list', 'callout'],
  ])('goes below a %s and leaves its words alone, also in a %s', (outer, inner) => {
    const line = node('horizontal_rule')
    showBlocks(node(outer, undefined, words('one'), node(inner, undefined, words('two'), line)), node('paragraph'))
    const last = alice.editor.view.state.doc.content.size - 1
    alice.run(selectCharacters(last, last))
    press('Backspace')
    expect(shown()).toBe(`doc(${outer}(paragraph("one"), ${inner}(paragraph("two"), horizontal_rule)))`)
    expect(alice.editor.view.state.selection).toMatchObject({ node: { type: { name: 'horizontal_rule' } } })
    press('Backspace')
    expect(shown()).toBe(`doc(${outer}(paragraph("one"), ${inner}(paragraph("two"))))`)
  })
  it('goes by Delete above one, whose first line is selected', () => {
    showBlocks(node('paragraph'), node('blockquote', undefined, node('horizontal_rule'), words('one')))
    alice.run(selectCharacters(1, 1))
    press('Delete')
    expect(shown()).toBe('doc(blockquote(horizontal_rule, paragraph("one")))')
    press('Delete')
    expect(shown()).toBe('doc(blockquote(paragraph("one")))')
  })
  it('goes below a folded toggle, and the caret to its first line: what is folded is not selected', () => {
    const toggle = node('list', { kind: 'toggle', collapsed: true }, words('head'), node('horizontal_rule'))
    showBlocks(toggle, node('paragraph'))
    const last = alice.editor.view.state.doc.content.size - 1
    alice.run(selectCharacters(last, last))
    press('Backspace')
    expect(shown()).toBe('doc(list(paragraph("head"), horizontal_rule))')
    expect(selected()).toEqual({ type: 'text', anchor: 6, head: 6 })
  })
})

describe('Enter in a toggle', () => {
  it('goes on inside it, and leaves it on an empty line', () => {
    alice.type('>> head')
    press('Enter')
    alice.type('inside')
    press('Enter')
    alice.type('more')
    press('Enter', 'Enter')
    alice.type('after')
    expect(shown()).toBe('doc(list(paragraph("head"), paragraph("inside"), paragraph("more")), paragraph("after"))')
  })
  it('begins the next one where it is folded, and ends the list where it is empty', () => {
    alice.type('>> head')
    press('Enter')
    alice.type('inside')
    alice.select('head', 'end')
    press('Mod-Enter', 'Enter')
    expect(shown()).toBe('doc(list(paragraph("head"), paragraph("inside")), list(paragraph))')
    press('Enter')
    expect(shown()).toBe('doc(list(paragraph("head"), paragraph("inside")), paragraph)')
  })
})
