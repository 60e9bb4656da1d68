import { describe, expect, it, vi } from 'vitest'
import { err, ok } from '#lib/base/result'
import type { readInWorker } from '#lib/convert/read-in-worker'
import { sliceMarkdown } from '#lib/convert/sliced-page'
import { createImports } from '#lib/session/imports'
import type { ImportedPage } from '#lib/session/workspace-tab'

const LONG = Array.from({ length: 4000 }, (_, i) => `p${i} ${'word '.repeat(20)}`).join('\n\n')

/** Imports whose reader and page go on when they are told to. */
function begun() {
  const steps = { read: () => {}, fill: () => {} }
  const pages: ImportedPage[] = []
  const shown: (readonly (number | undefined)[])[] = []
  const read: typeof readInWorker = (text, signal) =>
    new Promise((resolve) => {
      steps.read = () => resolve(sliceMarkdown(text))
      signal.addEventListener('abort', () => resolve(err({ type: 'stopped' })))
    })
  const imports = createImports({
    read,
    async importPage(content) {
      pages.push(content)
      return { id: 'page', filled: new Promise((resolve) => (steps.fill = resolve)) }
    },
    onChange: () => void shown.push(imports.list().map(({ percent }) => percent)),
  })
  return { imports, steps, pages, shown }
}

describe('an import', () => {
  it('is shown while a long file is read and written, and gone at the end', async () => {
    const { imports, steps, pages, shown } = begun()
    const made = imports.begin('Plans.md', LONG)
    expect(imports.list()).toEqual([{ id: '0', fileName: 'Plans.md', percent: undefined }])
    steps.read()
    expect(await made).toEqual(ok('page'))
    const [page] = pages
    expect(page?.title).toBe('Plans')
    for (let i = 1; i < (page?.slices.length ?? 0); i++) page?.onWritten()
    steps.fill()
    await vi.waitUntil(() => imports.list().length === 0)
    const percents = shown.flat().filter((percent) => percent !== undefined)
    expect(percents.length).toBeGreaterThan(5)
    expect(percents).toEqual([...new Set(percents)].sort((a, b) => a - b))
    expect(percents.at(-1)).toBe(99)
  })

  it('that is stopped while it is read makes no page', async () => {
    const { imports, pages } = begun()
    const made = imports.begin('Plans.md', LONG)
    imports.stop('0')
    expect(await made).toEqual(err({ type: 'stopped' }))
    expect(pages).toEqual([])
    expect(imports.list()).toEqual([])
  })

  it('that is stopped later tells the page to take no more', async () => {
    const { imports, steps, pages } = begun()
    const made = imports.begin('Plans.md', LONG)
    steps.read()
    await made
    imports.stopReading()
    expect(pages[0]?.signal.aborted).toBe(false)
    imports.stop('0')
    expect(pages[0]?.signal.aborted).toBe(true)
  })

  it('of a short file is not worth a notice', async () => {
    const { imports, steps, shown } = begun()
    const made = imports.begin('Plans.md', '# Harbour\n\nText')
    steps.read()
    await made
    expect(shown).toEqual([])
  })
})
