// @vitest-environment happy-dom

import type { Command } from 'prosemirror-state'
import { CellSelection } from 'prosemirror-tables'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type * as Y from 'yjs'
import { deleteBlock } from '#lib/editor/block-actions'
import { setCodeLanguage } from '#lib/editor/code-keys'
import { toggleCodeBlock, toggleHeading, toggleList, toggleQuote, toggleStyle } from '#lib/editor/commands'
import { moveBlock } from '#lib/editor/keymap'
import { deleteColumn, deleteRow, deleteTable, insertTable, mergeCells, moveInTable } from '#lib/editor/table-commands'
import { createPost, createScreen, type Post, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let bob: Screen
let carol: Screen
let post: Post

beforeEach(() => {
  ;[alice, bob, carol] = [1, 2, 3].map((clientId) => createScreen({ clientId })) as [Screen, Screen, Screen]
  post = createPost(alice, bob, carol)
})
afterEach(() => {
  for (const screen of [alice, bob, carol]) screen.close()
})

const text = ({ editor: { view } }: Screen) => view.state.doc.textBetween(0, view.state.doc.content.size, '|', ' ')

/** Bob types while Alice acts; everybody then hears of everything. */
function meanwhile(act: () => void, type: () => void): void {
  act()
  type()
  post.handAll()
  for (const screen of [alice, bob, carol]) {
    screen.editor.view.state.doc.check()
    expect([screen.shown(), screen.strays]).toEqual([alice.shown(), []])
  }
}

function begin(...lines: readonly string[]): void {
  for (const [index, line] of lines.entries()) {
    if (index > 0) alice.press('Enter')
    alice.type(line)
  }
  post.handAll()
}

describe('words that go with a block whose remover has not seen them', () => {
  it.each([
    ['turned into a heading', toggleHeading(1)],
    ['turned into code', toggleCodeBlock],
    ['made a list item', toggleList('bullet')],
    ['quoted', toggleQuote],
  ])('stand where they were typed in a block that is %s', (_, command) => {
    begin('before', 'one two', 'behind')
    alice.select('one')
    bob.select('one', 'end')
    meanwhile(
      () => alice.run(command),
      () => bob.type(' and a half'),
    )
    expect(text(bob)).toContain('one and a half two')
    expect(text(bob).match(/half/g)).toHaveLength(1)
  })
  it.each([
    ['up', moveBlock('up')],
    ['down', moveBlock('down')],
  ])('are not lost when their block is moved %s', (_, command) => {
    begin('before', 'one two', 'behind')
    alice.select('one')
    bob.select('one', 'end')
    meanwhile(
      () => alice.run(command),
      () => bob.type('half'),
    )
    expect(text(bob).match(/half/g)).toHaveLength(1)
  })
  it('follow their line into the one before it', () => {
    begin('one', 'two')
    alice.select('two')
    alice.press('ArrowLeft')
    bob.select('two', 'end')
    const { view } = alice.editor
    meanwhile(
      () => view.dispatch(view.state.tr.join(5)),
      () => bob.type('!'),
    )
    expect(text(bob)).toBe('onetwo!')
  })
  it('stay alone where their block was deleted, with their styles', () => {
    begin('before', 'one', 'behind')
    alice.select('one')
    bob.select('one', 'end')
    bob.run(toggleStyle('bold'))
    meanwhile(
      () => alice.run(deleteBlock),
      () => bob.type(' two'),
    )
    expect(bob.doc.getXmlFragment('body').toString()).toBe(
      '<paragraph>before</paragraph><paragraph><bold> two</bold></paragraph><paragraph>behind</paragraph>',
    )
  })
  it('go into the block that takes the place of an empty one', () => {
    begin('before', '')
    bob.editor.focus('end')
    meanwhile(
      () => alice.run(toggleHeading(2)),
      () => bob.type('Title'),
    )
    expect(bob.doc.getXmlFragment('body').toString()).toContain('<heading level="2">Title</heading>')
  })
  it('are put back by their writer alone, and not where the remover saw them', () => {
    begin('before', 'one')
    bob.select('one', 'end')
    bob.type(' two')
    post.hand(bob, alice)
    alice.select('one')
    meanwhile(
      () => alice.run(deleteBlock),
      () => bob.type(' three'),
    )
    expect(text(carol)).toBe('before| three')
  })
  it('are put back only on a screen that may write', () => {
    begin('before', 'one')
    alice.select('one')
    bob.select('one', 'end')
    bob.type('!')
    bob.editor.setReadOnly('role')
    meanwhile(
      () => alice.run(deleteBlock),
      () => {},
    )
    expect(text(carol)).toBe('before')
  })
})

describe('words that go with a cell', () => {
  const cells = () => {
    alice.run(insertTable(2, 2))
    for (const word of ['a', 'b', 'c', 'd']) {
      alice.type(word)
      if (word !== 'd') alice.press('Tab')
    }
    post.handAll()
    alice.select('d')
    bob.select('d', 'end')
  }
  it.each([
    ['row', deleteRow],
    ['column', deleteColumn],
    ['table', deleteTable],
  ])('stay behind the table when its %s is deleted', (_, command) => {
    begin('before')
    cells()
    meanwhile(
      () => alice.run(command),
      () => bob.type(' and more'),
    )
    expect(text(carol)).toContain(' and more')
    expect(text(carol).match(/more/g)).toHaveLength(1)
  })
  it.each([
    ['row', moveInTable('row', -1)],
    ['column', moveInTable('column', -1)],
  ])('are not lost when its %s is moved', (_, command) => {
    cells()
    meanwhile(
      () => alice.run(command),
      () => bob.type(' and more'),
    )
    expect(text(carol).match(/ and more/g)).toHaveLength(1)
  })
  it('go into the one that it is merged into', () => {
    cells()
    const at: number[] = []
    alice.editor.view.state.doc.descendants((node, position) => {
      if (node.type.name === 'table_cell') at.push(position)
    })
    const { view } = alice.editor
    view.dispatch(view.state.tr.setSelection(CellSelection.create(view.state.doc, at[2] ?? 0, at[3])))
    meanwhile(
      () => alice.run(mergeCells),
      () => bob.type(' and more'),
    )
    expect(text(carol)).toContain('d and more')
  })
})

const insert =
  (name: string, attributes: Record<string, unknown> = {}): Command =>
  ({ schema, tr }, dispatch) => {
    const node = schema.nodes[name]?.createAndFill(attributes)
    if (node) dispatch?.(tr.replaceSelectionWith(node, false))
    return node != null
  }
const day = insert('date', { value: '2026-11-27' })
const DAY = '<date value="2026-11-27"></date>'
const body = ({ doc }: Screen) => doc.getXmlFragment('body').toString()

describe('what is no letter and goes with a block whose remover has not seen it', () => {
  it.each([
    ['behind its words', ' two', '<heading level="1">one two$</heading>'],
    ['among its words', 'one', '<heading level="1">one$ two</heading>'],
  ])('stands in the block that it became, %s', (_, behind, expected) => {
    begin('one two')
    alice.select('one')
    bob.select(behind, 'end')
    meanwhile(
      () => alice.run(toggleHeading(1)),
      () => bob.run(day),
    )
    expect(body(carol)).toBe(expected.replace('$', DAY))
  })
  it('stands between the words that were written around it', () => {
    begin('one two')
    alice.select('one')
    bob.select('one', 'end')
    meanwhile(
      () => alice.run(toggleList('bullet')),
      () => {
        bob.type(' by')
        bob.run(day)
        bob.type(' or')
        bob.run(insert('mention', { kind: 'person', id: 'AAAAAAAAAAAA', name: 'Ann' }))
        bob.press('Shift-Enter')
      },
    )
    expect(body(carol).replace(/<mention[^>]*>/, '<mention>')).toContain(
      `>one by${DAY} or<mention></mention><hard_break></hard_break> two<`,
    )
  })
  it('leaves what was written behind it, and behind the words that went on, where it was written', () => {
    begin('one two')
    alice.select('one')
    bob.select('one', 'end')
    meanwhile(
      () => alice.run(toggleHeading(1)),
      () => {
        bob.run(day)
        bob.select(' two', 'end')
        bob.type(' three')
      },
    )
    expect(body(carol)).toBe(`<heading level="1">one${DAY} two three</heading>`)
  })
  it('stays alone where its block was deleted, or became one that cannot hold it', () => {
    begin('before', 'one', 'behind')
    for (const command of [deleteBlock, toggleCodeBlock]) {
      alice.select(command === deleteBlock ? 'one' : 'behind')
      bob.select(command === deleteBlock ? 'one' : 'behind', 'end')
      meanwhile(
        () => alice.run(command),
        () => bob.run(day),
      )
    }
    expect(body(carol)).toBe(
      `<paragraph>before</paragraph><paragraph>${DAY}</paragraph><code_block language="">behind</code_block><paragraph>${DAY}</paragraph>`,
    )
  })
  it.each([
    ['picture', insert('image', { file: 'f', name: 'a.png', pixels: '2x3' }), 'image'],
    ['file', insert('file', { file: 'f', name: 'a.pdf' }), 'file'],
    ['rule', insert('horizontal_rule'), 'horizontal_rule'],
    ['list of headings', insert('contents'), 'contents'],
  ])('is a %s in a quote that is deleted, with all that is said of it', (_, command, name) => {
    begin('before', 'one')
    alice.run(toggleQuote)
    post.handAll()
    alice.select('one')
    bob.select('one', 'end')
    bob.press('Enter')
    post.handAll()
    const { view } = alice.editor
    meanwhile(
      () => view.dispatch(view.state.tr.delete(8, view.state.doc.content.size)),
      () => bob.run(command),
    )
    const made = carol.doc.getXmlFragment('body').get(1) as Y.XmlElement
    expect([carol.doc.getXmlFragment('body').length, made.nodeName]).toEqual([2, name])
    if (name === 'image') expect(made.getAttributes()).toEqual({ file: 'f', name: 'a.png', alt: '', pixels: '2x3' })
  })
  it('is a formula or a code in a language, whole, with its words', () => {
    begin('before', 'one')
    alice.run(toggleQuote)
    post.handAll()
    alice.select('one')
    bob.select('one', 'end')
    const { view } = alice.editor
    meanwhile(
      () => view.dispatch(view.state.tr.delete(8, view.state.doc.content.size)),
      () => {
        bob.press('Enter')
        bob.run(toggleCodeBlock)
        bob.run(setCodeLanguage('math'))
        bob.type('x^2')
      },
    )
    expect(body(carol)).toBe('<paragraph>before</paragraph><code_block language="math">x^2</code_block>')
  })
  it('is a picture in a cell whose row is deleted', () => {
    begin('top')
    alice.run(insertTable(2, 1))
    alice.type('a')
    alice.press('Tab')
    alice.type('b')
    post.handAll()
    alice.select('b')
    bob.select('b', 'end')
    bob.press('Enter')
    post.handAll()
    meanwhile(
      () => alice.run(deleteRow),
      () => bob.run(insert('image', { file: 'f', name: 'a.png' })),
    )
    expect(body(carol)).toMatch(/<\/table><image[^>]* name="a.png"[^>]*>/)
  })
  it('is put back by whoever put it there alone, and not where the remover saw it', () => {
    begin('before', 'one')
    bob.select('one', 'end')
    bob.run(day)
    post.hand(bob, alice)
    alice.select('one')
    meanwhile(
      () => alice.run(deleteBlock),
      () => carol.type('!'),
    )
    expect(body(carol)).not.toContain('date')
  })
})
