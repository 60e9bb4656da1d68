import fc from 'fast-check'
import { Fragment, type Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { createFileShelf } from '#lib/convert/enclosed-files'
import { createLosses } from '#lib/convert/losses'
import { openSlice, slicesOf } from '#lib/convert/page-slices'
import { readSource } from '#lib/convert/read-source'
import { schema } from '#lib/schema/schema'

const paragraph = (text: string) => schema.node('paragraph', null, text ? [schema.text(text)] : [])
const joined = (pages: readonly Node[]) =>
  schema.node('doc', null, Fragment.from(pages.flatMap((page) => page.content.content)))

describe('a page in slices', () => {
  it('is whole again when they are opened in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 40 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 90 }),
        (texts, length) => {
          const page = schema.node('doc', null, texts.map(paragraph))
          expect(joined(slicesOf(page, length).map((slice) => openSlice(slice))).eq(page)).toBe(true)
        },
      ),
    )
  })

  it('leads its links where it is told to', () => {
    const link = schema.marks.link.create({ href: '#import/3' })
    const page = schema.node('doc', null, [schema.node('paragraph', null, [schema.text('href #import/3', [link])])])
    const [slice] = slicesOf(page, 50)
    const opened = slice && openSlice(slice, (href) => `${href}!`)
    expect(opened?.textContent).toBe('href #import/3')
    expect(opened?.firstChild?.firstChild?.marks[0]?.attrs).toEqual({ href: '#import/3!' })
  })

  it('has none that is longer than asked for, but for one long block', () => {
    const page = schema.node('doc', null, ['a'.repeat(30), 'b'.repeat(30), 'c'.repeat(300), 'd'].map(paragraph))
    const lengths = slicesOf(page, 50).map((slice) => openSlice(slice).childCount)
    expect(lengths).toEqual([2, 1, 1])
  })

  it('is cut from Markdown with its title, styles and lists', () => {
    const text = `# Plans\n\n- [x] **one**\n\n${'word '.repeat(20_000)}\n\nlast`
    const read = readSource('a.md', new TextEncoder().encode(text), {
      title: 'a',
      losses: createLosses(),
      shelf: createFileShelf(0),
    })
    if (!read.ok || read.value.type !== 'read') throw new Error('not read')
    expect(read.value.title).toBe('Plans')
    expect(read.value.slices).toHaveLength(2)
    const page = joined(read.value.slices.map((slice) => openSlice(slice)))
    expect(page.firstChild?.attrs).toMatchObject({ kind: 'task', checked: true })
    expect(page.lastChild?.textContent).toBe('last')
    expect(() => page.check()).not.toThrow()
  })
})
