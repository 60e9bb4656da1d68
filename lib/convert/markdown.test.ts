import fc from 'fast-check'
import type { Mark, Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { docToMarkdown, MAX_MARKDOWN_LENGTH, markdownToDoc } from '#lib/convert/markdown'
import { mentionName } from '#lib/schema/mention-node'
import { type MarkName, type NodeName, schema } from '#lib/schema/schema'

const read = (text: string) => {
  const result = markdownToDoc(text)
  if (!result.ok) throw new Error(result.error.type)
  return result.value
}
const node = (name: NodeName, attrs: Record<string, unknown> | null, content: readonly Node[]) =>
  schema.node(name, attrs, [...content])
const text = (words: string, ...marks: MarkName[]) =>
  schema.text(
    words,
    marks.map((name) => schema.mark(name)),
  )
const doc = (...blocks: Node[]) => node('doc', null, blocks)
const paragraph = (...content: Node[]) => node('paragraph', null, content)
const item = (kind: string, ...blocks: Node[]) => node('list', { kind }, blocks)
const linked = (words: string, href: string) => schema.text(words, [schema.mark('link', { href })])

const SAMPLE = `# The harbour contract

Nobody can say **who** checked the *ownership* <u>register</u>, ~~or~~ \`why\`. See <https://port.example/a> and [notes](https://notes.example).

## Before we publish

- [x] Second source
- [ ] Ana to confirm
  - a detail

3. three
4. four

> Quoted
>
> - inside

\`\`\`sql
select *
\`\`\`

---

A line\\
and the next
`

describe('Markdown out and in', () => {
  it('writes what people write', () => {
    const { doc: page, title } = read(SAMPLE)
    expect(docToMarkdown(page, { title: title ?? '' })).toBe(SAMPLE)
  })

  it.each<[string, Node, string]>([
    ['a bold word that meets a letter', doc(paragraph(text('a', 'bold'), text('b'))), '**a**b\n'],
    ['bold that ends on a sign before a letter', doc(paragraph(text('a.', 'bold'), text('b'))), '<b>a\\.</b>b\n'],
    [
      'words that look like signs',
      doc(paragraph(text('1. * # > [x] <u> &amp; `'))),
      '1\\. \\* # > \\[x\\] \\<u> \\&amp; \\`\n',
    ],
    [
      'a break in a heading',
      doc(node('heading', { level: 2 }, [text('a'), node('hard_break', null, []), text('b')])),
      '## a<br>b\n',
    ],
    ['spaces at the ends', doc(paragraph(text('  a  '))), '&#32;&#32;a&#32;&#32;\n'],
    ['a rule first in an item', doc(item('bullet', node('horizontal_rule', null, []))), '- ***\n'],
    [
      'code with a fence in it',
      doc(node('code_block', { language: 'md' }, [text('```\nx\n```')])),
      '````md\n```\nx\n```\n````\n',
    ],
    ['backticks in code', doc(paragraph(text('`', 'code'))), '`` ` ``\n'],
    [
      'an address with brackets',
      doc(paragraph(linked('x', 'https://a.example/(b)'))),
      '[x](<https://a.example/(b)>)\n',
    ],
    [
      'a page without a title that begins with a heading',
      doc(node('heading', { level: 1 }, [text('H')])),
      '#\n\n# H\n',
    ],
  ])('keeps %s', (_name, page, expected) => {
    expect(docToMarkdown(page, { title: '' })).toBe(expected)
    expect(read(expected).doc.toString()).toBe(page.toString())
  })

  it('reads back exactly what it wrote, for any page', () => {
    fc.assert(
      fc.property(anyPage, anyTitle, (page, title) => {
        const markdown = docToMarkdown(page, { title })
        const again = read(markdown)
        expect(again.doc.toJSON()).toEqual(page.toJSON())
        expect(again.title ?? '').toBe(title)
      }),
      { numRuns: 250 },
    )
  })
  it('writes the same text again after reading it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab *_`~#>-+[]()!<u>/&;1.\\\n\t "$') }), (source) => {
        const first = read(source)
        const written = docToMarkdown(first.doc, { title: first.title ?? '' })
        const second = read(written)
        expect(docToMarkdown(second.doc, { title: second.title ?? '' })).toBe(written)
      }),
      { numRuns: 150 },
    )
  })
})

