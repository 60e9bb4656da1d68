/** What a backup holds, item by item, to be bent and sealed again. */
import { createBackupCode } from '#lib/backup/backup-code'
import { type BackupItem, encodeBackupItem, readBackupItems } from '#lib/backup/backup-item'
import { sealBackupStream } from '#lib/backup/backup-stream'
import { concat } from '#lib/base/bytes'
import { ok } from '#lib/base/result'
import { systemRandom } from '#lib/crypto/system-random'
import { collectBackup, planBackup } from '#lib/host/collect-backup'
import { backupPorts } from '#lib/testing/backed-up-profile'
import type { Vault } from '#lib/vault/vault'

/** What `bytes` hold, as they come. */
export async function* readItems(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<BackupItem> {
  for await (const part of bytes) {
    async function* chunk() {
      yield ok(concat(encodeBackupItem({ type: 'begin', madeSeconds: 0 }), part))
    }
    for await (const placed of readBackupItems(chunk()))
      if (placed.ok && placed.value.item.type !== 'begin') yield placed.value.item
  }
}

/** All that a backup of `vault` holds, but its beginning. */
export async function itemsOf(vault: Vault): Promise<readonly BackupItem[]> {
  const items: BackupItem[] = []
  for await (const item of readItems(collectBackup(await planBackup(vault), backupPorts, { withFiles: false })))
    items.push(item)
  return items
}

/** Under a fresh code. */
export async function sealed(items: readonly BackupItem[]) {
  const code = createBackupCode(systemRandom)
  async function* plain() {
    yield encodeBackupItem({ type: 'begin', madeSeconds: 0 })
    for (const item of items) yield encodeBackupItem(item)
  }
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const part of sealBackupStream(plain(), code, systemRandom)) parts.push(new Uint8Array(part))
  return { file: new Blob(parts), code }
}
