import { describe, expect, it, vi } from 'vitest'
import { err, ok } from '#lib/base/result'
import { importHref } from '#lib/convert/archive-links'
import { type ImportedFile, type ReadFile, readFile } from '#lib/convert/read-file'
import type { readInWorker } from '#lib/convert/read-in-worker'
import { createImports } from '#lib/session/imports'
import type { ImportedPage } from '#lib/session/workspace-tab'
import { createFakeFiles, type FakeFiles } from '#lib/testing/fake-files'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const LONG = Array.from({ length: 4000 }, (_, i) => `p${i} ${'word '.repeat(20)}`).join('\n\n')
const plans = (text: string) => new File([text], 'Plans.md')

const page = (title: string) => ({ type: 'read', title, slices: ['{}'] }) as unknown as ReadFile['pages'][number]
const archive = (...titles: string[]): ReadFile => ({
  pages: titles.map(page),
  places: { byPath: new Map(), byName: new Map(), files: new Map() },
  enclosed: [],
  losses: [{ kind: 'image', count: 2, names: ['a.png'] }],
})

/** Imports whose reader and page go on when they are told to. */
function begun(found?: ReadFile, files: FakeFiles = createFakeFiles()) {
  const steps = { read: () => {}, fill: () => {} }
  const pages: ImportedPage[] = []
  const shown: (readonly (number | undefined)[])[] = []
  const clock = createVirtualClock()
  let isRead = () => {}
  const reading = new Promise<void>((resolve) => (isRead = resolve))
  const read: typeof readInWorker = (file: ImportedFile, signal) =>
    new Promise((resolve) => {
      isRead()
      steps.read = () => resolve(found ? ok(found) : readFile(file))
      signal.addEventListener('abort', () => resolve(err({ type: 'stopped' })))
    })
  const imports = createImports({
    read,
    readHtml: async () => err({ type: 'too-deep' }),
    files,
    clock,
    tab: {
      newPageIds: async (count) => Array.from({ length: count }, (_, at) => `page${at}`),
      async importPage(content) {
        pages.push(content)
        return { id: content.id, filled: new Promise<void>((resolve) => (steps.fill = resolve)) }
      },
    },
    addressOf: (id) => `#/w/here/${id}`,
    onChange: () => void shown.push(imports.list().map(({ percent }) => percent)),
  })
  return { imports, steps, pages, shown, clock, reading }
}

