// @vitest-environment happy-dom
import type { Node } from 'prosemirror-model'
import { CellSelection } from 'prosemirror-tables'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { selectBlock } from '#lib/editor/blocks'
import {
  addColumnAfter,
  addRowAfter,
  alignCells,
  colourCells,
  deleteColumn,
  deleteRow,
  deleteTable,
  insertTable,
  mergeCells,
  moveInTable,
  setColumnWidth,
  splitCell,
  toggleHeader,
  widenColumns,
} from '#lib/editor/table-commands'
import { connect, createScreen, deliver, type Screen } from '#lib/testing/editor-screen'

let alice: Screen
let bob: Screen
beforeEach(() => {
  alice = createScreen({ clientId: 1 })
  bob = createScreen({ clientId: 2 })
})
afterEach(() => {
  for (const screen of [alice, bob]) {
    screen.editor.view.state.doc.check()
    expect(screen.strays).toEqual([])
    screen.close()
  }
})

/** "a b|c d" is two rows of two cells; a header cell stands in brackets. */
const shown = ({ editor: { view } }: Screen): string => {
  const rows: string[] = []
  view.state.doc.descendants((node) => {
    if (node.type.name !== 'table_row') return true
    rows.push(node.content.content.map(said).join(' '))
    return false
  })
  return rows.join('|')
}
const said = (cell: Node): string => (cell.attrs.header ? `[${cell.textContent}]` : cell.textContent || '.')
const columns = ({ editor: { view } }: Screen): string[] => {
  const names: string[] = []
  view.state.doc.descendants((node) => {
    if (node.type.name === 'table_cell') names.push(String(node.attrs.column))
  })
  return names
}
/** A table of which every cell says its own letter. */
function write(screen: Screen, width: number, letters: string): void {
  screen.run(insertTable(letters.length / width, width))
  screen.run(toggleHeader('row'))
  for (const [index, letter] of [...letters].entries()) {
    if (index > 0) screen.press('Tab')
    screen.type(letter)
  }
}
const selectCells = (screen: Screen, from: string, to: string) => {
  const positions: number[] = []
  const { view } = screen.editor
  for (const word of [from, to]) {
    view.state.doc.descendants((node, position) => {
      if (node.type.name === 'table_cell' && node.textContent === word) positions.push(position)
    })
  }
  const [anchor = 0, head = 0] = positions
  view.dispatch(view.state.tr.setSelection(CellSelection.create(view.state.doc, anchor, head)))
}

