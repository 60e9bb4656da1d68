import type { FileKey, PieceName } from '#lib/base/ids'
import { err, ok } from '#lib/base/result'
import type { AddFileError, FileState, PageFiles } from '#lib/editor/page-files'
import { encodeFileReference } from '#lib/files/file-reference'

/** Files of a page in memory, for screens. */
export interface FakeFiles extends PageFiles {
  /** By reference. */
  readonly kept: Map<string, Blob>
  /** Set to refuse whatever is added. */
  refusal: AddFileError | undefined
  /** What is told of a file that is not here. */
  absence: FileState
}

export function createFakeFiles(): FakeFiles {
  const kept = new Map<string, Blob>()
  const files: FakeFiles = {
    kept,
    refusal: undefined,
    absence: { type: 'waiting', because: 'missing' },
    async add(file, onShare) {
      if (files.refusal) return err(files.refusal)
      onShare(1)
      const name = new Uint8Array(32).fill(kept.size + 1)
      const reference = encodeFileReference({ size: file.size, key: name as FileKey, root: name as PieceName })
      kept.set(reference, file)
      return ok(reference)
    },
    follow(reference, show) {
      const blob = kept.get(reference)
      show(blob ? { type: 'here', blob } : files.absence)
      return () => {}
    },
  }
  return files
}
