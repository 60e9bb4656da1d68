import { createBackupCode } from '#lib/backup/backup-code'
import { type BackupWorkspace, sealBackup } from '#lib/backup/backup-file'
import { toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import { encodeSegmentBlob } from '#lib/protocol/blob'
import { SEGMENT_RECORDS } from '#lib/replica/segment-table'
import { readIntact } from '#lib/storage/read-intact'
import type { Vault } from '#lib/vault/vault'

/**
 * Everything that this browser profile holds, of all its workspaces, sealed under a fresh code. Read from the disk, not
 * through a replica: no workspace has to be open, and what is damaged keeps nobody from saving the rest. Segments go with
 * the entries: some may have come without theirs (S0).
 */
export async function collectBackup(
  vault: Vault,
  random: Random,
): Promise<Result<{ readonly bytes: Uint8Array; readonly code: string }, { readonly type: 'storage-failed' }>> {
  const profile = await vault.profile()
  if (!profile.ok) return err({ type: 'storage-failed' })
  const workspaces: BackupWorkspace[] = []
  for (const { id } of profile.value.workspaces) {
    const workspace = await readWorkspace(vault, id).catch(() => undefined)
    if (!workspace) return err({ type: 'storage-failed' })
    workspaces.push(workspace)
  }
  const code = createBackupCode(random)
  return ok({ bytes: sealBackup({ workspaces }, code, random), code })
}

async function readWorkspace(vault: Vault, workspaceId: WorkspaceId): Promise<BackupWorkspace | undefined> {
  const keys = await vault.loadWorkspaceKeys(workspaceId)
  const store = await vault.storage.workspace(toHex(workspaceId))
  if (!keys.ok || !keys.value || !store.ok) return undefined
  const heads = await store.value.heads()
  const channels = new Map(heads.map(({ channel }) => [toHex(channel), channel]))
  const entries: Uint8Array[] = []
  try {
    for (const channel of channels.values()) {
      const intact = await readIntact(store.value, channel, 0)
      for (const { entry } of intact.entries) entries.push(entry.bytes)
    }
    for (const key of await store.value.recordKeys(SEGMENT_RECORDS)) {
      const segment = await store.value.record(key)
      if (segment.ok && segment.value) entries.push(encodeSegmentBlob(segment.value))
    }
  } finally {
    store.value.close()
  }
  const { tagKey, epochs } = keys.value
  return { workspaceId, tagKey, secrets: epochs.map(({ secret }) => secret), entries }
}