describe('Markdown of pictures and files', () => {
  const picture = (attrs: object, ...caption: Node[]) =>
    node('image', { ...attrs }, [node('image_caption', null, caption)])

  it('names them beside the text, with description and caption', () => {
    const page = doc(
      picture({ name: 'a bird.png', alt: 'A [waxwing]' }, text('By the '), text('harbour', 'bold')),
      picture({}),
      node('file', { name: 'plan (1).pdf' }, []),
    )
    expect(docToMarkdown(page, { title: '' })).toBe(
      '![A \\[waxwing\\]](a%20bird.png)\\\nBy the **harbour**\n\n![](file)\n\n[plan (1).pdf](plan%20%281%29.pdf)\n',
    )
  })

  it('attack 58 says nothing of them but a name, whatever an edit made of it', () => {
    const page = doc(
      picture({ name: '"><script>x()</script>', alt: '](javascript:x())\n\n# b' }),
      node('file', { name: 7 }, []),
    )
    const written = docToMarkdown(page, { title: '' })
    const again = read(written).doc
    expect(again.childCount).toBe(2)
    expect(written).not.toMatch(/<script|\n# b/)
    expect(docToMarkdown(doc(picture({ name: '//evil.example/x.png' })), { title: '' })).toBe(
      '![](evil.example/x.png)\n',
    )
    again.descendants((one) => {
      for (const mark of one.marks) expect(mark.attrs.href ?? '').not.toMatch(/^javascript/)
    })
  })
})

describe('Markdown from elsewhere', () => {
  it('takes a first heading as the title, and only that', () => {
    expect(read('# One\n\ntext\n\n# Two')).toMatchObject({ title: 'One' })
    expect(read('text\n\n# Two').title).toBeUndefined()
    expect(read('## Two').title).toBeUndefined()
  })
  it('takes the title out of settings at the head of the file', () => {
    expect(read('---\ntitle: "Plan B"\ntags: [a]\n---\n\ntext')).toMatchObject({ title: 'Plan B' })
    expect(read('---\ntitle: x\n---\ntext').doc.textContent).toBe('text')
  })
  it.each([
    '| a | **b** |\n| --- | ---: |\n| `x \\| y` | 2 |\n',
    '| one<br>two |  |\n| :---: | :--- |\n',
    '> [!TIP]\n> Mind the gap\n>\n> - one\n\n> [!WARNING]\n>\n> # Only a heading\n',
    '> \\[!NOTE\\]\n',
    '> [!OTHER]\n'.replace('[', '\\[').replace(']', '\\]'),
  ])('writes %j as it was read', (source) => {
    expect(docToMarkdown(read(source).doc, { title: '' })).toBe(source)
  })
  it('reads a table with its header, and one with too few or too many cells as a whole one', () => {
    const table = read('| a | b |\n| --- | --- |\n| 1 |\n| 2 | 3 | 4 |').doc.firstChild
    expect(table?.toString().match(/table_cell/g)).toHaveLength(6)
    expect(table?.firstChild?.firstChild?.attrs).toMatchObject({ header: true, column: 'm0' })
  })
  it('writes what Markdown has no table for in the nearest table', () => {
    const cell = (attributes: Record<string, unknown>, ...blocks: Node[]) => node('table_cell', attributes, blocks)
    const spans = node('table', null, [
      node('table_row', null, [cell({ colspan: 2 }, paragraph(text('both')))]),
      node('table_row', null, [
        cell({}, paragraph(text('one')), item('bullet', paragraph(text('two')))),
        cell({}, node('code_block', null, [text('a|b\nc')])),
      ]),
    ])
    expect(docToMarkdown(doc(spans), { title: '' })).toBe('| both |  |\n| --- | --- |\n| one<br>two | a\\|b<br>c |\n')
  })
  it('makes headings below the fourth level the fourth', () => {
    expect(read('###### six').doc.firstChild?.attrs.level).toBe(4)
  })
  it('links bare addresses', () => {
    expect(read('see https://a.example/x.').doc.toString()).toContain('link("https://a.example/x")')
  })
  it('reads line ends of every system', () => {
    expect(read('a\r\n\r\nb\rc').doc.childCount).toBe(2)
  })
})

describe('hostile Markdown', () => {
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '&#106;avascript:alert(1)',
    '//mallory.example/x',
  ])('attack: links no %s', (address) => {
    for (const source of [
      `[x](${address})`,
      `[x](<${address}>)`,
      `<${address}>`,
      `![x](${address})`,
      `[x]\n\n[x]: ${address}`,
    ]) {
      const links: unknown[] = []
      read(source).doc.descendants((child) => {
        for (const mark of child.marks) links.push(mark.attrs.href)
      })
      expect(links).toEqual([])
    }
  })
  it('attack: keeps HTML as words and fetches no image', () => {
    const page = read(
      '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n![pixel](https://mallory.example/p.png)',
    ).doc
    expect(page.textContent).toContain('<script>alert(1)</script>')
    expect(page.lastChild?.toString()).toContain('link')
  })
  it('attack: says that a text is too long or too deep', () => {
    expect(markdownToDoc('x'.repeat(MAX_MARKDOWN_LENGTH + 1))).toMatchObject({ error: { type: 'too-large' } })
    expect(markdownToDoc(`${'> '.repeat(500)}deep`)).toMatchObject({ error: { type: 'too-deep' } })
    expect(markdownToDoc(`${'- '.repeat(500)}deep`)).toMatchObject({ error: { type: 'too-deep' } })
  })
  it.each([
    '[',
    '![',
    '*a_',
    '<u>',
    '<u></u>',
    '`',
    '\\',
    '&',
    'a**b',
    '<',
    '~~',
    '[a](',
    '> ',
    '- a\n',
    '| a ',
    '\n\n',
    '[a]: b\n',
    '<b><i>',
    'http://',
    '$',
    '$a',
    '$$\n',
    '$a$',
    '> $$\n',
    '- $$\n',
    '<math>',
  ])(
    'attack: reads a long row of %j without hanging',
    (piece) => {
      const result = markdownToDoc(piece.repeat(300_000 / piece.length))
      expect(result.ok || result.error.type === 'too-deep').toBe(true)
    },
    60_000,
  )
  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (source) => void markdownToDoc(source)))
  })
})

