// @vitest-environment happy-dom
import { Node } from 'prosemirror-model'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { bodyNode } from '#lib/editor/shared-body'
import { addRowAfter, insertTable } from '#lib/editor/table-commands'
import { createTableView } from '#lib/editor/table-view'
import { schema } from '#lib/schema/schema'
import { createScreen, type Screen } from '#lib/testing/editor-screen'

describe('a large table', () => {
  const ROWS = 20
  const COLUMNS = 10
  let alice: Screen
  beforeEach(() => {
    alice = createScreen()
    alice.run(insertTable(ROWS, COLUMNS))
    alice.type('a')
  })
  afterEach(() => alice.close())
  const columnNames = (): unknown[] => {
    const names: unknown[] = []
    alice.editor.view.state.doc.descendants((node) => {
      if (node.type.name === 'table_cell') names.push(node.attrs.column)
    })
    return names
  }
  /** How often `act` calls a method; a key may not look at every cell. */
  const callsOf = (owner: object, method: string, act: () => void): number => {
    const spy = vi.spyOn(owner as Record<string, () => unknown>, method)
    act()
    const { length } = spy.mock.calls
    spy.mockRestore()
    return length
  }

  it('is written by looking at what changed, not at each of its cells', () => {
    expect(callsOf(Y.XmlElement.prototype, 'getAttributes', () => alice.type('b'))).toBeLessThan(COLUMNS)
    expect(bodyNode(alice.doc).eq(alice.editor.view.state.doc)).toBe(true)
  })
  it('has its columns named when cells come or go, by a few looks at each, not at each letter', () => {
    const looks = (act: () => void) => callsOf(Node.prototype, 'nodeAt', act)
    expect(looks(() => alice.type('b'))).toBeLessThan(ROWS)
    expect(looks(() => alice.run(addRowAfter))).toBeLessThan(4 * ROWS * COLUMNS)
    expect(new Set(columnNames()).size).toBe(COLUMNS)
  })
  it('has columns that its words do not widen', () => {
    const { table, table_row: row, table_cell: cell } = schema.nodes
    const rows = (count: number) =>
      Array.from({ length: count }, () =>
        row.create(
          null,
          Array.from({ length: 10 }, (_, column) => cell.create({ width: column === 0 ? 200 : null })),
        ),
      )
    const small = table.create(null, rows(50))
    const view = createTableView(small)
    const { dom } = view
    const isLarge = () => dom.classList.contains('is-large')
    expect(isLarge()).toBe(false)
    view.update(table.create(null, rows(51)))
    expect(isLarge()).toBe(true)
    expect(dom.querySelector('table')?.style.getPropertyValue('--least-width')).toBe('1064px')
    view.update(small)
    expect(isLarge()).toBe(false)
  })
  it('keeps the widths that its columns have when it grows large, until columns come or go', () => {
    const { table, table_row: row, table_cell: cell } = schema.nodes
    const filled = (rows: number, columns: number) =>
      table.create(
        null,
        Array.from({ length: rows }, () =>
          row.create(
            null,
            Array.from({ length: columns }, () => cell.create()),
          ),
        ),
      )
    const view = createTableView(filled(50, 10))
    const columns = () => [...view.dom.querySelectorAll('col')]
    const shown = [40, 160, ...Array.from({ length: 8 }, () => 75)]
    columns().forEach((column, at) => {
      column.getBoundingClientRect = () => new DOMRect(0, 0, shown[at], 0)
    })
    view.update(filled(51, 10))
    const widths = () => columns().map(({ style }) => style.width)
    expect(widths()).toEqual(shown.map((width) => `${width}px`))
    expect(view.dom.querySelector('table')?.style.getPropertyValue('--least-width')).toBe('800px')
    view.update(filled(52, 10))
    expect(widths()).toEqual(shown.map((width) => `${width}px`))
    view.update(filled(52, 11))
    expect(new Set(widths())).toEqual(new Set(['']))
    view.update(filled(5, 10))
    expect(new Set(widths())).toEqual(new Set(['']))
  })
})
