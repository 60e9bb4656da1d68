import { err, ok, type Result } from '#lib/base/result'
import { type ArchivePlaces, createFileLinks, importHref, nameKey } from '#lib/convert/archive-links'
import { type PlannedPage, planPages } from '#lib/convert/archive-plan'
import { createFileShelf, isAttached } from '#lib/convert/enclosed-files'
import { fileKind } from '#lib/convert/file-kind'
import { createLosses } from '#lib/convert/losses'
import { createArchiveParser } from '#lib/convert/markdown-parser'
import type { ReadFile } from '#lib/convert/read-file'
import { type ReadPage, readPage, readSource, titleFromName } from '#lib/convert/read-source'
import { fullBudget, readZip, type ZipBudget, type ZipError, type ZipFile } from '#lib/convert/zip-files'
import { schema } from '#lib/schema/schema'

/**
 * Reads an archive of files, as Notion and Obsidian export them: every file that can be a page becomes one, every folder
 * of them too, and the links between them lead from page to page. A file that cannot be read is told of and left out.
 */

export type ArchiveProblem =
  | ZipError
  /** Nothing of it could be read. */
  | { readonly type: 'damaged' }
  /** Nothing in it can be a page. */
  | { readonly type: 'no-pages' }
  | { readonly type: 'too-many-pages'; readonly limit: number }

export const MAX_PAGES = 2000

export function readArchive(bytes: Uint8Array, budget: ZipBudget = fullBudget()): Result<ReadFile, ArchiveProblem> {
  const unpacked = unpack(bytes, budget)
  if (!unpacked.ok) return unpacked
  const files = withWholeTables(unpacked.value.filter(({ path }) => !isHidden(path)))
  const sources = files.filter(({ path }) => isPage(path))
  if (sources.length === 0) return err({ type: 'no-pages' })
  if (sources.length > MAX_PAGES) return err({ type: 'too-many-pages', limit: MAX_PAGES })
  const plan = planPages(sources)
  if (plan.length > MAX_PAGES) return err({ type: 'too-many-pages', limit: MAX_PAGES })
  const losses = createLosses()
  const textBytes = sources.reduce((sum, { size }) => sum + size, 0)
  const shelf = createFileShelf(budget.left - textBytes)
  const others = files.filter(({ path }) => !isPage(path))
  const numbers = new Map(others.map(({ path, size, bytes }) => [path, shelf.add(path, size, bytes)]))
  const places = { ...placesOf(plan), files: withNames(numbers) }
  const parser = createArchiveParser()
  let readable = 0
  const read = plan.map((page) => page.source && readPlanned(page, page.source))
  const pages = plan.map((page, number) => read[number] ?? readPage({ doc: listOf(page, read) }, page.title))
  return readable > 0 ? ok({ pages, places, enclosed: shelf.list(), losses: losses.list() }) : err({ type: 'damaged' })

  /** Its place stays where it cannot be read, since others lead there. */
  function readPlanned({ title, parts }: PlannedPage, source: ZipFile): ReadPage {
    const links = createFileLinks(source.path, places, losses)
    const bytes = source.bytes()
    const hrefOfRow = hrefsOfRows(parts)
    const read =
      bytes && readSource(source.path, bytes, { title, losses, shelf, archive: { parser, links }, hrefOfRow })
    if (read?.ok) {
      readable++
      return read.value
    }
    losses.note('unreadable', source.path)
    return readPage({ doc: schema.node('doc', null, [schema.node('paragraph')]) }, title)
  }
}

const isSource = (path: string): boolean => {
  const kind = fileKind(path)
  return kind !== undefined && kind !== 'zip'
}

/** Notion writes a table twice, as it was filtered and whole, both called by the table's id: the whole one stands for both. */
function withWholeTables(files: readonly ZipFile[]): readonly ZipFile[] {
  const wholeByPath = new Map<string, ZipFile>(
    files.flatMap((file) => {
      const [, stem] = /^(.*[0-9a-f]{32})_all\.csv$/i.exec(file.path) ?? []
      return stem === undefined ? [] : [[`${stem}.csv`, file] as const]
    }),
  )
  const replaced = new Set<ZipFile>()
  const read = files.map((file) => {
    const whole = wholeByPath.get(file.path)
    if (whole) replaced.add(whole)
    return whole ? { ...whole, path: file.path } : file
  })
  return read.filter((file) => !replaced.has(file))
}

/** The rows of a Notion table are pages in its folder, called by their first value, cut short and without signs. */
function hrefsOfRows(parts: readonly PlannedPage[]): (name: string) => string | undefined {
  const numbers = new Map(parts.map(({ title, number }) => [rowKey(title), number]))
  return (name) => {
    const number = numbers.get(rowKey(name))
    return number === undefined || rowKey(name) === '' ? undefined : importHref(number)
  }
}

const rowKey = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 40)

/** A file of a kind that pages are made from can also be one that is attached to a page. */
const isPage = (path: string): boolean => isSource(path) && !isAttached(path)

/** What programs keep for themselves, `.obsidian` say. */
const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX')

/** Notion packs its archive into another one, in parts. */
function unpack(bytes: Uint8Array, budget: ZipBudget): Result<readonly ZipFile[], ZipError> {
  const outer = readZip(bytes, budget)
  if (!outer.ok || outer.value.some(({ path }) => isSource(path) && !isHidden(path))) return outer
  const files: ZipFile[] = []
  for (const part of outer.value) {
    const inside = fileKind(part.path) === 'zip' ? part.bytes() : undefined
    const read = inside && readZip(inside, budget)
    if (read && !read.ok) return read
    files.push(...(read ? read.value : [part]))
  }
  return ok(files)
}

function placesOf(plan: readonly PlannedPage[]): Omit<ArchivePlaces, 'files'> {
  const byPath = new Map<string, number>()
  const byName = new Map<string, number>()
  plan.forEach(({ source, folder }, number) => {
    if (folder !== undefined) byPath.set(folder, number)
    if (!source) return
    const name = source.path.split('/').at(-1) ?? ''
    byPath.set(source.path, number)
    if (!byPath.has(source.path.toLowerCase())) byPath.set(source.path.toLowerCase(), number)
    for (const key of [nameKey(name), nameKey(titleFromName(name))]) if (!byName.has(key)) byName.set(key, number)
  })
  return { byPath, byName }
}

/** Obsidian's notes call a picture by its name alone, wherever it is. */
function withNames(byPath: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const byName = new Map(Array.from(byPath, ([path, file]) => [path.split('/').at(-1) ?? '', file]))
  return new Map([...byName, ...byPath])
}

/** What stands on the page of a folder: a list of the pages in it. */
function listOf({ parts }: PlannedPage, read: readonly (ReadPage | undefined)[]) {
  const items = parts.map(({ number, title }) => {
    const link = schema.marks.link.create({ href: importHref(number) })
    const words = schema.text(read[number]?.title || title, [link])
    return schema.node('list', { kind: 'bullet' }, [schema.node('paragraph', null, [words])])
  })
  return schema.node('doc', null, items)
}
