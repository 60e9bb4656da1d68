import { strToU8, type Zippable, zipSync } from 'fflate'
import { Fragment } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { docToMarkdown } from '#lib/convert/markdown'
import { openSlice } from '#lib/convert/page-slices'
import { MAX_PAGES, readArchive } from '#lib/convert/read-archive'
import { schema } from '#lib/schema/schema'

const ID = '0123456789abcdef0123456789abcdef'
const zip = (files: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? strToU8(content) : content]),
    ) as Zippable,
  )

function read(bytes: Uint8Array) {
  const found = readArchive(bytes)
  if (!found.ok) throw new Error(found.error.type)
  const pages = found.value.pages.map((page) => {
    if (page.type === 'html') return [page.title, page.html]
    const blocks = page.slices.flatMap((slice) => openSlice(slice).content.content)
    return [page.title, docToMarkdown(schema.node('doc', null, Fragment.from(blocks)), { title: '' })]
  })
  const enclosed = found.value.enclosed.map(({ name, content }) => [name, content?.size])
  return { pages, enclosed, losses: found.value.losses }
}

describe('an archive of pages', () => {
  it('of Notion becomes pages in their order, with titles without ids and links from page to page', () => {
    const inner = zip({
      [`Desk ${ID}.md`]: `# Desk\n\n[Sources](Desk/Sources%20${ID}.md), [Ledger](Desk/Ledger%20${ID}.csv) and [map](Desk/map.png)\n\n![map](Desk/map.png)\n`,
      [`Desk/Sources ${ID}.md`]: `# Sources\n\n[back](../Desk%20${ID}.md) [gone](Gone.md) [web](https://a.example/)\n`,
      'Desk/map.png': new Uint8Array([1]),
      [`Desk/Ledger ${ID}.csv`]: 'Payee,Sum\nEstuary: north,38',
      [`Desk/Ledger ${ID}_all.csv`]: 'Payee,Sum\nEstuary: north,38\nHarbour,12',
      [`Desk/Ledger ${ID}/Estuary north ${ID}.md`]: '# Estuary: north\n\nSum: 38',
    })
    expect(read(zip({ 'ExportBlock-Part-1.zip': inner }))).toEqual({
      pages: [
        ['Desk', '[Sources](#import/3), [Ledger](#import/1) and map\n\n![map](map.png)\n'],
        ['Ledger', '| Payee | Sum |\n| --- | --- |\n| [Estuary: north](#import/2) | 38 |\n| Harbour | 12 |\n'],
        ['Estuary: north', 'Sum: 38\n'],
        ['Sources', '[back](#import/0) gone [web](https://a.example/)\n'],
      ],
      enclosed: [['Desk/map.png', 1]],
      losses: [{ kind: 'link', count: 1, names: ['Desk/Gone.md'] }],
    })
  })
  it('keeps two tables apart that are called like the two that Notion writes', () => {
    const { pages, losses } = read(zip({ 'orders.csv': 'Order\n1', 'orders_all.csv': 'Customer\nAna' }))
    expect(pages).toEqual([
      ['orders', '| Order |\n| --- |\n| 1 |\n'],
      ['orders_all', '| Customer |\n| --- |\n| Ana |\n'],
    ])
    expect(losses).toEqual([])
  })
  it('of Obsidian leads names to notes wherever they are, and keeps what its program keeps for itself out', () => {
    const { pages, enclosed, losses } = read(
      zip({
        'Vault/.obsidian/app.json': '{}',
        'Vault/Home.md': 'See [[Ledger]], [[People/Ana Ruiz#Phone|Ana]], [[Nobody]], ![[map.png|300]] and `[[code]]`.',
        'Vault/Money/Ledger.md': '---\ntags: [a]\n---\nSums ![[Home]]',
        'Vault/People/Ana Ruiz.md': 'Ana',
        'Vault/map.png': new Uint8Array([1]),
      }),
    )
    expect(pages).toEqual([
      ['Vault', '- [Home](#import/1)\n- [Money](#import/2)\n- [People](#import/4)\n'],
      ['Home', 'See [Ledger](#import/3), [Ana](#import/5), Nobody,\n\n![](map.png)\n\nand `[[code]]`.\n'],
      ['Money', '- [Ledger](#import/3)\n'],
      ['Ledger', 'Sums [Home](#import/1)\n'],
      ['People', '- [Ana Ruiz](#import/5)\n'],
      ['Ana Ruiz', 'Ana\n'],
    ])
    expect(enclosed).toEqual([['Vault/map.png', 1]])
    expect(losses).toEqual([{ kind: 'link', count: 1, names: ['Nobody'] }])
  })
  it('parts text, headings, items and cells where a picture stands, and keeps what is linked or styled around it', () => {
    const text = [
      'one ![A](in/a.png) two',
      '# Head ![B](in/b.png)',
      '- ![A](in/a.png)\n- [x] done ![B](in/b.png)',
      '> **bold ![A](in/a.png) on** [![B](in/b.png)](https://b.example) end',
      '| h |\n| --- |\n| ![A](in/a.png) |',
      '![gone](in/gone.png) ![web](https://a.example/w.png)',
    ].join('\n\n')
    const found = readArchive(zip({ 'n.md': text, 'in/a.png': 'a', 'in/b.png': 'b' }))
    if (!found.ok || found.value.pages[0]?.type !== 'read') throw new Error('not read')
    const doc = openSlice(found.value.pages[0].slices[0] as never)
    doc.check()
    expect(docToMarkdown(doc, { title: '' })).toBe(
      [
        'one\n\n![A](a.png)\n\ntwo',
        '# Head\n\n![B](b.png)',
        '- ![A](a.png)\n\n- [x] done\n\n  ![B](b.png)',
        '> **bold  on**\n>\n> ![A](a.png)\n>\n> ![B](b.png)\n>\n> end',
        '| h |\n| --- |\n| ![A](a.png) |',
        'gone [web](https://a.example/w.png)\n',
      ].join('\n\n'),
    )
    expect(found.value.losses).toEqual([{ kind: 'image', count: 1, names: ['in/gone.png'] }])
  })
  it('F1 offers a file that is linked to as a block: in place of a line that only names it, else below its words', () => {
    const text = [
      '[Report](in/report%20final.pdf)',
      'See [report.pdf](in/report%20final.pdf) and [more](in/odd) here',
      '- [x](in/odd)',
      '[web](https://a.example/in/odd) [gone](in/gone.pdf)',
    ].join('\n\n')
    const found = readArchive(zip({ 'n.md': text, 'in/report final.pdf': 'pdf', 'in/odd': 'odd', 'in/loose.bin': 'x' }))
    if (!found.ok || found.value.pages[0]?.type !== 'read') throw new Error('not read')
    const doc = openSlice(found.value.pages[0].slices[0] as never)
    doc.check()
    const shown: unknown[] = []
    doc.descendants(({ type, attrs, textContent, isTextblock }) => {
      if (isTextblock) shown.push(textContent)
      if (type.name === 'file') shown.push([attrs.file, attrs.name])
    })
    expect(shown).toEqual([
      ['#enclosed/0', 'report final.pdf'],
      'See report.pdf and more here',
      ['#enclosed/0', 'report.pdf'],
      ['#enclosed/1', 'odd'],
      ['#enclosed/1', 'odd'],
      'web gone',
    ])
    expect(found.value.losses).toEqual([{ kind: 'link', count: 1, names: ['in/gone.pdf'] }])
  })
  it('attack: gives pictures no room that its text needs, and takes none larger than it says', () => {
    const many = zip({ 'a.md': '![](p.png) x', 'p.png': new Uint8Array(5000) })
    const found = readArchive(many, { left: 5000 })
    expect(found.ok && found.value.enclosed).toEqual([{ name: 'p.png', content: undefined }])
    expect(found.ok && found.value.losses).toEqual([])
  })
  it('takes the note that stands for a folder as its page', () => {
    const { pages } = read(zip({ 'a/README.md': 'Hello', 'a/b.txt': 'one\ntwo', 'c.html': '<p>c' }))
    expect(pages).toEqual([
      ['a', 'Hello\n'],
      ['b', 'one\\\ntwo\n'],
      ['c', '<p>c'],
    ])
  })
  it('tells of a file that cannot be read and brings in the others', () => {
    const { pages, losses } = read(zip({ 'a.md': 'A', 'b.md': new Uint8Array([0xff, 0xfe]), 'c.md': '> '.repeat(300) }))
    expect(pages.map(([title]) => title)).toEqual(['a', 'b', 'c'])
    expect(losses).toEqual([{ kind: 'unreadable', count: 2, names: ['b.md', 'c.md'] }])
  })
  it('attack: with nothing to read, nothing readable or too much in it is refused', () => {
    expect(readArchive(zip({ 'a.png': 'x' }))).toEqual({ ok: false, error: { type: 'no-pages' } })
    expect(readArchive(zip({ 'a.md': new Uint8Array([0xff]) }))).toEqual({ ok: false, error: { type: 'damaged' } })
    const many = Object.fromEntries(Array.from({ length: MAX_PAGES + 1 }, (_, at) => [`${at}.md`, 'x']))
    expect(readArchive(zip(many))).toEqual({ ok: false, error: { type: 'too-many-pages', limit: MAX_PAGES } })
    expect(readArchive(strToU8('PK nothing'))).toEqual({ ok: false, error: { type: 'not-zip' } })
  })
  it('attack: unpacks archives in it once, within one budget', () => {
    const bomb = zip({ 'bomb.txt': 'harbour '.repeat(50_000) })
    const bombs = zip({ '1.zip': bomb, '2.zip': bomb, '3.zip': bomb })
    const found = readArchive(bombs, { left: 1_000_000 })
    expect(found.ok && found.value.losses).toEqual([{ kind: 'unreadable', count: 1, names: ['bomb.txt'] }])
    expect(readArchive(zip({ 'a.zip': zip({ 'b.zip': zip({ 'c.md': 'c' }) }) }))).toEqual({
      ok: false,
      error: { type: 'no-pages' },
    })
  })
  it('attack: with paths of a thousand folders is read without a thousand pages', () => {
    expect(read(zip({ [`${'a/'.repeat(1000)}b.md`]: 'B' })).pages.length).toBeLessThan(30)
  })
})