describe('a table', () => {
  it('comes with a header, the cursor in its first cell, and a paragraph behind it', () => {
    alice.run(insertTable(2, 2))
    alice.type('x')
    expect(shown(alice)).toBe('[x] []|. .')
    expect(alice.editor.view.state.doc.lastChild?.type.name).toBe('paragraph')
    expect(alice.editor.facts).toBeDefined()
  })
  it('is left by nobody who presses Tab: a row more comes behind the last cell', () => {
    write(alice, 2, 'abcd')
    expect(shown(alice)).toBe('a b|c d')
    alice.press('Tab')
    alice.type('e')
    expect(shown(alice)).toBe('a b|c d|e .')
    alice.press('Shift-Tab')
    alice.press('Shift-Tab')
    alice.type('C')
    expect(shown(alice)).toBe('a b|C d|e .')
  })
  it('names each column once, and new cells after their columns', () => {
    write(alice, 2, 'abcd')
    const [first, second] = columns(alice)
    expect(columns(alice)).toEqual([first, second, first, second])
    alice.select('a')
    alice.run(addColumnAfter)
    alice.run(addRowAfter)
    const [one, between, two] = columns(alice)
    expect([one, two]).toEqual([first, second])
    expect(columns(alice)).toEqual([one, between, two, one, between, two, one, between, two])
  })
  it.each<[string, Parameters<Screen['run']>[0], string]>([
    ['adds a column', addColumnAfter, 'a . b|c . d|e . f'],
    ['adds a row', addRowAfter, 'a b|. .|c d|e f'],
    ['deletes a column', deleteColumn, 'b|d|f'],
    ['deletes a row', deleteRow, 'c d|e f'],
    ['moves a row', moveInTable('row', 1), 'c d|a b|e f'],
    ['moves a column', moveInTable('column', 1), 'b a|d c|f e'],
    ['does not move a row out of the table', moveInTable('row', -1), 'a b|c d|e f'],
    ['makes a header row', toggleHeader('row'), '[a] [b]|c d|e f'],
    ['makes a header column', toggleHeader('column'), '[a] b|[c] d|[e] f'],
    ['goes as a whole', deleteTable, ''],
  ])('%s, and undo takes it back in one step', (_, command, expected) => {
    write(alice, 2, 'abcdef')
    alice.select('a')
    alice.run(command)
    expect(shown(alice)).toBe(expected)
    if (expected !== 'a b|c d|e f') alice.editor.undo()
    expect(shown(alice)).toBe('a b|c d|e f')
  })
  it('keeps the cursor in the cell that is moved, and the selection over the cells', () => {
    write(alice, 2, 'abcdef')
    alice.select('b', 'end')
    alice.run(moveInTable('row', 1))
    alice.run(moveInTable('row', 1))
    alice.run(moveInTable('column', -1))
    alice.type('!')
    expect(shown(alice)).toBe('d c|f e|b! a')
    selectCells(alice, 'd', 'c')
    alice.run(moveInTable('row', 1))
    alice.run(colourCells('green'))
    expect(shown(alice)).toBe('f e|d c|b! a')
    const coloured = [...alice.editor.view.dom.querySelectorAll('[data-colour]')].map((cell) => cell.textContent)
    expect(coloured).toEqual(['d', 'c'])
  })
  it('keeps the selected cells where Shift and an arrow find no further ones', () => {
    write(alice, 2, 'abcd')
    selectCells(alice, 'a', 'b')
    const { selection } = alice.editor.view.state
    for (const key of ['Shift-ArrowRight', 'Shift-ArrowUp']) expect(alice.press(key)).toBe(true)
    expect(alice.editor.view.state.selection.eq(selection)).toBe(true)
    alice.press('Shift-ArrowDown')
    alice.press('Delete')
    expect(shown(alice)).toBe('. .|. .')
  })
  it('keeps a header row and column whole when it grows', () => {
    write(alice, 2, 'abcd')
    alice.run(toggleHeader('row'))
    alice.run(toggleHeader('column'))
    alice.run(addColumnAfter)
    alice.run(addRowAfter)
    expect(shown(alice)).toBe('[a] [b] []|[c] d .|[] . .')
    alice.run(toggleHeader('row'))
    expect(shown(alice)).toBe('[a] b .|[c] d .|[] . .')
  })
  it('merges cells and splits them again', () => {
    write(alice, 2, 'abcd')
    selectCells(alice, 'a', 'b')
    alice.run(mergeCells)
    expect(shown(alice)).toBe('ab|c d')
    alice.select('a')
    alice.run(splitCell)
    expect(shown(alice)).toBe('ab .|c d')
    const [first, second] = columns(alice)
    expect(columns(alice)).toEqual([first, second, first, second])
  })
  it('aligns, colours and widens what is selected', () => {
    write(alice, 2, 'abcd')
    selectCells(alice, 'a', 'c')
    alice.run(alignCells('right'))
    alice.run(colourCells('yellow'))
    alice.run(widenColumns(40))
    const cells = [...alice.editor.view.dom.querySelectorAll('td')]
    expect(cells.map((cell) => [cell.dataset.align, cell.dataset.colour])).toEqual([
      ['right', 'yellow'],
      [undefined, undefined],
      ['right', 'yellow'],
      [undefined, undefined],
    ])
    const widths = () => [...alice.editor.view.dom.querySelectorAll('col')].map((column) => column.style.width)
    expect(widths()).toEqual(['200px', ''])
    setColumnWidth(3, 99.6)(alice.editor.view.state, alice.editor.view.dispatch)
    expect(widths()).toEqual(['100px', ''])
  })
  it('has columns whose edges can be dragged, and writes the width once', () => {
    write(alice, 2, 'abcd')
    const cell = alice.editor.view.dom.querySelector('td')
    const edits = alice.edits.length
    const at = (type: string, clientX: number) =>
      cell?.dispatchEvent(new PointerEvent(type, { clientX, button: 0, bubbles: true, cancelable: true }))
    at('pointerdown', 0)
    at('pointermove', 90)
    at('pointermove', 120)
    expect(alice.edits).toHaveLength(edits)
    at('pointerup', 120)
    expect(alice.edits).toHaveLength(edits + 1)
    expect([...alice.editor.view.dom.querySelectorAll('col')].map((column) => column.style.width)).toEqual([
      '120px',
      '',
    ])
  })
  it('does not come into another one', () => {
    write(alice, 2, 'abcd')
    expect(alice.run(insertTable(2, 2))).toBe(false)
  })
  it('is dragged, copied and deleted as one block', () => {
    write(alice, 2, 'abcd')
    alice.run(selectBlock(0))
    alice.press('Mod-Shift-d')
    expect(shown(alice)).toBe('a b|c d|a b|c d')
  })
  it('takes rows and columns that a spreadsheet gives as text', () => {
    write(alice, 2, 'abcd')
    alice.select('c', 'end')
    const event = new Event('paste') as ClipboardEvent
    const clipboardData = {
      getData: (type: string) => (type === 'text/plain' ? '1\t2\t3\r\n4\t5\t6\r\n' : ''),
      files: [],
    }
    Object.assign(event, { clipboardData })
    alice.editor.view.someProp('handlePaste', (handle) =>
      handle(alice.editor.view, event, alice.editor.view.state.doc.slice(0, 0)),
    )
    expect(shown(alice)).toBe('a b .|1 2 3|4 5 6')
  })
})

