import { toHex } from '#lib/base/bytes'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { KnownWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'

/** That a workspace came from a backup by which nobody comes in again: it can be read here, and no more. */
const KEY = 'from-backup'

export const fromBackupRecord = { key: KEY, value: new Uint8Array(0) } as const
export const notFromBackupRecord = { key: KEY, value: undefined } as const

export async function isFromBackup(store: WorkspaceStore): Promise<boolean> {
  const record = await store.record(KEY)
  return record.ok && record.value !== undefined
}

/** Whether a workspace that this browser knows is here only to be read: a backup with a way back brings more (V7). */
export async function isOnlyRead(vault: Vault, { id, isOut }: KnownWorkspace): Promise<boolean> {
  const store = isOut ? await vault.storage.workspace(toHex(id)) : undefined
  if (!store?.ok) return false
  try {
    return await isFromBackup(store.value)
  } finally {
    store.value.close()
  }
}
