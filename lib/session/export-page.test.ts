// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { ok } from '#lib/base/result'
import { createTaskWriter } from '#lib/convert/write-task'
import { fullBudget, readZip } from '#lib/convert/zip-files'
import { schema } from '#lib/schema/schema'
import { type ExportFormat, exportFile } from '#lib/session/export-page'
import { createFakeFiles } from '#lib/testing/fake-files'

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])

const picture = (file: string, name: string) =>
  schema.node('image', { file, name, alt: '', pixels: '8x6' }, [schema.node('image_caption')])

function exported(format: ExportFormat, signal = new AbortController().signal) {
  const files = createFakeFiles()
  files.kept.set('dot', new Blob([PNG], { type: 'image/png' }))
  files.kept.set('page', new Blob(['<svg/>'], { type: 'application/octet-stream' }))
  const blocks = [picture('dot', 'dot.png'), picture('gone', 'far.png'), picture('page', 'logo.svg')]
  const write = createTaskWriter()
  return exportFile(
    { title: 'Plan', doc: schema.node('doc', null, blocks), threads: [] },
    { format, withComments: false, nameOf: () => undefined, titleOf: () => undefined, signal },
    { files, thread: { write: async (task) => ok(write(task)) } },
  )
}

async function made(format: ExportFormat) {
  const file = await exported(format)
  if (!file.ok) throw new Error(file.error.type)
  return file.value
}

const LEFT = [
  { node: 'image', name: 'far.png', because: { type: 'away' } },
  { node: 'image', name: 'logo.svg', because: { type: 'not-shown' } },
]

describe('F1 one page that leaves', () => {
  it('as a web page has its pictures in it and names those that are not', async () => {
    const { content, left } = await made('html')
    expect(content).toContain('src="data:image/png;base64,iVBORw0KGgo="')
    expect(content).toContain('[far.png]')
    expect(left).toEqual(LEFT)
  })
  it('as a Word file has its pictures in it and names those that are not', async () => {
    const { content, left } = await made('docx')
    const parts = readZip(content as Uint8Array, fullBudget())
    if (!parts.ok) throw new Error(parts.error.type)
    expect(parts.value.find(({ path }) => path === 'word/media/picture1.png')?.bytes()).toEqual(PNG)
    expect(left).toEqual(LEFT)
  })
  it('as words alone asks for no picture', async () => {
    expect((await made('markdown')).left).toEqual([])
    expect((await made('text')).content).toBe('Plan\n\n[dot.png]\n\n[far.png]\n\n[logo.svg]\n')
  })
  it('is nothing where it was stopped', async () => {
    expect(await exported('html', AbortSignal.abort())).toEqual({ ok: false, error: { type: 'stopped' } })
  })
})