describe('two people in one table', () => {
  beforeEach(() => {
    write(alice, 2, 'abcd')
    alice.editor.focus('end')
    alice.type('below')
    deliver(alice, bob)
  })
  const meet = () => {
    deliver(alice, bob)
    deliver(bob, alice)
    expect(bob.shown()).toEqual(alice.shown())
  }

  it('may add a row and a column at once', () => {
    alice.select('a')
    alice.run(addColumnAfter)
    bob.select('c')
    bob.run(addRowAfter)
    meet()
    expect(shown(alice)).toBe('a . b|c . d|. . .')
  })
  it('may add columns in the same place at once', () => {
    for (const screen of [alice, bob]) {
      screen.select('a')
      screen.run(addColumnAfter)
    }
    meet()
    expect(shown(alice)).toBe('a . . b|c . . d')
  })
  it('keep what one writes in a new row of a column that the other deletes', () => {
    alice.select('a')
    alice.run(deleteColumn)
    bob.select('c')
    bob.run(addRowAfter)
    bob.press('Tab')
    bob.press('Shift-Tab')
    bob.select('c')
    bob.press('Tab')
    bob.press('Tab')
    bob.type('kept')
    meet()
    expect(shown(alice)).toBe('. b|. d|kept .')
  })
  it('keep their carets below and inside a table that is filled up', () => {
    alice.select('a')
    alice.run(addColumnAfter)
    bob.select('c')
    bob.run(addRowAfter)
    bob.select('below', 'end')
    alice.select('d', 'end')
    connect(alice, bob)
    bob.type('!')
    alice.type('?')
    expect(shown(bob)).toBe('a . b|c . d?|. . .')
    expect(bob.editor.view.state.doc.lastChild?.textContent).toBe('below!')
    expect(alice.shown()).toEqual(bob.shown())
  })
  it('make what fills a place real by writing in it, once', () => {
    alice.select('a')
    alice.run(addColumnAfter)
    bob.select('c')
    bob.run(addRowAfter)
    meet()
    const cells = alice.doc
      .getXmlFragment('body')
      .toString()
      .match(/<table_cell/g)?.length
    expect(cells).toBe(8)
    alice.select('d')
    alice.press('Tab')
    alice.press('Tab')
    alice.type('new')
    meet()
    expect(shown(bob)).toBe('a . b|c . d|. new .')
    expect(
      alice.doc
        .getXmlFragment('body')
        .toString()
        .match(/<table_cell/g),
    ).toHaveLength(9)
  })
  it('end with an empty cell after each deleted a different half', () => {
    alice.select('a')
    alice.run(deleteRow)
    bob.select('c')
    bob.run(deleteRow)
    meet()
    expect(shown(alice)).toBe('.')
    alice.select('below')
    expect(alice.editor.facts().readOnly).toBe(false)
  })
  it('undo their own changes only', () => {
    alice.select('a')
    alice.run(addColumnAfter)
    bob.select('c')
    bob.run(addRowAfter)
    meet()
    alice.editor.undo()
    meet()
    expect(shown(alice)).toBe('a b|c d|. .')
  })
})

describe('a hostile table', () => {
  const element = (
    name: string,
    attributes: Record<string, unknown> = {},
    ...children: (Y.XmlElement | Y.XmlText)[]
  ) => {
    const made = new Y.XmlElement(name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string)
    made.insert(0, children)
    return made
  }
  const from = (...blocks: Y.XmlElement[]) => {
    const doc = new Y.Doc()
    doc.getXmlFragment('body').insert(0, blocks)
    return createScreen({ state: Y.encodeStateAsUpdate(doc) })
  }
  const paragraph = () => element('paragraph', {}, new Y.XmlText('x'))

  it('attack 26 is cut to what there is', () => {
    const cell = element('table_cell', { colspan: 1e9, rowspan: -1, column: '"><script>', header: 'yes' }, paragraph())
    const mallory = from(element('table', {}, element('table_row', {}, cell)))
    expect(shown(mallory)).toBe('[x]')
    expect(mallory.editor.view.dom.querySelector('td')?.outerHTML).not.toMatch(/colspan|script/)
    expect(mallory.editor.facts().readOnly).toBe(false)
    mallory.close()
  })
  it('attack 26 is no table where rows, cells or other things stand in wrong places', () => {
    for (const block of [
      element('table_row', {}, element('table_cell', {}, paragraph())),
      element('table_cell', {}, paragraph()),
      element('table', {}, paragraph()),
      element('table', {}, element('table_row', {}, paragraph())),
    ]) {
      const mallory = from(block, paragraph())
      mallory.editor.view.state.doc.check()
      expect(mallory.editor.view.state.doc.textContent).toContain('x')
      expect(mallory.editor.facts().readOnly).toBe('newer-version')
      mallory.close()
    }
  })
  it('attack 26 that would fill the memory is shown as its text', () => {
    const rows = Array.from({ length: 300 }, (_, at) =>
      element('table_row', {}, element('table_cell', { column: `c${at}` }, paragraph())),
    )
    const mallory = from(element('table', {}, ...rows))
    expect(mallory.editor.view.state.doc.firstChild?.type.name).toBe('paragraph')
    mallory.close()
  })
})
