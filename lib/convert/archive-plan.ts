import { titleFromName } from '#lib/convert/read-source'
import type { ZipFile } from '#lib/convert/zip-files'

/** A page that an archive becomes. */
export interface PlannedPage {
  /** Its place among the pages, from 0. */
  readonly number: number
  readonly title: string
  /** `undefined` for a folder that no file stands for. */
  readonly source: ZipFile | undefined
  /** The path of the folder whose page it is. */
  readonly folder: string | undefined
  /** The pages right below. */
  readonly parts: readonly PlannedPage[]
}

interface Folder {
  readonly path: string
  readonly name: string
  readonly files: ZipFile[]
  readonly folders: Map<string, Folder>
}

/** Folders below so many others are taken as one with the last of them. */
const MAX_FOLDERS = 20

/** The pages of an archive's files: each folder's own page first, then what is in it, in the order of names. */
export function planPages(files: readonly ZipFile[]): readonly PlannedPage[] {
  const byName = new Intl.Collator('en', { numeric: true }).compare
  const root: Folder = { path: '', name: '', files: [], folders: new Map() }
  for (const file of files) folderOf(root, file.path).files.push(file)
  const plan: PlannedPage[] = []
  add(root)
  return plan

  function add(folder: Folder, standing?: ZipFile): PlannedPage[] {
    const taken = new Set(standing ? [standing] : [])
    const rest = [...folder.folders.values()].map((inner) => {
      const beside = folder.files.find(
        (file) => stem(file) === inner.name || titleFromName(lastOf(file.path)) === inner.name,
      )
      const own =
        beside ?? inner.files.find((file) => /^(index|readme)$/i.test(stem(file)) || stem(file) === inner.name)
      if (own) taken.add(own)
      return { name: inner.name, inner, own }
    })
    const alone = folder.files
      .filter((file) => !taken.has(file))
      .map((own) => ({ name: stem(own), inner: undefined, own }))
    return [...rest, ...alone]
      .sort((a, b) => byName(a.name, b.name))
      .map(({ name, inner, own }) => {
        const parts: PlannedPage[] = []
        const title = titleFromName(own && !/^(index|readme)\./i.test(lastOf(own.path)) ? lastOf(own.path) : name)
        const page = { number: plan.length, title: title || 'Untitled', source: own, folder: inner?.path, parts }
        plan.push(page)
        if (inner) parts.push(...add(inner, own))
        return page
      })
  }
}

const lastOf = (path: string): string => path.split('/').at(-1) ?? ''
const stem = (file: ZipFile): string => lastOf(file.path).replace(/\.[^.]*$/, '')

function folderOf(root: Folder, path: string): Folder {
  let folder = root
  for (const name of path.split('/').slice(0, -1).slice(0, MAX_FOLDERS)) {
    const known = folder.folders.get(name)
    const made = known ?? { path: folder.path ? `${folder.path}/${name}` : name, name, files: [], folders: new Map() }
    folder.folders.set(name, made)
    folder = made
  }
  return folder
}
