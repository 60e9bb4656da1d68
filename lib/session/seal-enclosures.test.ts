import { describe, expect, it } from 'vitest'
import { pictureAttributes } from '#lib/convert/enclosed-files'
import { createLosses } from '#lib/convert/losses'
import { openSlice, slicesOf } from '#lib/convert/page-slices'
import { schema } from '#lib/schema/schema'
import { createEnclosureSealing } from '#lib/session/seal-enclosures'
import { createFakeFiles } from '#lib/testing/fake-files'

/** A red dot. */
const PNG = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=='),
  (letter) => letter.charCodeAt(0),
)
const png = { name: 'in/dot.png', content: new Blob([PNG]) }
const svg = { name: 'in/logo.svg', content: new Blob(['<svg onload="alert(1)"/>']) }

const picture = (number: number, path: string, alt = '') =>
  schema.node('image', { ...pictureAttributes(number, path, alt) }, [schema.node('image_caption')])
function sliceOf(...blocks: ReturnType<typeof picture>[]) {
  const [slice] = slicesOf(schema.node('doc', null, blocks), 1e9)
  if (!slice) throw new Error('no slice')
  return slice
}

function sealing(found: readonly { name: string; content: Blob | undefined }[]) {
  const files = createFakeFiles()
  const losses = createLosses()
  const stop = new AbortController()
  const pictures = createEnclosureSealing({ files, found, losses, signal: stop.signal })
  return { files, losses, stop, pictures }
}

describe('F1 pictures of an import', () => {
  it('are sealed once each, and named by every page that shows them', async () => {
    const { files, losses, pictures } = sealing([png])
    const slice = sliceOf(picture(0, png.name, 'A dot'), picture(0, png.name))
    const filled = [await pictures.fill(slice, () => {}), await pictures.fill(slice, () => {})].map((one) =>
      openSlice(one),
    )
    const [reference] = files.kept.keys()
    expect(files.kept.size).toBe(1)
    for (const page of filled) {
      page.check()
      expect(page.firstChild?.attrs).toMatchObject({ file: reference, name: 'dot.png', alt: 'A dot' })
    }
    pictures.tellUnused()
    expect(losses.list()).toEqual([])
  })

  it('attack: are told by their first bytes: what is called a picture and is none is a file', async () => {
    const { files, pictures } = sealing([svg])
    const page = openSlice(await pictures.fill(sliceOf(picture(0, svg.name)), () => {}))
    const [reference] = files.kept.keys()
    expect(page.firstChild?.toJSON()).toEqual({ type: 'file', attrs: { file: reference, name: 'logo.svg' } })
  })

  it('that are offered as files stay files, and what cannot be kept is told by its kind', async () => {
    const { files, losses, pictures } = sealing([
      png,
      { name: 'in/l.pdf', content: undefined },
      { ...svg, name: 'in/x' },
    ])
    const offer = (number: number, name: string) => schema.node('file', { file: `#enclosed/${number}`, name })
    const page = openSlice(await pictures.fill(sliceOf(offer(0, 'dot.png'), offer(1, 'l.pdf')), () => {}))
    const [reference] = files.kept.keys()
    expect(page.content.content.map((block) => block.toJSON())).toEqual([
      { type: 'file', attrs: { file: reference, name: 'dot.png' } },
      { type: 'paragraph', content: [{ type: 'text', text: 'l.pdf' }] },
    ])
    pictures.tellUnused()
    expect(losses.list()).toEqual([
      { kind: 'file', count: 1, names: ['in/l.pdf'] },
      { kind: 'loose', count: 1, names: ['in/x'] },
    ])
  })

  it('that are damaged, refused or on no page are told of, and their words stay', async () => {
    const { files, losses, pictures } = sealing([{ name: 'in/bad.png', content: undefined }, png, svg])
    files.refusal = { type: 'storage-full' }
    const page = openSlice(
      await pictures.fill(sliceOf(picture(0, 'in/bad.png'), picture(1, png.name, 'A dot')), () => {}),
    )
    page.check()
    expect(page.content.content.map(({ type, textContent }) => [type.name, textContent])).toEqual([
      ['paragraph', 'bad.png'],
      ['paragraph', 'A dot'],
    ])
    pictures.tellUnused()
    expect(losses.list()).toEqual([
      { kind: 'image', count: 2, names: ['in/bad.png', 'in/dot.png'] },
      { kind: 'loose', count: 1, names: ['in/logo.svg'] },
    ])
  })

  it('are counted as they come, and no further one begins after a stop', async () => {
    const { files, stop, pictures } = sealing([png, svg])
    let steps = 0
    await pictures.fill(sliceOf(picture(0, png.name), picture(1, svg.name)), () => {
      steps++
      stop.abort()
    })
    expect([steps, files.kept.size]).toEqual([1, 1])
  })

  it('attack: words of a page that look like a place for one stay words', async () => {
    const { files, pictures } = sealing([png])
    const words = schema.node('paragraph', null, [schema.text('"file":"#enclosed/0" {"type":"image"}')])
    const slice = sliceOf(words)
    expect(await pictures.fill(slice, () => {})).toBe(slice)
    expect(files.kept.size).toBe(0)
  })
})
