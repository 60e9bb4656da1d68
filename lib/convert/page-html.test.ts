// @vitest-environment happy-dom
import { Slice } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { createFileLinks } from '#lib/convert/archive-links'
import { withComments } from '#lib/convert/comment-blocks'
import { docToDocx } from '#lib/convert/docx-writer'
import { htmlToDoc } from '#lib/convert/html-page'
import { inertHtml } from '#lib/convert/inert-html'
import { createLosses } from '#lib/convert/losses'
import { docToMarkdown, markdownToDoc } from '#lib/convert/markdown'
import { docToHtml } from '#lib/convert/page-html'
import { fullBudget, readZip } from '#lib/convert/zip-files'
import { plainText } from '#lib/editor/plain-text'
import { schema } from '#lib/schema/schema'

const docOf = (markdown: string) => {
  const read = markdownToDoc(markdown)
  if (!read.ok) throw new Error(read.error.type)
  return read.value.doc
}
const NONE = new Map<string, string>()
const parse = (html: string) => new DOMParser().parseFromString(html, 'text/html')

describe('a page as one HTML file', () => {
  it('reads back as the same page', () => {
    const markdown =
      '## Head\n\na **b** [c](https://a.example/) `d` <mark>e</mark>\n\n- one\n  - [x] two\n\n3. three\n4. four\n\n> said\n\n> [!TIP]\n> mind\n\n```js\nlet x\n```\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n---\n\nend\n'
    const html = docToHtml(docOf(markdown), { title: 'Harbour <desk>', pictures: NONE })
    const links = createFileLinks('a', { byPath: new Map(), byName: new Map(), files: new Map() }, createLosses())
    const read = htmlToDoc(inertHtml(html), { parse, links })
    if (!read.ok) throw new Error(read.error.type)
    expect(read.value.title).toBe('Harbour <desk>')
    expect(docToMarkdown(read.value.doc, { title: '' })).toBe(markdown)
  })
  it('keeps of a link into the app its words alone', () => {
    const html = docToHtml(docOf('See **[next](#/w/workspaceid/pageid)**'), { title: '', pictures: NONE })
    expect(html).toContain('See <strong>next</strong>')
    expect(html).not.toContain('workspaceid')
  })
  it('attack: runs and fetches nothing, whatever stands on the page', () => {
    const html = docToHtml(docOf('<script>alert(1)</script> <img src=x onerror=alert(1)>'), {
      title: '</title><script>',
      pictures: NONE,
    })
    expect(html).toContain("default-src 'none'")
    expect(html).not.toMatch(/<script|<img|<link|src=(?!x onerror)|https?:/)
    expect(html).toContain('<title>&lt;/title&gt;&lt;script&gt;</title>')
  })
})

describe('pictures and files of a page that goes out', () => {
  const node = schema.node.bind(schema)
  const caption = node('image_caption', null, [schema.text('The map')])
  const doc = node('doc', null, [
    node('image', { file: 'SECRET-KEY', name: 'map.png', alt: 'A map' }, [caption]),
    node('file', { file: 'SECRET-KEY', name: 'ledger.pdf' }),
  ])
  it('attack: are named, and what opens them stays here', () => {
    const html = docToHtml(doc, { title: '', pictures: NONE })
    expect(html).not.toMatch(/SECRET|data-file/)
    for (const words of ['[A map]', 'The map', 'ledger.pdf']) expect(html).toContain(words)
    const parts = readZip(docToDocx(doc, { title: '' }), fullBudget())
    const text = parts.ok ? parts.value.map((part) => new TextDecoder().decode(part.bytes())).join('') : ''
    expect(text).not.toContain('SECRET')
    for (const words of ['[A map]', 'The map', '[ledger.pdf]']) expect(text).toContain(words)
    expect(plainText(new Slice(doc.content, 0, 0))).toBe('[A map]\nThe map\n\n[ledger.pdf]')
  })
})

describe('F1 pictures of a page that goes out as HTML', () => {
  const DOT = 'data:image/png;base64,iVBORw0KGgo='
  const picture = (width: number | null, ...caption: ReturnType<typeof schema.text>[]) =>
    schema.node('image', { file: 'SECRET', name: 'map.png', alt: 'A "map"', width }, [
      schema.node('image_caption', null, caption),
    ])
  const written = (...blocks: ReturnType<typeof picture>[]) =>
    docToHtml(schema.node('doc', null, blocks), { title: '', pictures: new Map([['SECRET', DOT]]) })
  it('are in it, with their width, their description and their caption', () => {
    expect(written(picture(50, schema.text('The map')), picture(null))).toContain(
      `<figure><img alt="A &quot;map&quot;" width="50%" src="${DOT}"><figcaption dir="auto">The map</figcaption></figure>` +
        `<figure><img alt="A &quot;map&quot;" src="${DOT}"></figure>`,
    )
  })
  it('come back from it with width, description and caption', () => {
    const html = written(
      picture(50, schema.text('The '), schema.text('map', [schema.marks.bold.create()])),
      picture(null),
    )
    const links = createFileLinks('a', { byPath: new Map(), byName: new Map(), files: new Map() }, createLosses())
    const kept: string[] = []
    const read = htmlToDoc(
      inertHtml(html, (address) => kept.push(address) - 1),
      { parse, links },
    )
    if (!read.ok) throw new Error(read.error.type)
    expect(kept).toEqual([DOT, DOT])
    expect(
      read.value.doc.content.content.map(({ attrs, content }) => [
        attrs.width,
        attrs.alt,
        content.firstChild?.toJSON(),
      ]),
    ).toEqual([
      [
        50,
        'A "map"',
        picture(50, schema.text('The '), schema.text('map', [schema.marks.bold.create()])).firstChild?.toJSON(),
      ],
      [null, 'A "map"', { type: 'image_caption' }],
    ])
  })
  it('attack: are nowhere but in it: no address of the app, nothing that opens the file', () => {
    expect(written(picture(50))).not.toMatch(/SECRET|blob:|data-file|https?:/)
  })
})

describe('comments that leave with their page', () => {
  const remarks = [
    { by: 'Ana', at: Date.UTC(2026, 10, 26), text: 'Really *this*?\n\nSecond line' },
    { by: 'Bo', at: Number.NaN, text: 'Yes' },
  ]
  it('stand below it, with their words, their authors and their days', () => {
    const doc = withComments(docOf('Text'), [{ quote: 'Tex', resolved: true, remarks }])
    expect(docToMarkdown(doc, { title: '' })).toBe(
      'Text\n\n---\n\n## Comments\n\n> Tex (resolved)\n\n- **Ana**, 2026-11-26: Really \\*this\\*?\n\n  Second line\n\n- **Bo**, ?: Yes\n',
    )
  })
  it('leave a page without any as it is', () => {
    const doc = docOf('Text')
    expect(withComments(doc, [])).toBe(doc)
  })
})