/** Words with every sign that means something in Markdown; no control characters, which it cannot hold. */
const letter = fc.constantFrom(
  ...'abcABC012 éß计🐦.,:;!?*_~`#>-+=()[]{}<>/\\|&"\'$%^@',
  '<u>',
  '</b>',
  '<br>',
  '&amp;',
  'http://a.b',
  '1. ',
  '- ',
  '[ ] ',
  '**',
)
const anyWords = fc.array(letter, { minLength: 1, maxLength: 12 }).map((letters) => letters.join(''))
const anyTitle = fc.oneof(
  fc.constant(''),
  anyWords.map((words) => words.trim()),
)
const anyHref = fc.constantFrom(
  'https://a.example',
  'https://a.example/(x)?a=1&amp;b=2#c',
  'mailto:ana@port.example',
  '#/w/1',
  'https://b.example/_x_*y*',
)

const anyMarks: fc.Arbitrary<Mark[]> = fc
  .record({
    names: fc.subarray(['bold', 'italic', 'underline', 'strike', 'highlight', 'math', 'code'] as MarkName[]),
    href: fc.option(anyHref, { nil: undefined, freq: 4 }),
  })
  .map(({ names, href }) => [
    ...names.map((name) => schema.mark(name)),
    ...(href ? [schema.mark('link', { href })] : []),
  ])

/** Styled text does not begin or end on a space: Markdown cannot say that. */
const anyRun = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(anyWords, anyMarks)
      .map(([words, marks]) => schema.text(marks.length > 0 ? words.trim() || 'x' : words, marks)),
  },
  { weight: 1, arbitrary: fc.constant(schema.node('hard_break')) },
  { weight: 1, arbitrary: fc.constant(schema.node('date', { value: '2026-11-26' })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('page', 'person'), anyWords)
      .map(([kind, words]) => schema.node('mention', { kind, id: 'I'.repeat(22), name: mentionName(words) || 'x' })),
  },
)
const anyInline = fc.array(anyRun, { minLength: 1, maxLength: 5 })
const anyText = anyInline.map((content) => paragraph(...content))
const anyCode = fc
  .tuple(
    fc.constantFrom('', 'js', 'c++', 'math'),
    fc.array(fc.oneof(anyWords, fc.constant('\n'), fc.constant('  x')), { maxLength: 6 }),
  )
  .map(([language, parts]) => node('code_block', { language }, parts.join('') ? [schema.text(parts.join(''))] : []))
const anyHeading = fc
  .tuple(fc.integer({ min: 1, max: 4 }), anyInline)
  .map(([level, content]) => node('heading', { level }, content))

const anyAlignment = fc.constantFrom('left', 'center', 'right', null)
const anyTable = fc.integer({ min: 1, max: 3 }).chain((width) =>
  fc
    .tuple(
      fc.array(anyAlignment, { minLength: width, maxLength: width }),
      fc.array(fc.array(fc.option(anyInline), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 3 }),
    )
    .map(([alignments, rows]) =>
      node(
        'table',
        null,
        rows.map((cells, row) =>
          node(
            'table_row',
            null,
            cells.map((content, column) => {
              const attributes = { header: row === 0 || null, align: alignments[column], column: `m${column}` }
              return node('table_cell', attributes, [paragraph(...(content ?? []))])
            }),
          ),
        ),
      ),
    ),
)

const { block: anyBlock } = fc.letrec<{ block: Node; item: Node; items: Node[] }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small' },
    anyText,
    anyHeading,
    anyCode,
    fc.constant(schema.node('horizontal_rule')),
    fc.constant(schema.node('contents')),
    tie('item'),
    anyTable,
    fc.array(tie('block'), { minLength: 1, maxLength: 3 }).map((blocks) => node('blockquote', null, blocks)),
    fc
      .tuple(fc.constantFrom('note', 'tip', 'warning'), fc.array(tie('block'), { minLength: 1, maxLength: 3 }))
      .map(([tone, blocks]) => node('callout', { tone }, blocks)),
  ),
  item: fc
    .tuple(
      fc.constantFrom('bullet', 'ordered', 'task'),
      fc.boolean(),
      anyText,
      fc.array(tie('block'), { maxLength: 2 }),
      fc.boolean(),
    )
    .map(([kind, checked, first, blocks, textFirst]) =>
      node(
        'list',
        { kind, checked: kind === 'task' && checked },
        kind === 'task' || textFirst || blocks.length === 0 ? [first, ...blocks] : blocks,
      ),
    ),
  items: fc.array(tie('item')),
}))
const anyPage = fc.array(anyBlock, { minLength: 1, maxLength: 5 }).map((blocks) => doc(...blocks))
