import type { EpochTag } from '#lib/base/ids'
import { bytesOf, decodeWith, encodeWith, listOf, record, unsigned } from '#lib/protocol/format'
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
  void (await store.commit({ entries: [], records: [{ key: KEY, value: encodeWith(format, meshes) }] }))

/** The oldest first. */
export async function readLeftMeshes(store: WorkspaceStore): Promise<readonly LeftMesh[]> {
  const noted = await store.record(KEY)
  const meshes = noted.ok && noted.value ? decodeWith(format, noted.value) : undefined
  return meshes?.ok ? meshes.value : []
}
