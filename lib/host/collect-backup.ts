import { createBackupCode } from '#lib/backup/backup-code'
import { sealBackup } from '#lib/backup/backup-file'
import type { Random } from '#lib/base/random'
import { encodeStandaloneRun } from '#lib/protocol/entry-run'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

const READ_BYTES = 256 * 1024

/** Everything this device holds of the workspace, sealed under a fresh code. */
export async function collectBackup(
  replica: Replica,
  keys: WorkspaceKeys,
  random: Random,
): Promise<{ readonly bytes: Uint8Array; readonly code: string }> {
  const entries: Uint8Array[] = []
  for (const head of replica.heads()) {
    for (let next = 1; next <= head.seq; ) {
      const run = await replica.read(head.chain, next, READ_BYTES)
      if (run.length === 0) break
      entries.push(encodeStandaloneRun(run))
      next += run.length
    }
  }
  const code = createBackupCode(random)
  const workspace = {
    workspaceId: keys.workspaceId,
    tagKey: keys.tagKey,
    secrets: replica.keys.epochs().map(({ secret }) => secret),
    entries,
  }
  return { bytes: sealBackup({ workspaces: [workspace] }, code, random), code }
}
