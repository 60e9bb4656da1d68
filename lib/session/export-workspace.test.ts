import type { Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { ok } from '#lib/base/result'
import { readArchive } from '#lib/convert/read-archive'
import { createTaskWriter } from '#lib/convert/write-task'
import { fullBudget, readZip } from '#lib/convert/zip-files'
import { schema } from '#lib/schema/schema'
import type { ExportedPage } from '#lib/session/export-page'
import { exportWorkspace } from '#lib/session/export-workspace'
import { createFakeFiles } from '#lib/testing/fake-files'

/** Who has another name today. */
const bert = { kind: 'person', id: 'b'.repeat(22), name: 'Bert' } as const
const NAMES: Readonly<Record<string, string>> = { p1: 'Ana', [bert.id]: 'Bo' }

const pageOf = (title: string, blocks: readonly Node[] = []): ExportedPage => ({
  title,
  doc: schema.node('doc', null, [schema.node('paragraph', null, [schema.text(`About ${title}`)]), ...blocks]),
  threads: [
    { quote: 'About', resolved: false, remarks: [{ person: 'p1', at: 0, text: 'Why, @Bert?', mentions: [bert] }] },
  ],
})

const PNG = new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])], { type: 'image/png' })
const picture = (file: string, name: string) =>
  schema.node('image', { file, name, alt: 'A dot' }, [schema.node('image_caption', null, [schema.text('The dot')])])

function exported(wish: { withComments?: boolean; stopAfter?: number; blocks?: readonly Node[] } = {}) {
  const files = createFakeFiles()
  files.kept.set('here', PNG)
  const stop = new AbortController()
  const written: number[] = []
  const write = createTaskWriter()
  const pages = ['One', 'Two', 'Three'].map((title, at) => ({ id: `page${at}`, title, createdAt: 0 }))
  const result = exportWorkspace(
    {
      id: 'here',
      name: 'Harbour / desk',
      pages,
      // One page has gone meanwhile.
      exportPage: async (id) =>
        id === 'page1' ? undefined : pageOf(pages.find((page) => page.id === id)?.title ?? '', wish.blocks),
      files,
      thread: { write: async (task) => ok(write(task)) },
    },
    {
      withComments: wish.withComments ?? false,
      nameOf: (person) => NAMES[person],
      signal: stop.signal,
      onWritten(count) {
        written.push(count)
        if (count === wish.stopAfter) stop.abort()
      },
    },
  )
  return { result, written }
}

/** The files of an archive: their names and texts. */
function filesIn(content: unknown): readonly (readonly [string, string])[] {
  const files = content instanceof Uint8Array ? readZip(content, fullBudget()) : undefined
  return files?.ok ? files.value.map((file) => [file.path, new TextDecoder().decode(file.bytes())]) : []
}

describe('a whole workspace', () => {
  it('goes out as one archive, page by page, and says how far it is', async () => {
    const { result, written } = exported()
    const file = await result
    if (!file.ok) throw new Error(file.error.type)
    expect(file.value.fileName).toBe('Harbour desk.zip')
    expect(written).toEqual([1, 2, 3])
    expect(filesIn(file.value.content)).toEqual([
      ['One.md', '# One\n\nAbout One\n'],
      ['Three.md', '# Three\n\nAbout Three\n'],
    ])
  })
  it('F1 takes the pictures along that can be had, once each, so that an import reads them again; the others are named', async () => {
    const blocks = [picture('here', 'a dot'), picture('gone', 'far.png'), picture('here', 'a dot')]
    const file = await exported({ blocks }).result
    if (!file.ok || typeof file.value.content === 'string') throw new Error('not written')
    const [[path] = [], [, text] = []] = filesIn(file.value.content)
    expect(filesIn(file.value.content)).toHaveLength(3)
    expect(path).toBe('pictures/1 a dot.png')
    const shown = '![A dot](pictures/1%20a%20dot.png)\n\nThe dot'
    expect(text).toBe(`# One\n\nAbout One\n\n${shown}\n\n![A dot](far.png)\n\nThe dot\n\n${shown}\n`)
    const again = readArchive(file.value.content)
    if (!again.ok) throw new Error(again.error.type)
    expect(again.value.pictures.map(({ name, content }) => [name, content?.size])).toEqual([[path, PNG.size]])
    const [slice] = again.value.pages.flatMap((page) => (page.type === 'read' ? page.slices : []))
    expect(slice?.match(/"file":"#picture\/0"/g)).toHaveLength(2)
    expect(again.value.losses).toEqual([{ kind: 'image', count: 2, names: ['far.png'] }])
  })
  it('takes comments along if that is wished', async () => {
    const file = await exported({ withComments: true }).result
    const [[, text] = []] = filesIn(file.ok && file.value.content)
    expect(text).toContain('> About\n\n- **Ana**, 1970-01-01: Why, @Bo?')
  })
  it('is nothing where it was stopped', async () => {
    const { result, written } = exported({ stopAfter: 1 })
    expect(await result).toEqual({ ok: false, error: { type: 'stopped' } })
    expect(written).toEqual([1])
  })
})
