import type { Node } from 'prosemirror-model'
import { describe, expect, it } from 'vitest'
import { ok } from '#lib/base/result'
import { openSlice, type PageSlice } from '#lib/convert/page-slices'
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

interface Wish {
  withComments?: boolean
  stopAfter?: number
  blocks?: readonly Node[]
  files?: readonly { readonly file: string; readonly content: Blob }[]
}

function exported(wish: Wish = {}) {
  const files = createFakeFiles()
  files.kept.set('here', PNG)
  for (const { file, content } of wish.files ?? []) files.kept.set(file, content)
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
      titleOf: () => undefined,
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
    expect(path).toBe('pictures/a dot.png')
    const shown = '![A dot](pictures/a%20dot.png)\\\nThe dot'
    expect(text).toBe(`# One\n\nAbout One\n\n${shown}\n\n![A dot](far.png)\\\nThe dot\n\n${shown}\n`)
    expect(file.value.left).toEqual([{ node: 'image', name: 'far.png', because: { type: 'away' } }])
    const again = readArchive(file.value.content)
    if (!again.ok) throw new Error(again.error.type)
    expect(again.value.enclosed.map(({ name, content }) => [name, content?.size])).toEqual([[path, PNG.size]])
    const [slice] = again.value.pages.flatMap((page) => (page.type === 'read' ? page.slices : []))
    expect(slice?.match(/"file":"#enclosed\/0"/g)).toHaveLength(2)
    expect(again.value.losses).toEqual([{ kind: 'image', count: 2, names: ['far.png'] }])
  })
  it('F1 takes other files along, those too that a page could be made of, so that an import offers them again', async () => {
    const files = ['ledger.pdf', 'ledger.pdf', 'notes.md', 'README', '', '../../etc/passwd'].map((name, at) => ({
      ...{ name, content: new Blob([`${at}`]) },
      file: `file${at}`,
    }))
    const blocks = files.map(({ file, name }) => schema.node('file', { file, name }))
    const file = await exported({ blocks, files }).result
    if (!file.ok || typeof file.value.content === 'string') throw new Error('not written')
    const names = filesIn(file.value.content).map(([path]) => path)
    expect(names).toEqual([
      ...['ledger.pdf', 'ledger 2.pdf', 'notes.md', 'README', 'Untitled', 'etc passwd'].map(
        (name) => `attached files/${name}`,
      ),
      ...['One.md', 'Three.md'],
    ])
    const again = readArchive(file.value.content)
    if (!again.ok) throw new Error(again.error.type)
    const [one, ...others] = again.value.pages
    expect(others.map(({ title }) => title)).toEqual(['Three'])
    const doc = one?.type === 'read' && openSlice(one.slices[0] as PageSlice)
    const offered = doc
      ? doc.content.content.slice(1).map(({ type, attrs }) => [type.name, attrs.file, attrs.name])
      : []
    expect(offered.map(([type]) => type)).toEqual(Array(6).fill('file'))
    const contents = await Promise.all(
      offered.map(([, place]) => again.value.enclosed[Number(place.slice('#enclosed/'.length))]?.content?.text()),
    )
    expect(contents).toEqual(['0', '1', '2', '3', '4', '5'])
    expect(offered.map(([, , name]) => name)).toEqual([
      'ledger.pdf',
      'ledger.pdf',
      'notes.md',
      'README',
      'Untitled',
      'etc passwd',
    ])
    expect(again.value.losses).toEqual([])
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
