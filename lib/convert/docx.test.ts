import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { strToU8, type Zippable, zipSync } from 'fflate'
import type { Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { pictureXml } from '#lib/convert/docx-picture'
import { docxToDoc } from '#lib/convert/docx-reader'
import { docToDocx } from '#lib/convert/docx-writer'
import { createFileShelf } from '#lib/convert/enclosed-files'
import { createLosses } from '#lib/convert/losses'
import { docToMarkdown, markdownToDoc } from '#lib/convert/markdown'
import { parseXml } from '#lib/convert/xml-tree'
import { fullBudget, readZip } from '#lib/convert/zip-files'
import { schema } from '#lib/schema/schema'

const docOf = (markdown: string) => {
  const read = markdownToDoc(markdown)
  if (!read.ok) throw new Error(read.error.type)
  return read.value.doc
}
function read(bytes: Uint8Array) {
  const losses = createLosses()
  const page = docxToDoc(bytes, losses)
  if (!page.ok) throw new Error(page.error.type)
  const { doc, title } = page.value
  return { title, markdown: docToMarkdown(doc, { title: '' }), losses: losses.list() }
}
const PLACE = { number: 1, relation: 'picture1', room: 9026, name: 'a', alt: '' }
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
const file = (body: string, parts: Readonly<Record<string, string>> = {}) =>
  zipSync(
    Object.fromEntries(
      Object.entries({ 'word/document.xml': `<w:document ${W}><w:body>${body}</w:body></w:document>`, ...parts }).map(
        ([path, text]) => [path, strToU8(text)],
      ),
    ) as Zippable,
  )

describe('a Word file', () => {
  it('that was written here reads back as the same page', () => {
    const markdown =
      '## Head\n\na **b** *c* ~~d~~ <u>e</u> <mark>f</mark> `g` [h](https://a.example/) 5 < 6\\\nnext\n\n- one\n  - two\n    - three\n- four\n\n3. five\n4. six\n\n- [x] done\n- [ ] open\n\n> said\n>\n> twice\n\n> [!NOTE]\n> mind\n\n```\nlet x\n\tlet y\n```\n\n| Payee | Sum |\n| --- | ---: |\n| Estuary | 38.4 |\n\n---\n\nשלום\n'
    expect(read(docToDocx(docOf(markdown), { title: 'Harbour <desk> & more' }))).toEqual({
      title: 'Harbour <desk> & more',
      markdown,
      losses: [],
    })
  })
  it('has only parts that are whole XML, without signs that XML does not know', () => {
    const doc = docOf('a\u0001b\ufffe \ud800 c\n\n> [!TIP]\n> x\n\n1. a\n\n| a |\n| --- |\n| - b |')
    const parts = readZip(docToDocx(doc, { title: 'T' }), fullBudget())
    if (!parts.ok) throw new Error(parts.error.type)
    expect(parts.value.map(({ path }) => path)).toContain('[Content_Types].xml')
    for (const part of parts.value) {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(part.bytes())
      expect(parseXml(text), part.path).toBeDefined()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: reason: these are what must not be there
      expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
    }
  })
  it('of LibreOffice keeps what a page can hold, and goes on counting', () => {
    expect(read(readFileSync('lib/convert/fixtures/libreoffice.docx'))).toEqual({
      title: 'Harbour register',
      markdown: readFileSync('lib/convert/fixtures/libreoffice.md', 'utf8'),
      losses: [],
    })
  })
  it('of Word keeps what a page can hold and tells of the rest', () => {
    const fixture = (name: string) => readFileSync(`lib/convert/fixtures/word-${name}.xml`, 'utf8')
    const parts = {
      'word/document.xml': fixture('document'),
      'word/styles.xml': fixture('styles'),
      'word/numbering.xml': fixture('numbering'),
      'word/_rels/document.xml.rels': fixture('relations'),
      'word/footnotes.xml': fixture('footnotes'),
    }
    expect(read(file('', parts))).toEqual({
      title: 'The contract',
      markdown: readFileSync('lib/convert/fixtures/word.md', 'utf8'),
      losses: [
        { kind: 'footnote', count: 1, names: [] },
        { kind: 'revision', count: 2, names: [] },
        { kind: 'image', count: 1, names: ['A map'] },
        { kind: 'drawing', count: 1, names: ['Text Box 2'] },
        { kind: 'comment', count: 1, names: [] },
        { kind: 'formula', count: 1, names: [] },
      ],
    })
  })
  it('brings its pictures along, each once, below the text of an item and beside other text', () => {
    const relations =
      '<Relationships><Relationship Id="p" Target="media/dot.png"/><Relationship Id="q" Target="/word/media/gone.png"/></Relationships>'
    const drawing = (id: string) =>
      `<w:r><w:drawing><wp:docPr name="Picture 1" descr="A dot"/><a:blip r:embed="${id}"/></w:drawing></w:r>`
    const words = '<w:r><w:t>x</w:t></w:r>'
    const body = `<w:p>${drawing('p')}${words}</w:p><w:p>${words}${drawing('p')}${drawing('q')}</w:p><w:p><w:r><w:t>☐ task</w:t></w:r>${drawing('p')}</w:p>`
    const losses = createLosses()
    const shelf = createFileShelf(1000)
    const bytes = file(body, { 'word/_rels/document.xml.rels': relations, 'word/media/dot.png': 'dot' })
    const page = docxToDoc(bytes, losses, shelf)
    if (!page.ok) throw new Error(page.error.type)
    page.value.doc.check()
    expect(docToMarkdown(page.value.doc, { title: '' })).toBe(
      '![A dot](dot.png)\n\nx\n\nx\n\n![A dot](dot.png)\n\n- [ ] task\n\n  ![A dot](dot.png)\n',
    )
    expect(shelf.list().map(({ name, content }) => [name, content?.size])).toEqual([['word/media/dot.png', 3]])
    expect(losses.list()).toEqual([{ kind: 'image', count: 1, names: ['A dot'] }])
  })
  it('F1 carries the pictures of a page as parts, as wide as the page says, with description and caption', () => {
    const picture = (width: number | null, file = 'f') =>
      schema.node('image', { file, name: 'map.png', alt: 'A "map" <1>', width, pixels: '800x400' }, [
        schema.node('image_caption', null, [schema.text('The map')]),
      ])
    const cell = (...blocks: Node[]) => schema.node('table_cell', null, blocks)
    const text = schema.node('paragraph')
    const doc = schema.node('doc', null, [
      picture(50),
      schema.node('list', { kind: 'bullet' }, [text, picture(null)]),
      schema.node('table', null, [schema.node('table_row', null, [cell(picture(100)), cell(text)])]),
      picture(null, 'gone'),
    ])
    const pictures = [{ file: 'f', ending: 'png' as const, pixels: '800x400', bytes: new Uint8Array([1, 2]) }]
    const parts = readZip(docToDocx(doc, { title: '', pictures }), fullBudget())
    if (!parts.ok) throw new Error(parts.error.type)
    const part = (path: string) => parts.value.find((one) => one.path === path)?.bytes()
    const textOf = (path: string) => new TextDecoder().decode(part(path))
    expect(part('word/media/picture1.png')).toEqual(new Uint8Array([1, 2]))
    expect(textOf('[Content_Types].xml')).toContain('<Default Extension="png" ContentType="image/png"/>')
    expect(textOf('word/_rels/document.xml.rels')).toContain('/image" Target="media/picture1.png"/>')
    const xml = textOf('word/document.xml')
    const half = (9026 * 635) / 2
    const sizes = Array.from(xml.matchAll(/<wp:extent cx="(\d+)" cy="(\d+)"/g), ([, x, y]) => [Number(x), Number(y)])
    expect(sizes).toEqual([
      [Math.round(half), Math.round(half / 2)],
      [(9026 - 360) * 635, Math.round(((9026 - 360) * 635) / 2)],
      [(4513 - 216) * 635, Math.round(((4513 - 216) * 635) / 2)],
    ])
    expect(Array.from(xml.matchAll(/<wp:docPr id="(\d)"/g), ([, id]) => id)).toEqual(['1', '2', '3'])
    expect(xml).toContain('descr="A &quot;map&quot; &lt;1&gt;"')
    expect(xml).toContain('[A &quot;map&quot; &lt;1&gt;]')
    expect(parseXml(xml)).toBeDefined()
  })
  it('F1 gives pictures back with width, description and caption', () => {
    const picture = (width: number | null, ...caption: Node[]) =>
      schema.node('image', { file: 'f', name: 'a.png', alt: 'A dot', width }, [
        schema.node('image_caption', null, caption),
      ])
    const words = [schema.text('The '), schema.text('dot', [schema.marks.bold.create()])]
    const doc = schema.node('doc', null, [picture(40, ...words), picture(null), schema.node('paragraph', null, words)])
    const pictures = [{ file: 'f', ending: 'png' as const, pixels: '1600x400', bytes: new Uint8Array([1]) }]
    const again = docxToDoc(docToDocx(doc, { title: '', pictures }), createLosses(), createFileShelf(100))
    if (!again.ok) throw new Error(again.error.type)
    const bare = ({ content }: Node) =>
      content.content.map((one) => [one.type.name, one.attrs.width, one.attrs.alt, one.textContent])
    expect(bare(again.value.doc)).toEqual(bare(doc))
  })
  it('F1 draws a picture that begins an item beside the marker of the item', () => {
    const picture = schema.node('image', { file: 'f' }, [schema.node('image_caption')])
    const doc = schema.node('doc', null, [schema.node('list', { kind: 'bullet' }, [picture])])
    const pictures = [{ file: 'f', ending: 'png' as const, pixels: '8x4', bytes: new Uint8Array([1]) }]
    const parts = readZip(docToDocx(doc, { title: '', pictures }), fullBudget())
    const text =
      parts.ok && new TextDecoder().decode(parts.value.find(({ path }) => /document.xml$/.test(path))?.bytes())
    expect(text).toMatch(/<w:body><w:p><w:pPr><w:numPr>(?:(?!<\/w:p>).)*<w:drawing>/)
  })
  it('F1 draws no picture higher than a page, and none without a size', () => {
    const image = (pixels: string) => ({ ...PLACE, pixels, width: 100 })
    const [, down] = /cx="\d+" cy="(\d+)"/.exec(pictureXml(image('10x4000'))) ?? []
    expect(Number(down)).toBeLessThanOrEqual(13_900 * 635)
    expect(pictureXml(image(''))).toBe('')
  })
  it('attack: leads nowhere but to the web', () => {
    const relations =
      '<Relationships><Relationship Id="a" Target="javascript:alert(1)" TargetMode="External"/><Relationship Id="b" Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    const body =
      '<w:p><w:hyperlink r:id="a"><w:r><w:t>a</w:t></w:r></w:hyperlink><w:hyperlink r:id="b"><w:r><w:t>b</w:t></w:r></w:hyperlink></w:p>'
    expect(read(file(body, { 'word/_rels/document.xml.rels': relations })).markdown).toBe('ab\n')
  })
  it('attack: that is none, is damaged, or nests too deep is refused', () => {
    const problem = (bytes: Uint8Array) => {
      const page = docxToDoc(bytes, createLosses())
      return page.ok ? undefined : page.error.type
    }
    expect(problem(strToU8('no zip'))).toBe('damaged')
    expect(problem(zipSync({ 'a.xml': strToU8('<a/>') }))).toBe('damaged')
    expect(problem(file('<w:p>'))).toBe('damaged')
    const deep = (levels: number) => '<w:tbl><w:tr><w:tc>'.repeat(levels) + '</w:tc></w:tr></w:tbl>'.repeat(levels)
    expect(problem(file(deep(60)))).toBe('too-deep')
    expect(problem(file(deep(5000)))).toBe('damaged')
  })
  it('attack: that unpacks to more text than is read is refused before it is unpacked', () => {
    const bomb = zipSync({ 'word/document.xml': [new Uint8Array(33 * 1_048_576), { level: 1 }] })
    expect(docxToDoc(bomb, createLosses())).toEqual({ ok: false, error: { type: 'too-large', limitMegabytes: 32 } })
  })
  it('attack: with any piece of it turned into anything is read or refused, and a page then is valid', () => {
    const text = `<w:document ${W}><w:body><w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr></w:tc></w:tr></w:tbl></w:body></w:document>`
    const numbering =
      '<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(30), fc.string({ maxLength: 8 }), (at, length, piece) => {
        const parts = {
          'word/document.xml': text.slice(0, at) + piece + text.slice(at + length),
          'word/numbering.xml': numbering,
        }
        const page = docxToDoc(file('', parts), createLosses())
        if (page.ok) page.value.doc.check()
      }),
      { numRuns: 300 },
    )
  })
})
