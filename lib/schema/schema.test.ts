// @vitest-environment happy-dom
import { DOMParser, DOMSerializer, type Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from 'y-prosemirror'
import * as Y from 'yjs'
import { safeHref } from '#lib/schema/safe-href'
import { type MarkName, type NodeName, schema } from '#lib/schema/schema'

const { nodes, marks } = schema
const text = (value: string, ...names: MarkName[]) =>
  schema.text(
    value,
    names.map((name) => marks[name].create(name === 'link' ? { href: 'https://a.example/' } : {})),
  )
const paragraph = (...content: Node[]) => nodes.paragraph.create(null, content)
const page = (...content: Node[]) => nodes.doc.createChecked(null, content)
const cell = (attributes: object, ...content: Node[]) =>
  nodes.table_cell.create({ column: 'a', ...attributes }, content.length > 0 ? content : [paragraph()])
const row = (...cells: Node[]) => nodes.table_row.create(null, cells)
const picture = (attributes: object, ...caption: Node[]) =>
  nodes.image.create(attributes, nodes.image_caption.create(null, caption))
const list = (attributes: object, ...content: Node[]) => nodes.list.create({ ...attributes }, content)

/** One page with every node and attribute, by node name. */
const samples: Record<NodeName, Node> = {
  doc: page(paragraph()),
  paragraph: page(paragraph(text('a')), paragraph()),
  heading: page(...[1, 2, 3, 4].map((level) => nodes.heading.create({ level }, text(`level ${level}`)))),
  blockquote: page(nodes.blockquote.create(null, [paragraph(text('q')), paragraph()])),
  code_block: page(nodes.code_block.create({ language: 'c++' }, text('a\n  b')), nodes.code_block.create()),
  callout: page(nodes.callout.create({ tone: 'warning' }, [paragraph(text('mind')), paragraph()])),
  table: page(
    nodes.table.create(null, [
      row(cell({ header: true, colspan: 2, rowspan: 1 }, paragraph(text('both')))),
      row(cell({ align: 'right', width: 120 }, paragraph(text('one'))), cell({ column: 'b', colour: 'sand' })),
    ]),
  ),
  table_row: page(nodes.table.create(null, [row(cell({ rowspan: 2 })), row()])),
  table_cell: page(nodes.table.create(null, [row(cell({}, paragraph(text('a')), list({}, paragraph(text('b')))))])),
  horizontal_rule: page(nodes.horizontal_rule.create()),
  hard_break: page(paragraph(text('a'), nodes.hard_break.create(), text('b'))),
  mention: page(
    paragraph(
      text('See '),
      nodes.mention.create({ kind: 'page', id: 'A'.repeat(22), name: 'Plan, "A"' }),
      nodes.mention.create({ kind: 'person', id: 'B'.repeat(43), name: 'Ana' }),
      text('.'),
    ),
  ),
  date: page(paragraph(text('on '), nodes.date.create({ value: '2024-02-29' }), text('.'))),
  contents: page(nodes.contents.create(), paragraph(text('a'))),
  text: page(paragraph(text('plain'))),
  image: page(
    picture(
      { file: 'AbC-_', name: 'a "b".png', alt: 'A bird', width: 40, pixels: '800x600' },
      text('seen '),
      text('here', 'bold'),
    ),
    picture({ file: 'x' }),
  ),
  image_caption: page(picture({ file: 'x' }, text('caption'))),
  file: page(nodes.file.create({ file: 'AbC-_', name: 'plan <1>.pdf' }), nodes.file.create()),
  list: page(
    list({ kind: 'bullet' }, paragraph(text('one')), list({ kind: 'ordered', order: 3 }, paragraph(text('two')))),
    list({ kind: 'task', checked: true }, paragraph(text('done'))),
    list({ kind: 'toggle', collapsed: true }, paragraph(text('shut')), paragraph(text('in'))),
  ),
}

function throughYjs(node: Node): Node {
  const written = new Y.Doc()
  prosemirrorToYXmlFragment(node, written.getXmlFragment('body'))
  const read = new Y.Doc()
  Y.applyUpdate(read, Y.encodeStateAsUpdate(written))
  return yXmlFragmentToProseMirrorRootNode(read.getXmlFragment('body'), schema)
}

function toElement(node: Node): HTMLElement {
  const element = document.createElement('div')
  element.append(DOMSerializer.fromSchema(schema).serializeFragment(node.content))
  return element
}

describe('every node', () => {
  it('has a sample here', () => {
    expect(Object.keys(samples).sort()).toEqual(Object.keys(nodes).sort())
  })

  for (const [name, sample] of Object.entries(samples)) {
    it(`survives Yjs: ${name}`, () => expect(throughYjs(sample).toJSON()).toEqual(sample.toJSON()))
    it(`survives HTML: ${name}`, () => {
      expect(DOMParser.fromSchema(schema).parse(toElement(sample)).toJSON()).toEqual(sample.toJSON())
    })
    it(`needs no style attribute: ${name}`, () => expect(toElement(sample).innerHTML).not.toMatch(/style=/))
  }
})

describe('every mark', () => {
  const all = Object.keys(marks) as MarkName[]
  for (const name of all) {
    it(`survives Yjs and HTML: ${name}`, () => {
      const sample = page(paragraph(text('a '), text('b', name), text(' c')))
      expect(throughYjs(sample).toJSON()).toEqual(sample.toJSON())
      expect(DOMParser.fromSchema(schema).parse(toElement(sample)).toJSON()).toEqual(sample.toJSON())
    })
  }

  it('stands beside every other: two people may set two at once', () => {
    const sample = page(paragraph(text('all', ...all)))
    expect(() => sample.check()).not.toThrow()
    expect(throughYjs(sample).toJSON()).toEqual(sample.toJSON())
  })
})

describe('hostile content', () => {
  it('attack 26 renders no link that could run or leak', () => {
    const refused = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      ' javascript:alert(1)',
      'java\tscript:alert(1)',
      '\u0001javascript:alert(1)',
      'data:text/html,<script>1</script>',
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://a.example/1',
      '//evil.example',
      'http:\\evil',
      'https:',
      `https://a.example/${'x'.repeat(5000)}`,
      7,
      { toString: () => 'https://a.example' },
      null,
    ]
    for (const href of refused) {
      expect(safeHref(href), String(href)).toBeUndefined()
      const html = toElement(page(paragraph(schema.text('x', [marks.link.create({ href })])))).innerHTML
      expect(html).toBe('<p dir="auto"><span class="refused-link">x</span></p>')
    }
  })

  it('attack 26 renders http, https, mailto and fragments of the app as they stand', () => {
    for (const href of ['https://a.example/?q=1#x', 'HTTP://a.example', 'mailto:bob@a.example', '#/w/abc']) {
      expect(safeHref(href)).toBe(href)
    }
  })

  it('attack 26 keeps the opened page away from ours', () => {
    const html = toElement(page(paragraph(text('x', 'link')))).innerHTML
    expect(html).toContain('rel="noopener noreferrer nofollow"')
  })

  it('attack 26 pastes no javascript: link and no event handler', () => {
    const pasted = document.createElement('div')
    pasted.innerHTML = '<p onclick="x()"><a href="javascript:x()">a</a><svg><script>x()</script></svg></p>'
    expect(toElement(DOMParser.fromSchema(schema).parse(pasted)).innerHTML).not.toMatch(/javascript|onclick|svg|script/)
  })

  it('attack 26 renders attributes of any type and value', () => {
    const strange: unknown[] = [99, -1, 1.5, Number.NaN, 'x" onload="1', '"><script>', {}, [], true, null]
    for (const value of strange) {
      const attributes = { level: value, language: value, kind: value, order: value, checked: value, collapsed: value }
      const html = toElement(
        page(
          nodes.heading.create(attributes, text('h')),
          nodes.code_block.create(attributes),
          list(attributes, paragraph(text('i'))),
          nodes.callout.create({ tone: value }, [paragraph(text('c'))]),
          paragraph(nodes.date.create({ value })),
          nodes.table.create(null, [
            row(
              cell({
                colspan: value,
                rowspan: value,
                header: value,
                align: value,
                colour: value,
                column: value,
                width: value,
              }),
            ),
          ]),
        ),
      ).innerHTML
      expect(html).toMatch(/^<h[1-4] dir="auto">h<\/h[1-4]><pre/)
      expect(html).not.toMatch(/(col|row)span="(?!99")/)
      expect(html).not.toMatch(/onload|<script|style=/)
    }
  })

  it('attack 26 shows a mention with attributes of any value as words alone', () => {
    const values: unknown[] = [
      'x" onload="1',
      '"><script>x()</script>',
      'a\u202e\nb',
      'javascript:x()',
      7,
      {},
      [],
      null,
    ]
    for (const value of values) {
      const mentions = [
        nodes.mention.create({ kind: value, id: value, name: value }),
        nodes.mention.create({ kind: 'page', id: 'A'.repeat(22), name: value }),
        nodes.mention.create({ kind: 'person', id: value, name: value }),
      ]
      const made = toElement(page(paragraph(...mentions)))
      expect([...made.querySelectorAll('*')].map(({ tagName }) => tagName)).toEqual(['P', 'SPAN', 'SPAN', 'SPAN'])
      const names = [...made.querySelectorAll('span')].flatMap((span) => span.getAttributeNames())
      expect(names.filter((name) => !['class', 'data-mention', 'data-id', 'data-name'].includes(name))).toEqual([])
      expect(made.textContent).not.toMatch(/[\n\u202e]/)
    }
  })

  it('attack 58 F1 draws nothing of a picture or file that loads, whatever an edit says of it', () => {
    const strange: unknown[] = [
      99,
      'https://evil.example/1.png',
      'x" onerror="1',
      'data:text/html,x',
      {},
      [],
      true,
      null,
    ]
    for (const value of strange) {
      const attributes = { file: value, name: value, alt: value, width: value, pixels: value }
      const element = toElement(page(picture(attributes, text('c')), nodes.file.create(attributes)))
      const drawn = [...element.querySelectorAll('*')]
      expect(drawn.map(({ tagName }) => tagName)).toEqual(['FIGURE', 'FIGCAPTION', 'P'])
      const names = drawn.flatMap((one) => one.getAttributeNames())
      expect(names.filter((name) => !name.startsWith('data-') && name !== 'dir')).toEqual([])
    }
  })

  it('attack 26 takes node, mark and attribute names from the schema alone', () => {
    const doc = new Y.Doc()
    const body = doc.getXmlFragment('body')
    const known = new Y.XmlElement('paragraph')
    const spoiled = new Y.XmlText('kept')
    known.insert(0, [spoiled])
    body.insert(0, [known, new Y.XmlElement('constructor'), new Y.XmlElement('__proto__'), new Y.XmlElement('script')])
    known.setAttribute('onclick', 'x()')
    known.setAttribute('__proto__', JSON.stringify({ level: 3 }))
    const read = yXmlFragmentToProseMirrorRootNode(body, schema)
    expect(toElement(read).innerHTML).toBe('<p dir="auto">kept</p>')
    expect(Object.hasOwn(Object.prototype, 'level')).toBe(false)
  })
})
