import { err, ok, type Result } from '#lib/base/result'
import { type ArchivePlaces, createFileLinks, importHref, nameKey } from '#lib/convert/archive-links'
import { type PlannedPage, planPages } from '#lib/convert/archive-plan'
import { fileKind, isImage } from '#lib/convert/file-kind'
import { createPictureShelf } from '#lib/convert/import-pictures'
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
  const files = unpacked.value.filter(({ path }) => !isHidden(path))
  const sources = files.filter(({ path }) => isSource(path))
  if (sources.length === 0) return err({ type: 'no-pages' })
  if (sources.length > MAX_PAGES) return err({ type: 'too-many-pages', limit: MAX_PAGES })
  const plan = planPages(sources)
  if (plan.length > MAX_PAGES) return err({ type: 'too-many-pages', limit: MAX_PAGES })
  const losses = createLosses()
  const others = files.filter(({ path }) => !isSource(path))
  const textBytes = sources.reduce((sum, { size }) => sum + size, 0)
  const shelf = createPictureShelf(budget.left - textBytes)
  const pictures = new Map<string, number>()
  for (const { path, size, bytes } of others) {
    if (!isImage(path)) losses.note('file', path)
    else pictures.set(path, shelf.add(path, size, bytes))
  }
  const places = { ...placesOf(plan, others), pictures: withNames(pictures) }
  const parser = createArchiveParser()
  let readable = 0
  const read = plan.map(({ title, source }) => source && readPlanned(title, source))
  const pages = plan.map((page, number) => read[number] ?? readPage({ doc: listOf(page, read) }, page.title))
  return readable > 0 ? ok({ pages, places, pictures: shelf.list(), losses: losses.list() }) : err({ type: 'damaged' })

  /** Its place stays where it cannot be read, since others lead there. */
  function readPlanned(title: string, source: ZipFile): ReadPage {
    const links = createFileLinks(source.path, places, losses, nowhere)
    const bytes = source.bytes()
    const read = bytes && readSource(source.path, bytes, { title, losses, shelf, archive: { parser, links } })
    if (read?.ok) {
      readable++
      return read.value
    }
    losses.note('unreadable', source.path)
    return readPage({ doc: schema.node('doc', null, [schema.node('paragraph')]) }, title)
  }
}

/** No text that is read here holds a picture of its own. */
const nowhere = (): number => -1

const isSource = (path: string): boolean => {
  const kind = fileKind(path)
  return kind !== undefined && kind !== 'zip'
}

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

function placesOf(plan: readonly PlannedPage[], others: readonly ZipFile[]): Omit<ArchivePlaces, 'pictures'> {
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
  return { byPath, byName, others: new Set(others.flatMap(({ path }) => [path, path.split('/').at(-1) ?? ''])) }
}

/** Obsidian's notes call a picture by its name alone, wherever it is. */
function withNames(byPath: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const byName = new Map(Array.from(byPath, ([path, picture]) => [path.split('/').at(-1) ?? '', picture]))
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
