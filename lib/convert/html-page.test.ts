// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ArchivePlaces, createFileLinks } from '#lib/convert/archive-links'
import { htmlToDoc } from '#lib/convert/html-page'
import { inertHtml } from '#lib/convert/inert-html'
import { createLosses } from '#lib/convert/losses'
import { docToMarkdown } from '#lib/convert/markdown'

const fixture = (name: string) => readFileSync(`lib/convert/fixtures/${name}`, 'utf8')
const parse = (html: string) => new DOMParser().parseFromString(html, 'text/html')

const NOWHERE: ArchivePlaces = { byPath: new Map(), byName: new Map(), files: new Map() }

function read(html: string, places: Partial<ArchivePlaces> = {}) {
  const losses = createLosses()
  const kept: string[] = []
  const all = { ...NOWHERE, ...places }
  const page = htmlToDoc(
    inertHtml(html, (address) => (address.startsWith('data:') ? kept.push(address) - 1 : undefined)),
    {
      parse,
      links: createFileLinks('page.html', all, losses),
    },
  )
  if (!page.ok) throw new Error(page.error.type)
  const { doc, title = '' } = page.value
  return { doc, title, markdown: docToMarkdown(doc, { title: '' }), losses: losses.list(), kept }
}

describe('a page of HTML', () => {
  it('of Notion comes in as what it means, with its links led and its image told of', () => {
    const sources = 'Harbour desk/Sources 0123456789abcdef0123456789abcdef.html'
    const page = read(fixture('notion-page.html'), { byPath: new Map([[sources, 4]]) })
    expect(page.title).toBe('Harbour desk')
    expect(page.markdown).toBe(fixture('notion-page.md'))
    expect(page.losses).toEqual([
      { kind: 'link', count: 1, names: ['javascript:alert(1)'] },
      { kind: 'image', count: 1, names: ['map.png'] },
    ])
  })
  it.each([
    ['<aside>©2024 Acme Ltd</aside>', '©2024 Acme Ltd\n'],
    ['<aside>↔ wide, ™ and ®</aside>', '↔ wide, ™ and ®\n'],
    ['<aside><ul><li>💡 idea</li></ul></aside>', '- 💡 idea\n'],
    ['<aside>💡 idea</aside>', '> [!NOTE]\n> idea\n'],
    ['<aside>⚠️ mind</aside>', '> [!NOTE]\n> mind\n'],
    ['<aside>🇩🇪 here</aside>', '🇩🇪 here\n'],
  ])('takes no sign for the picture of a callout: %s', (html, markdown) => {
    expect(read(html).markdown).toBe(markdown)
  })
  it.each([
    ['<ul><li><p>[x] done</p></li></ul>', '- [x] done\n'],
    ['<ul><li><span>[ ] open</span></li></ul>', '- [ ] open\n'],
    ['<ul><li><ul><li>[ ] inner</li></ul></li></ul>', '- - [ ] inner\n'],
    ['<ul><li><code>[x] it</code> marks a done task</li></ul>', '- `[x] it` marks a done task\n'],
    ['<ul><li><a href="https://a.example/">[x] what</a></li></ul>', '- [\\[x\\] what](https://a.example/)\n'],
  ])('takes a box from the first words of an item alone: %s', (html, markdown) => {
    expect(read(html).markdown).toBe(markdown)
  })
  it('brings its pictures along in blocks of their own, with their caption and description', () => {
    const { doc, kept, losses } = read(
      '<p>before <img src="in/map.png" alt="A map"> after</p>' +
        `<figure><a href="x.png"><img src="data:image/png;base64,iVBORw0KGgo="></a><figcaption>The <b>dot</b></figcaption></figure>` +
        '<ul><li><img src="gone.png">x</li></ul><img src="https://a.example/b.png">',
      { files: new Map([['in/map.png', 4]]) },
    )
    doc.check()
    expect(doc.content.content.map((block) => [block.type.name, block.textContent, block.attrs.file])).toEqual([
      ['paragraph', 'before', undefined],
      ['image', '', '#enclosed/4'],
      ['paragraph', 'after', undefined],
      ['image', 'The dot', '#enclosed/0'],
      ['list', 'x', undefined],
    ])
    expect(doc.child(1).attrs).toMatchObject({ name: 'map.png', alt: 'A map' })
    expect(kept).toEqual(['data:image/png;base64,iVBORw0KGgo='])
    expect(losses).toContainEqual({ kind: 'image', count: 2, names: ['gone.png', 'b.png'] })
  })
  it('F1 keeps the width of its pictures where it says one', () => {
    const widthOf = (attributes: string) =>
      read(`<img src="data:image/png;base64,AA" ${attributes}>`).doc.firstChild?.attrs.width
    expect(widthOf('width="50%"')).toBe(50)
    expect(widthOf('style="border:0; width: 33.4%"')).toBe(33)
    expect(widthOf('style="width:350px"')).toBe(50)
    for (const none of ['', 'width="50"', 'style="max-width:50%"', 'width="900%"', 'style="width:1px"']) {
      expect(widthOf(none), none).toBeNull()
    }
  })
  it('attack: names no picture of the import by itself', () => {
    const { doc, kept } = read(
      '<img data-taken="0" src="x.png" alt="x"><img alt=" src=data:a " src="y.png" onerror="a()">',
    )
    const shown: string[] = []
    doc.descendants(({ attrs }) => void (attrs.file && shown.push(attrs.file)))
    expect(shown).toEqual([])
    expect(kept).toEqual([])
    expect(inertHtml('<img src="data:a>b" onload=x>', () => 7)).toBe(
      '<image-place  data-was=x data-taken="7"></image-place>',
    )
  })
  it('keeps each of several pictures in one figure, and the text of a figure', () => {
    const { doc } = read('<figure><img src="a.png"><img src="b.png"><p>Words</p></figure>', {
      files: new Map([
        ['a.png', 0],
        ['b.png', 1],
      ]),
    })
    expect(doc.content.content.map((block) => block.attrs.file ?? block.textContent)).toEqual([
      '#enclosed/0',
      '#enclosed/1',
      'Words',
    ])
  })
  it('F1 offers files that are linked to, in place of a block that only names one, else below', () => {
    const { doc, losses } = read(
      '<figure><div class="source"><a href="in/a.pdf">a.pdf</a></div></figure><p>See <a href="in/a.pdf">it</a>.</p>' +
        '<ul><li><a href="in/b">b</a></li></ul><p><a href="in/gone.pdf">gone</a></p>',
      {
        files: new Map([
          ['in/a.pdf', 0],
          ['in/b', 1],
        ]),
      },
    )
    doc.check()
    expect(doc.content.content.map((block) => block.attrs.name ?? block.textContent)).toEqual([
      'a.pdf',
      'See it.',
      'a.pdf',
      'b',
      'gone',
    ])
    expect(doc.child(3).lastChild?.attrs).toEqual({ file: '#enclosed/1', name: 'b' })
    expect(losses).toEqual([{ kind: 'link', count: 1, names: ['in/gone.pdf'] }])
  })
  it('has its first heading for a title, or else its own title, or none', () => {
    expect(read('<title>Tab</title><h1>Head</h1><p>x').title).toBe('Head')
    expect(read('<title>Tab</title><p>x<h1>Head</h1>').title).toBe('Tab')
    expect(read('<p>x').title).toBe('')
  })
  it('attack: runs nothing, styles nothing and fetches nothing', () => {
    const hostile =
      '<style>*{color:red}</style><script>alert(1)</script><p onclick=alert(1) style="position:fixed">a' +
      '<svg><script>alert(2)</script></svg><math><mtext></mtext></math><iframe srcdoc="<script>alert(3)</script>"></iframe>' +
      '<a href="jAvAscript:alert(4)">b</a><a href=" data:text/html,x">c</a><form action=x><input value=y></form>' +
      '<base href="https://evil.example"><meta http-equiv=refresh content="0;https://evil.example"><template><p>t</template>'
    const page = read(hostile)
    expect(page.doc.textContent).toBe('abc')
    expect(JSON.stringify(page.doc.toJSON())).not.toMatch(/alert|evil|style/)
  })
  it('attack: that nests too deep is refused, not cut', () => {
    const deep = `${'<blockquote>'.repeat(120)}deep`
    const links = createFileLinks('a.html', NOWHERE, createLosses())
    expect(htmlToDoc(deep, { parse, links })).toEqual({ ok: false, error: { type: 'too-deep' } })
  })
  it('attack: cannot name a place of the import by itself', () => {
    expect(read('<p><a href="#import/0">x</a>').markdown).toBe('x\n')
  })
})
