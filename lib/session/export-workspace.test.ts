import { describe, expect, it } from 'vitest'
import { ok } from '#lib/base/result'
import { createTaskWriter } from '#lib/convert/write-task'
import { fullBudget, readZip } from '#lib/convert/zip-files'
import { schema } from '#lib/schema/schema'
import type { ExportedPage } from '#lib/session/export-page'
import { exportWorkspace } from '#lib/session/export-workspace'

/** Who has another name today. */
const bert = { kind: 'person', id: 'b'.repeat(22), name: 'Bert' } as const
const NAMES: Readonly<Record<string, string>> = { p1: 'Ana', [bert.id]: 'Bo' }

const pageOf = (title: string): ExportedPage => ({
  title,
  doc: schema.node('doc', null, [schema.node('paragraph', null, [schema.text(`About ${title}`)])]),
  threads: [
    { quote: 'About', resolved: false, remarks: [{ person: 'p1', at: 0, text: 'Why, @Bert?', mentions: [bert] }] },
  ],
})

function exported(wish: { withComments?: boolean; stopAfter?: number } = {}) {
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
        id === 'page1' ? undefined : pageOf(pages.find((page) => page.id === id)?.title ?? ''),
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
