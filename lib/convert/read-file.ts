import { err, ok, type Result } from '#lib/base/result'
import type { ArchivePlaces } from '#lib/convert/archive-links'
import { createFileShelf, type EnclosedFile } from '#lib/convert/enclosed-files'
import { excessOf, fileKind } from '#lib/convert/file-kind'
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
  readonly enclosed: readonly EnclosedFile[]
  readonly losses: readonly Loss[]
}

export type FileProblem = SourceProblem | ArchiveProblem

const ALONE: ArchivePlaces = { byPath: new Map(), byName: new Map(), files: new Map() }

/** Reads a whole file of anybody; seconds of work where it is long. */
export function readFile({ name, bytes }: ImportedFile): Result<ReadFile, FileProblem> {
  const excess = excessOf(name, bytes.length)
  if (excess) return err({ type: 'too-large', ...excess })
  if (fileKind(name) === 'zip') return readArchive(bytes)
  const losses = createLosses()
  const shelf = createFileShelf(fullBudget().left)
  const page = readSource(name, bytes, { title: titleFromName(name), losses, shelf })
  if (!page.ok) return page
  return ok({ pages: [page.value], places: ALONE, enclosed: shelf.list(), losses: losses.list() })
}
