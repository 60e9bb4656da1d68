import fc from 'fast-check'
import type { Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { arrangeTable, MAX_PLACES } from '#lib/schema/arrange-table'
import { schema } from '#lib/schema/schema'

const { nodes } = schema
/** "a:words" is a cell of column a; "a2x3:words" spans two columns and three rows; ":words" names no column. */
function cell(said: string): Node {
  const [, name, across = '1', down = '1', words = ''] = /^([a-z]*)(?:(\d+)x(\d+))?:(.*)$/.exec(said) ?? []
  return nodes.table_cell.create(
    { column: name || null, colspan: Number(across), rowspan: Number(down) },
    nodes.paragraph.create(null, words ? schema.text(words) : null),
  )
}
const table = (...rows: string[][]) =>
  nodes.table.create(
    null,
    rows.map((cells) => nodes.table_row.create(null, cells.map(cell))),
  )
const arranged = (made: Node) =>
  arrangeTable(made)?.map(({ row }) =>
    row.content.content.map(({ attrs, textContent }) => {
      const span = attrs.colspan * attrs.rowspan > 1 ? `${attrs.colspan}x${attrs.rowspan}` : ''
      return `${attrs.column ?? ''}${span}:${textContent}`
    }),
  )

describe('a table that people changed at once', () => {
  it('stays as it is when it is whole, node for node', () => {
    const whole = table(['a2x1:both'], ['a:1', 'b1x2:2'], ['a:3'])
    expect(arrangeTable(whole)?.map(({ row }) => row)).toEqual(whole.content.content)
    for (const [index, { row }] of (arrangeTable(whole) ?? []).entries()) expect(row).toBe(whole.child(index))
  })
  it('fills a new row where somebody else added a column', () => {
    expect(arranged(table(['a:1', 'x:new', 'b:2'], ['a:3', 'b:4']))).toEqual([
      ['a:1', 'x:new', 'b:2'],
      ['a:3', 'x:', 'b:4'],
    ])
  })
  it('keeps what was written in a new row of a column that somebody else deleted', () => {
    expect(arranged(table(['a:1', 'c:3'], ['a:4', 'b:kept', 'c:6']))).toEqual([
      ['a:1', 'b:', 'c:3'],
      ['a:4', 'b:kept', 'c:6'],
    ])
  })
  it('puts two new columns in one order in every row', () => {
    const [first, second] = [
      ['a:', 'x:1', 'y:2'],
      ['a:', 'x:3', 'y:4'],
    ]
    expect(arranged(table(first, second, ['a:']))?.map((row) => row.map((said) => said[0]))).toEqual(
      Array.from({ length: 3 }, () => ['a', 'x', 'y']),
    )
  })
  it('ends a span where a row or column was added inside it', () => {
    expect(arranged(table(['a2x2:all'], ['a:new', 'b:row'], []))).toEqual([
      ['a2x1:all'],
      ['a:new', 'b:row'],
      ['a:', 'b:'],
    ])
    expect(arranged(table(['a3x1:all'], ['a:1', 'x:2', 'b:3', 'c:4']))).toEqual([
      ['a3x1:all', 'c:'],
      ['a:1', 'x:2', 'b:3', 'c:4'],
    ])
  })
  it('puts two cells of one place into one, and drops no word', () => {
    expect(arranged(table(['a:one', 'a:two', 'b:'], ['a:', 'a:three']))).toEqual([
      ['a:onetwo', 'b:'],
      ['a:three', 'b:'],
    ])
  })
  it('shows a table of which everything was deleted as one empty cell', () => {
    expect(arranged(table([], []))).toEqual([[':'], [':']])
  })
  it('lines up cells without names by their places', () => {
    expect(arranged(table([':1', ':2'], [':3']))).toEqual([
      [':1', ':2'],
      [':3', ':'],
    ])
  })
  it('attack 26 cuts spans of any size and shows no table that would fill the memory', () => {
    expect(arranged(table(['a9999999x9999999:big'], ['a:1']))).toEqual([['a:big'], ['a:1']])
    const wide = Array.from({ length: 300 }, (_, row) =>
      nodes.table_row.create(null, nodes.table_cell.create({ column: `c${row}` }, nodes.paragraph.create())),
    )
    expect(300 * 300).toBeGreaterThan(MAX_PLACES)
    expect(arrangeTable(nodes.table.create(null, wide))).toBeUndefined()
  })
})

const anySpan = fc.oneof(fc.integer({ min: -1, max: 4 }), fc.constantFrom('2', null, Number.NaN, 1.5, 1e9))
const anyCell = fc
  .record({
    column: fc.constantFrom('a', 'b', 'c', 'd', 'e', null, 7, 'no name'),
    colspan: anySpan,
    rowspan: anySpan,
    words: fc.constantFrom('', 'x', 'y z'),
  })
  .map(({ words, ...attributes }) =>
    nodes.table_cell.create(attributes, nodes.paragraph.create(null, words ? schema.text(words) : null)),
  )
const anyTable = fc
  .array(
    fc.array(anyCell, { maxLength: 5 }).map((cells) => nodes.table_row.create(null, cells)),
    { minLength: 1, maxLength: 5 },
  )
  .map((rows) => nodes.table.create(null, rows))
const letters = (text: string) => [...text].sort().join('')

describe('any rows of any cells', () => {
  it('cover every place of the grid once, lose no letter, and with names arrange no further', () => {
    fc.assert(
      fc.property(anyTable, (made) => {
        const rows = (arrangeTable(made) ?? []).map(({ row }) => row)
        const after = made.copy(made.content.cut(0, 0).append(nodes.table.create(null, rows).content))
        after.check()
        expect(letters(after.textContent)).toBe(letters(made.textContent))
        const places = new Map<string, number>()
        const open: number[] = []
        let widest = 0
        rows.forEach((row, at) => {
          let place = 0
          row.forEach(({ attrs }) => {
            while ((open[place] ?? 0) > at) place++
            for (let across = 0; across < attrs.colspan; across++) {
              for (let down = 0; down < attrs.rowspan; down++) {
                const key = `${at + down}/${place + across}`
                places.set(key, (places.get(key) ?? 0) + 1)
              }
              open[place + across] = at + attrs.rowspan
            }
            place += attrs.colspan
            widest = Math.max(widest, place)
          })
        })
        expect([...places.values()].every((times) => times === 1)).toBe(true)
        expect(places.size).toBe(rows.length * Math.max(widest, open.length))
        if (/"column":(null|7|"no name")/.test(JSON.stringify(after))) return
        for (const [index, { row }] of (arrangeTable(after) ?? []).entries())
          expect(row.eq(after.child(index))).toBe(true)
      }),
    )
  })
})
