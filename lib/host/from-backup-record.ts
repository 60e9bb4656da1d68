import type { WorkspaceStore } from '#lib/storage/storage'

/** That a workspace came from a backup by which nobody comes in again: it can be read here, and no more. */
const KEY = 'from-backup'

export const fromBackupRecord = { key: KEY, value: new Uint8Array(0) } as const

export async function isFromBackup(store: WorkspaceStore): Promise<boolean> {
  const record = await store.record(KEY)
  return record.ok && record.value !== undefined
}
