import type { Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { docToMarkdown, markdownToBody } from '#lib/convert/markdown'
import { type MarkName, type NodeName, schema } from '#lib/schema/schema'

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
const formula = (tex: string) => node('code_block', { language: 'math' }, [text(tex)])

describe('what is more than text, in Markdown', () => {
  it.each<[string, Node, string]>([
    [
      'mentions',
      doc(
        paragraph(
          text('ask '),
          schema.node('mention', { kind: 'person', id: 'A'.repeat(43), name: 'Ana' }),
          text(' about '),
          schema.node('mention', { kind: 'page', id: 'P'.repeat(22), name: 'Plan [B]' }),
        ),
      ),
      `ask [@Ana](#/person/${'A'.repeat(43)}) about [Plan \\[B\\]](#/page/${'P'.repeat(22)})\n`,
    ],
    [
      'a day',
      doc(paragraph(text('on '), schema.node('date', { value: '2026-11-26' }))),
      'on <time>2026-11-26</time>\n',
    ],
    ['the contents', doc(schema.node('contents'), paragraph(text('[TOC]'))), '[TOC]\n\n\\[TOC\\]\n'],
    ['a formula in a line', doc(paragraph(text('so '), text('x_1^2', 'math'), text(' is'))), 'so $x_1^2$ is\n'],
    ['a formula with a dollar', doc(paragraph(text('a$b', 'math'))), '<math>a\\$b</math>\n'],
    ['a formula of two lines', doc(formula('a\n\n= b')), '$$\na\n\n= b\n$$\n'],
    [
      'a formula in an item',
      doc(item('bullet', paragraph(text('x')), formula('a\n  b'))),
      '- x\n\n  $$\n  a\n    b\n  $$\n',
    ],
    ['a formula with dollars in it', doc(formula('a\n$$\nb')), '```math\na\n$$\nb\n```\n'],
    ['prices', doc(paragraph(text('$5, $6 and 7$'))), '\\$5, \\$6 and 7$\n'],
  ])('keeps %s', (_name, page, expected) => {
    expect(docToMarkdown(page, { title: '' })).toBe(expected)
    const read = markdownToBody(expected)
    expect(read.ok && read.value.toJSON()).toEqual(page.toJSON())
  })
})