describe('an import', () => {
  it('is shown while a long file is read and written, and gone at the end', async () => {
    const { imports, steps, pages, shown, reading } = begun()
    const made = imports.begin(plans(LONG))
    expect(imports.list()).toEqual([{ id: '0', fileName: 'Plans.md', percent: undefined, pages: 1 }])
    await reading
    steps.read()
    expect(await made).toEqual(ok('page0'))
    const [first] = pages
    expect(first?.title).toBe('Plans')
    for (let i = 1; i < (first?.slices.length ?? 0); i++) first?.onWritten()
    steps.fill()
    await vi.waitUntil(() => imports.list().length === 0)
    const percents = shown.flat().filter((percent) => percent !== undefined)
    expect(percents.length).toBeGreaterThan(5)
    expect(percents).toEqual([...new Set(percents)].sort((a, b) => a - b))
    expect(percents.at(-1)).toBe(99)
    expect(imports.reports()).toEqual([])
  })

  it('that is stopped while it is read makes no page', async () => {
    const { imports, pages, reading } = begun()
    const made = imports.begin(plans(LONG))
    await reading
    imports.stop('0')
    expect(await made).toEqual(err({ type: 'stopped' }))
    expect(pages).toEqual([])
    expect(imports.list()).toEqual([])
  })

  it('that is stopped later tells the page to take no more', async () => {
    const { imports, steps, pages, reading } = begun()
    const made = imports.begin(plans(LONG))
    await reading
    steps.read()
    await made
    imports.stopReading()
    expect(pages[0]?.signal.aborted).toBe(false)
    imports.stop('0')
    expect(pages[0]?.signal.aborted).toBe(true)
  })

  it('of a short file is not worth a notice', async () => {
    const { imports, steps, shown, reading } = begun()
    const made = imports.begin(plans('# Harbour\n\nText'))
    await reading
    steps.read()
    await made
    expect(shown).toEqual([])
  })

  it('attack: of a file that is too large, or gone, does not begin', async () => {
    const { imports } = begun()
    const arrayBuffer = async (): Promise<ArrayBuffer> => {
      throw new DOMException('gone', 'NotFoundError')
    }
    expect(await imports.begin({ name: 'a.docx', size: 100 * 1_048_576, arrayBuffer })).toEqual(
      err({ type: 'too-large', limitMegabytes: 64 }),
    )
    expect(await imports.begin({ name: 'a.md', size: 9, arrayBuffer })).toEqual(err({ type: 'unreadable' }))
    expect(imports.list()).toEqual([])
  })

  it('of an archive makes one page after the other, led to each other, and reports', async () => {
    const { imports, steps, pages, clock, reading } = begun(archive('One', 'Two'))
    const made = imports.begin(new File(['x'], 'vault.zip'))
    await reading
    steps.read()
    expect(await made).toEqual(ok('page0'))
    expect(imports.list()).toMatchObject([{ percent: 50, pages: 2 }])
    expect(pages[0]?.hrefOf(importHref(1))).toBe('#/w/here/page1')
    expect(pages[0]?.hrefOf('https://a.example')).toBe('https://a.example')
    steps.fill()
    await vi.waitUntil(async () => {
      await clock.advance(1)
      return pages.length === 2
    })
    steps.fill()
    await vi.waitUntil(() => imports.list().length === 0)
    expect(pages.map(({ title }) => title)).toEqual(['One', 'Two'])
    const losses = [{ kind: 'image', count: 2, names: ['a.png'] }]
    expect(imports.reports()).toEqual([{ id: '0', fileName: 'vault.zip', pages: 2, ofPages: 2, losses }])
    imports.dismissReport('0')
    expect(imports.reports()).toEqual([])
  })

  it('of an archive begins no further page when the tab ends', async () => {
    const { imports, steps, pages, reading } = begun(archive('One', 'Two'))
    const made = imports.begin(new File(['x'], 'vault.zip'))
    await reading
    steps.read()
    await made
    imports.stopReading()
    steps.fill()
    await vi.waitUntil(() => imports.list().length === 0)
    expect([pages.length, pages[0]?.signal.aborted]).toEqual([1, false])
  })

  it('of an archive that is stopped makes no further page and says how many there are', async () => {
    const { imports, steps, pages, reading } = begun(archive('One', 'Two', 'Three'))
    const made = imports.begin(new File(['x'], 'vault.zip'))
    await reading
    steps.read()
    await made
    imports.stop('0')
    steps.fill()
    await vi.waitUntil(() => imports.list().length === 0)
    expect(pages).toHaveLength(1)
    expect(imports.reports()).toMatchObject([{ pages: 1, ofPages: 3 }])
  })
})

describe('F1 an import with pictures', () => {
  const found: ReadFile = {
    ...archive('One', 'Two'),
    losses: [],
    enclosed: [
      { name: 'in/dot.png', content: new Blob(['x']) },
      { name: 'in/unused.png', content: new Blob(['y']) },
    ],
  }
  const shown = JSON.stringify({ type: 'image', attrs: { file: '#enclosed/0', name: 'dot.png', alt: '' } })

  it('seals those of a page before it is written, and tells of what stands on none', async () => {
    const files = createFakeFiles()
    const pages = found.pages.map((one) => ({ ...one, slices: [shown] })) as unknown as ReadFile['pages']
    const { imports, steps, pages: made, clock, reading } = begun({ ...found, pages }, files)
    const first = imports.begin(new File(['x'], 'vault.zip'))
    await reading
    steps.read()
    await first
    const [reference] = files.kept.keys()
    expect(made[0]?.slices[0]).toContain(reference)
    steps.fill()
    await vi.waitUntil(async () => {
      await clock.advance(1)
      return made.length === 2
    })
    steps.fill()
    await vi.waitUntil(() => imports.list().length === 0)
    expect(files.kept.size).toBe(1)
    expect(imports.reports()).toMatchObject([{ losses: [{ kind: 'loose', count: 1, names: ['in/unused.png'] }] }])
  })

  it.each(['stop', 'stopReading'] as const)('makes no page where it is stopped before that (%s)', async (how) => {
    const files = createFakeFiles()
    const pages = found.pages.map((one) => ({ ...one, slices: [shown] })) as unknown as ReadFile['pages']
    const { imports, steps, pages: made, reading } = begun({ ...found, pages }, files)
    const { add } = files
    files.add = (file, onShare) => {
      imports[how]('0')
      return add(file, onShare)
    }
    const first = imports.begin(new File(['x'], 'vault.zip'))
    await reading
    steps.read()
    expect(await first).toEqual(err({ type: 'stopped' }))
    expect(made).toEqual([])
  })
})
