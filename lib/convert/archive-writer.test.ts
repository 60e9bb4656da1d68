import { strFromU8, strToU8, unzipSync } from 'fflate'
import type { Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { createArchiveWriter } from '#lib/convert/archive-writer'
import { docToMarkdown, markdownToDoc } from '#lib/convert/markdown'
import { openSlice, type PageSlice } from '#lib/convert/page-slices'
import { readArchive } from '#lib/convert/read-archive'
import { schema } from '#lib/schema/schema'

const docOf = (markdown: string) => {
  const read = markdownToDoc(markdown)
  if (!read.ok) throw new Error(read.error.type)
  return read.value.doc
}

describe('a workspace in one archive', () => {
  it('has a file for each page, of its own name, and links from file to file that come back as links', () => {
    const pages = [
      {
        title: 'A/B: plan?',
        ...{ href: '#/w/here/one', id: 'one' },
        text: 'See **[next](#/w/here/two)**, *x* [out](https://a.example) [gone](#/w/here/nine)',
      },
      { title: 'Näxt', href: '#/w/here/two', id: 'two', text: '- [x] [back](#/w/here/one) \\[\\[no name\\]\\]' },
      { title: 'näxt', href: '#/w/here/three', id: 'three', text: 'other' },
      { title: '', href: '#/w/here/four', id: 'four', text: '' },
    ]
    const writer = createArchiveWriter(pages)
    for (const [at, { title, text }] of pages.entries()) writer.add(at, title, docOf(text))
    const zip = writer.end()
    const files = unzipSync(zip)
    expect(Object.keys(files)).toEqual(['A B plan.md', 'Näxt.md', 'näxt 2.md', 'Untitled.md'])
    expect(strFromU8(files['A B plan.md'] ?? new Uint8Array())).toBe(
      '# A/B: plan?\n\nSee [**next**](N%C3%A4xt.md), *x* [out](https://a.example) [gone](#/w/here/nine)\n',
    )
    const read = readArchive(zip)
    if (!read.ok) throw new Error(read.error.type)
    expect(read.value.losses).toEqual([])
    const again = read.value.pages.map((page) => {
      const [slice] = page.type === 'read' ? page.slices : []
      return [page.title, slice ? docToMarkdown(openSlice(slice), { title: '' }) : undefined]
    })
    expect(again).toContainEqual(['Näxt', '- [x] [back](#import/0) \\[\\[no name\\]\\]\n'])
  })

  it('F1 has captions and pictures in cells that come back as they were', () => {
    const [node, text] = [schema.node.bind(schema), schema.text.bind(schema)]
    const [bold, br] = [[schema.marks.bold.create()], node('hard_break')]
    const picture = (...caption: Node[]) =>
      node('image', { file: 'f', name: 'a|b.png', alt: 'A | dot' }, [node('image_caption', null, caption)])
    const paragraph = (words: string) => node('paragraph', null, [text(words)])
    const cell = (...blocks: Node[]) => node('table_cell', null, blocks)
    const head = ['h', 'i', 'j', 'k', 'l'].map((words) => node('table_cell', { header: true }, [paragraph(words)]))
    const captions = [
      picture(text('The '), text('dot', bold)),
      picture(text('# not a head'), br, text('| --- |'), br, text('===')),
      picture(text('1. one')),
      picture(),
    ]
    const row = node('table_row', null, [
      cell(picture()),
      cell(picture(text('The dot'))),
      cell(paragraph('before'), picture()),
      cell(node('file', { file: 'g', name: 'l.pdf' })),
      cell(picture(), paragraph('no caption')),
    ])
    const list = node('list', { kind: 'task', checked: true }, [paragraph('item'), picture(text('in it'))])
    const doc = node('doc', null, [...captions, list, node('table', null, [node('table_row', null, head), row])])
    const writer = createArchiveWriter([{ title: 'P', href: 'p', id: 'p' }])
    writer.addFile({ node: 'image', file: 'f', name: 'a|b.png' }, strToU8('x'))
    writer.addFile({ node: 'file', file: 'g', name: 'l.pdf' }, strToU8('y'))
    writer.add(0, 'P', doc)
    const read = readArchive(writer.end())
    const [page] = read.ok ? read.value.pages : []
    const again = openSlice((page?.type === 'read' ? page.slices[0] : undefined) as PageSlice)
    const bare = (one: Node): unknown => {
      const { name, alt } = one.attrs
      const known = one.type.name === 'image' ? { alt } : one.type.name === 'file' ? { name } : {}
      return one.isText ? one.toJSON() : [one.type.name, known, one.content.content.map(bare)]
    }
    expect(bare(again)).toEqual(bare(doc))
    expect(read.ok && read.value.losses).toEqual([])
  })

  it('F1 leads to files whatever they are called, and writes a name that holds half a sign', () => {
    const names = ['Report (final.pdf', 'a) [b](c.pdf', '100% #1?.pdf']
    const files = names.map((name, at) => schema.node('file', { file: `${at}`, name }))
    const writer = createArchiveWriter([{ title: 'P', href: 'p', id: 'p' }])
    for (const [at, name] of names.entries()) writer.addFile({ node: 'file', file: `${at}`, name }, strToU8('x'))
    writer.add(0, 'P', schema.node('doc', null, files))
    const read = readArchive(writer.end())
    const [page] = read.ok ? read.value.pages : []
    const again = openSlice((page?.type === 'read' ? page.slices[0] : undefined) as PageSlice)
    expect(again.content.content.map(({ type }) => type.name)).toEqual(['file', 'file', 'file'])
    expect(again.textContent).toBe('')
    expect(read.ok && read.value.losses).toEqual([])
    const half = schema.node('file', { file: 'gone', name: '\udcc4 plan.pdf' })
    expect(docToMarkdown(schema.node('doc', null, [half]), { title: '' })).toContain('(%EF%BF%BD%20plan.pdf)')
  })

  it('leads from a mention of a page to its file, and keeps whom it mentions', () => {
    const [plan, ana] = ['p'.repeat(22), 'a'.repeat(22)]
    const writer = createArchiveWriter([
      { title: 'Home', href: '#/w/here/home', id: 'h'.repeat(22) },
      { title: 'The plan', href: '#/w/here/plan', id: plan },
    ])
    writer.add(0, 'Home', docOf(`See [The plan](#/page/${plan}) by [@Ana](#/person/${ana}), [Gone](#/page/${ana})`))
    const text = strFromU8(unzipSync(writer.end())['Home.md'] ?? new Uint8Array())
    expect(text).toBe(`# Home\n\nSee [The plan](The%20plan.md) by [@Ana](#/person/${ana}), [Gone](#/page/${ana})\n`)
  })

  it('names two thousand pages without a title quickly, each its own way', () => {
    const writer = createArchiveWriter(
      Array.from({ length: 2000 }, (_, at) => ({ title: '', href: `${at}`, id: `${at}` })),
    )
    writer.add(1999, '', docOf('x'))
    expect(Object.keys(unzipSync(writer.end()))).toEqual(['Untitled 2000.md'])
  })
})
