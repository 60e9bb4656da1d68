import {
  type FileAttributes,
  fileAttributes,
  isAttached,
  type PictureAttributes,
  pictureAttributes,
} from '#lib/convert/enclosed-files'
import { isImage, stemOf } from '#lib/convert/file-kind'
import type { Losses } from '#lib/convert/losses'
import { mentionAt } from '#lib/convert/markdown-inline'
import { safeHref } from '#lib/schema/safe-href'

/** Where the pages of one import are, as the files that they are made of call each other. */
export interface ArchivePlaces {
  /** Paths of files, to the number of their page. */
  readonly byPath: ReadonlyMap<string, number>
  /** Names without folder and ending, in small letters: how Obsidian's notes call each other. */
  readonly byName: ReadonlyMap<string, number>
  /** Paths of files that no page is made from, and their names alone, to their number. */
  readonly files: ReadonlyMap<string, number>
}

/** The links of one file. An answer of `undefined` is a link to nothing that comes along; it is noted as a loss. */
export interface FileLinks {
  hrefOf(address: string): string | undefined
  /** For `[[Name]]`, or `[[folder/Name]]`. */
  hrefOfName(name: string): string | undefined
  /** The picture behind an address, where it comes along. */
  pictureOf(source: string, alt: string): PictureAttributes | undefined
  /** For `![[picture.png]]`. */
  pictureOfName(name: string): PictureAttributes | undefined
  /** Any other file behind an address, where it comes along; `words` are those of the link. */
  fileOf(address: string, words: string): FileAttributes | undefined
  /** Tells of an image that is left out; `shown` stands for it where it has no name. */
  loseImage(source: string, shown: string): void
}

/** Where a link to another page of the import leads until the pages have their ids: see {@link pageOfHref}. */
export const importHref = (page: number): string => `#import/${page}`

/** The number of a page of the import, or `undefined` for any other address. */
export function pageOfHref(href: unknown): number | undefined {
  const number = typeof href === 'string' ? /^#import\/(\d{1,6})$/.exec(href)?.[1] : undefined
  return number === undefined ? undefined : Number(number)
}

/** `path` is the file's own in the archive. */
export function createFileLinks(path: string, places: ArchivePlaces, losses: Losses): FileLinks {
  const folder = path.split('/').slice(0, -1)
  const lost = (name: string) => {
    if (!places.files.has(name)) losses.note(isImage(name) ? 'image' : 'link', name)
  }
  return {
    hrefOf(address) {
      if (pageOfHref(address) !== undefined) return undefined
      if (mentionAt(address, '')) return address
      if (safeHref(address) !== undefined && !address.startsWith('#')) return address
      const target = pathFrom(folder, address)
      const page =
        target === undefined ? undefined : (places.byPath.get(target) ?? places.byPath.get(target.toLowerCase()))
      if (page !== undefined) return importHref(page)
      if (!address.startsWith('#')) lost(target ?? address)
      return undefined
    },
    hrefOfName(name) {
      const wanted = name.trim()
      const target = pathFrom([], wanted)
      const page =
        (target && (places.byPath.get(target) ?? places.byPath.get(`${target}.md`))) ??
        places.byName.get(nameKey(wanted.split('/').at(-1) ?? ''))
      if (typeof page === 'number') return importHref(page)
      lost(wanted)
      return undefined
    },
    pictureOf(source, alt) {
      const target = /^data:/i.test(source) ? undefined : pathFrom(folder, source)
      const picture = target === undefined || !isImage(target) ? undefined : places.files.get(target)
      return target !== undefined && picture !== undefined ? pictureAttributes(picture, target, alt) : undefined
    },
    pictureOfName(name) {
      const target = pathFrom([], name.trim())
      const picture =
        target && isImage(target) ? (places.files.get(target) ?? places.files.get(target.split('/').at(-1) ?? '')) : ''
      return target && typeof picture === 'number' ? pictureAttributes(picture, target, '') : undefined
    },
    fileOf(address, words) {
      const target = safeHref(address) === undefined ? pathFrom(folder, address) : undefined
      const file =
        target === undefined || (isImage(target) && !isAttached(target)) ? undefined : places.files.get(target)
      return target !== undefined && file !== undefined ? fileAttributes(file, target, words) : undefined
    },
    loseImage(source, shown) {
      const target = /^data:/i.test(source) ? undefined : pathFrom(folder, source)
      if (!target || !places.files.has(target)) losses.note('image', shown || target?.split('/').at(-1))
    },
  }
}

/** Under which name {@link ArchivePlaces.byName} holds a file. */
export const nameKey = (name: string): string => stemOf(name).normalize('NFC').toLowerCase()

/** Follows a relative address from a folder; `undefined` where it leads out, or nowhere. */
function pathFrom(folder: readonly string[], address: string): string | undefined {
  const [file = ''] = address.split(/[?#]/, 1)
  const steps = [...(file.startsWith('/') ? [] : folder)]
  for (const step of decoded(file).split('/')) {
    if (step === '..' && steps.pop() === undefined) return undefined
    if (step !== '' && step !== '.' && step !== '..') steps.push(step)
  }
  return file === '' ? undefined : steps.join('/').normalize('NFC')
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address // reason: a percent sign of a name that nobody encoded
  }
}
