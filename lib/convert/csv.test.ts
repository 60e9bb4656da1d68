import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvToDoc, MAX_CELLS } from '#lib/convert/csv-page'
import { readCsv } from '#lib/convert/csv-rows'
import { createLosses } from '#lib/convert/losses'
import { docToMarkdown } from '#lib/convert/markdown'

const rowsOf = (text: string) => readCsv(text, () => 1e9).rows

function read(text: string, hrefs: Readonly<Record<string, string>> = {}) {
  const losses = createLosses()
  const doc = csvToDoc(text, {
    ...{ name: 'Ledger.csv', losses },
    hrefOfRow: (name) => hrefs[name],
    keepWhole: () => ({ file: '#enclosed/0', name: 'Ledger.csv' }),
  })
  doc.check()
  return { doc, losses: losses.list() }
}

describe('values in rows', () => {
  it('are read as spreadsheets write them', () => {
    expect(rowsOf('a,b\r\n"x, y","say ""hi"""\r\n"two\r\nlines",\n\n,\nlast')).toEqual([
      ['a', 'b'],
      ['x, y', 'say "hi"'],
      ['two\nlines', ''],
      ['last'],
    ])
    expect(rowsOf('a;b,c;d\n1;2;3')).toEqual([
      ['a', 'b,c', 'd'],
      ['1', '2', '3'],
    ])
    expect(rowsOf('a\tb')).toEqual([['a', 'b']])
  })
  it('come back whatever they are', () => {
    const value = fc.stringMatching(/^[a-z",; \n]{0,6}$/)
    const rows = fc.array(fc.array(value, { minLength: 2, maxLength: 4 }), { maxLength: 5 })
    const worded = rows.map((all) => [['head', 'x'], ...all.filter((row) => row.some((one) => one.trim() !== ''))])
    const quoted = (one: string) => `"${one.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(worded, (all) => {
        expect(rowsOf(all.map((row) => row.map(quoted).join(',')).join('\n'))).toEqual(all)
      }),
      { numRuns: 100 },
    )
  })
  it('attack: any text is read, a quote that never ends in one pass', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ';') }), (text) => void rowsOf(text)),
    )
    expect(rowsOf(`a,"${'"",'.repeat(100_000)}`)).toHaveLength(1)
  })
})

describe('a file of values as a page', () => {
  it('is a table with a header, and leads from a row to the page that stands for it', () => {
    const { doc, losses } = read('Payee,Sum\nEstuary,38.4\n"Har\nbour",', { Estuary: '#import/3' })
    expect(docToMarkdown(doc, { title: '' })).toBe(
      '| Payee | Sum |\n| --- | --- |\n| [Estuary](#import/3) | 38.4 |\n| Har<br>bour |  |\n',
    )
    expect(doc.firstChild?.firstChild?.firstChild?.attrs.header).toBe(true)
    expect(losses).toEqual([])
  })
  it('that is too long or too wide shows its beginning, offers the whole file and says so', () => {
    const { doc, losses } = read(Array.from({ length: MAX_CELLS }, (_, at) => `${at},x`).join('\n'))
    expect(doc.firstChild?.childCount).toBe(MAX_CELLS / 2)
    expect(doc.lastChild?.attrs).toEqual({ file: '#enclosed/0', name: 'Ledger.csv' })
    expect(losses).toEqual([{ kind: 'row', count: MAX_CELLS / 2, names: ['Ledger.csv'] }])
    const wide = read(Array.from({ length: 130 }, (_, at) => at).join(','))
    expect(wide.doc.firstChild?.firstChild?.childCount).toBe(100)
    expect(wide.losses).toEqual([{ kind: 'column', count: 30, names: ['Ledger.csv'] }])
  })
  it('attack: has no more cells where later rows are wider than the first', () => {
    const wide = Array.from({ length: 2000 }, () => Array(60).fill('x').join(',')).join('\n')
    const { doc, losses } = read(`Title\n${wide}`)
    const table = doc.child(0)
    expect(table.childCount).toBe(Math.floor(MAX_CELLS / 60))
    expect(table.child(0).childCount).toBe(60)
    expect(losses).toEqual([{ kind: 'row', count: 2001 - table.childCount, names: ['Ledger.csv'] }])
    expect(read(`${'a\n'.repeat(50)}${wide}`).doc.child(0)).toMatchObject({
      childCount: 50,
      firstChild: { childCount: 1 },
    })
  })
  it('without a word is an empty page', () => {
    expect(read(' , \n').doc.textContent).toBe('')
  })
})
