import fc from 'fast-check'
import { Fragment, type Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { openSlice, slicesOf } from '#lib/convert/page-slices'
import { sliceMarkdown } from '#lib/convert/sliced-page'
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
          expect(joined(slicesOf(page, length).map(openSlice)).eq(page)).toBe(true)
        },
      ),
    )
  })

  it('has none that is longer than asked for, but for one long block', () => {
    const page = schema.node('doc', null, ['a'.repeat(30), 'b'.repeat(30), 'c'.repeat(300), 'd'].map(paragraph))
    const lengths = slicesOf(page, 50).map((slice) => openSlice(slice).childCount)
    expect(lengths).toEqual([2, 1, 1])
  })

  it('is cut from Markdown with its title, styles and lists', () => {
    const read = sliceMarkdown(`# Plans\n\n- [x] **one**\n\n${'word '.repeat(20_000)}\n\nlast`)
    if (!read.ok) throw new Error(read.error.type)
    expect(read.value.title).toBe('Plans')
    expect(read.value.slices).toHaveLength(2)
    const page = joined(read.value.slices.map(openSlice))
    expect(page.firstChild?.attrs).toMatchObject({ kind: 'task', checked: true })
    expect(page.lastChild?.textContent).toBe('last')
    expect(() => page.check()).not.toThrow()
  })
})
