import type { Result } from '#lib/base/result'
import { decodeWith, encodeWith, type Format } from '#lib/protocol/format'
import type { ProfileStorage, StorageError, WorkspaceStore } from '#lib/storage/storage'

/** What this device notes for itself as one sealed record; `undefined` for none, and for a damaged one. */
export async function readNote<T>(
  store: Pick<WorkspaceStore | ProfileStorage, 'record'>,
  key: string,
  format: Format<T>,
): Promise<T | undefined> {
  const kept = await store.record(key)
  const read = kept.ok && kept.value ? decodeWith(format, kept.value) : undefined
  return read?.ok ? read.value : undefined
}

/** Puts a note of a workspace in place of the one before; `undefined` takes that away. */
export const writeNote = <T>(
  store: Pick<WorkspaceStore, 'commit'>,
  key: string,
  format: Format<T>,
  value: T | undefined,
): Promise<Result<void, StorageError>> =>
  store.commit({ entries: [], records: [{ key, value: value === undefined ? undefined : encodeWith(format, value) }] })
