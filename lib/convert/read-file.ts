import { err, ok, type Result } from '#lib/base/result'
import type { ArchivePlaces } from '#lib/convert/archive-links'
import { excessOf, fileKind } from '#lib/convert/file-kind'
import { createPictureShelf, type ImportedPicture } from '#lib/convert/import-pictures'
import { createLosses, type Loss } from '#lib/convert/losses'
import { type ArchiveProblem, readArchive } from '#lib/convert/read-archive'
import { type ReadPage, readSource, type SourceProblem, titleFromName } from '#lib/convert/read-source'
import { fullBudget } from '#lib/convert/zip-files'

/** A file that a person chose. */
export interface ImportedFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What becomes of a file: its pages in their order, at least one, and what is left out. */
export interface ReadFile {
  readonly pages: readonly ReadPage[]
  readonly places: ArchivePlaces
  /** By number; some of them may stand on no page. */
  readonly pictures: readonly ImportedPicture[]
  readonly losses: readonly Loss[]
}

export type FileProblem = SourceProblem | ArchiveProblem

const ALONE: ArchivePlaces = { byPath: new Map(), byName: new Map(), others: new Set(), pictures: new Map() }

/** Reads a whole file of anybody; seconds of work where it is long. */
export function readFile({ name, bytes }: ImportedFile): Result<ReadFile, FileProblem> {
  const excess = excessOf(name, bytes.length)
  if (excess) return err({ type: 'too-large', ...excess })
  if (fileKind(name) === 'zip') return readArchive(bytes)
  const losses = createLosses()
  const shelf = createPictureShelf(fullBudget().left)
  const page = readSource(name, bytes, { title: titleFromName(name), losses, shelf })
  if (!page.ok) return page
  return ok({ pages: [page.value], places: ALONE, pictures: shelf.list(), losses: losses.list() })
}
