import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { createArchiveWriter } from '#lib/convert/archive-writer'
import { docToMarkdown, markdownToDoc } from '#lib/convert/markdown'
import { openSlice } from '#lib/convert/page-slices'
import { readArchive } from '#lib/convert/read-archive'

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
        href: '#/w/here/one',
        text: 'See **[next](#/w/here/two)**, *x* [out](https://a.example) [gone](#/w/here/nine)',
      },
      { title: 'Näxt', href: '#/w/here/two', text: '- [x] [back](#/w/here/one) \\[\\[no name\\]\\]' },
      { title: 'näxt', href: '#/w/here/three', text: 'other' },
      { title: '', href: '#/w/here/four', text: '' },
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

  it('names two thousand pages without a title quickly, each its own way', () => {
    const writer = createArchiveWriter(Array.from({ length: 2000 }, (_, at) => ({ title: '', href: `${at}` })))
    writer.add(1999, '', docOf('x'))
    expect(Object.keys(unzipSync(writer.end()))).toEqual(['Untitled 2000.md'])
  })
})
