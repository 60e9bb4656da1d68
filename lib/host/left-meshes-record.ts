import type { EpochTag } from '#lib/base/ids'
import { readNote, writeNote } from '#lib/host/note'
import { bytesOf, listOf, record, unsigned } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'

/** A mesh that was left for that of a newer epoch, and may be held for those who slept. */
export interface LeftMesh {
  readonly tag: EpochTag
  /** In milliseconds since 1970. */
  readonly leftAtMs: number
}

/** So many of them are held at most. */
export const MAX_LEFT_MESHES = 3

const KEY = 'left-meshes'
const format = listOf<LeftMesh>(
  record({ tag: bytesOf<EpochTag>(16), leftAtMs: unsigned(Number.MAX_SAFE_INTEGER) }),
  MAX_LEFT_MESHES,
)

/** Losing the note costs a stay, so nobody waits for it or hears that it failed. */
export const noteLeftMeshes = async (store: WorkspaceStore, meshes: readonly LeftMesh[]): Promise<void> =>
  void (await writeNote(store, KEY, format, meshes))

/** The oldest first. */
export const readLeftMeshes = async (store: WorkspaceStore): Promise<readonly LeftMesh[]> =>
  (await readNote(store, KEY, format)) ?? []
