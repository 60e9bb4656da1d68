import { backupCodeBytes } from '#lib/backup/backup-code'
import { concat, sameBytes, u32, utf8 } from '#lib/base/bytes'
import type { EpochSecret, TagKey, WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import { kdf } from '#lib/crypto/kdf'
import { BOX_OVERHEAD, boxOpenWithNonce, boxSealWithNonce } from '#lib/crypto/secretbox'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'

/**
 * Whole workspaces in one sealed file: the secrets that open them and every entry as it stands on disk. Entries stay
 * sealed inside as well, so that whoever restores the file checks them like any peer's.
 *
 *   "waxwing-backup/1" ‖ salt[16] ‖ sealed chunks of 64 KiB, nonce = number ‖ last flag, key = KDF(code, salt)
 */
export interface Backup {
  readonly workspaces: readonly BackupWorkspace[]
}

export interface BackupWorkspace {
  readonly workspaceId: WorkspaceId
  readonly tagKey: TagKey
  /** Oldest first, 32 bytes each. */
  readonly secrets: readonly EpochSecret[]
  /** Entries as they rest (lib/replica/entry-record.ts), of each channel in the order in which they were stored. */
  readonly entries: readonly Uint8Array[]
}

export type BackupError =
  /** No backup, or of a version that this one does not know. */
  { readonly type: 'not-a-backup' } | { readonly type: 'wrong-code' } | { readonly type: 'damaged-backup' }

const MAGIC = utf8('waxwing-backup/1')
const SALT_BYTES = 16
const CHUNK_BYTES = 64 * 1024
const MAX_ENTRY_BYTES = 2 * 1024 * 1024

const nonceOf = (index: number, last: boolean): Uint8Array =>
  concat(new Uint8Array(19), u32(index), Uint8Array.of(last ? 1 : 0))

const fileKey = (code: Uint8Array, salt: Uint8Array): Uint8Array => kdf(code, salt, utf8('backup'))

/** The sealed file. `code` comes from `createBackupCode`; anything else is a bug. */
export function sealBackup(backup: Backup, code: string, random: Random): Uint8Array {
  const secret = backupCodeBytes(code)
  if (!secret) throw new Error('Not a backup code')
  const plain = writeAll((writer) =>
    writer.list(backup.workspaces, (workspace) => {
      writer.raw(workspace.workspaceId)
      writer.raw(workspace.tagKey)
      writer.list(workspace.secrets, (epoch) => writer.raw(epoch))
      writer.list(workspace.entries, (entry) => writer.sized(entry))
    }),
  )
  const salt = random.bytes(SALT_BYTES)
  const key = fileKey(secret, salt)
  const count = Math.max(1, Math.ceil(plain.length / CHUNK_BYTES))
  const chunks = Array.from({ length: count }, (_, i) =>
    boxSealWithNonce(plain.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES), nonceOf(i, i === count - 1), key),
  )
  return concat(MAGIC, salt, ...chunks)
}

/** What a file holds; safe on hostile bytes, all or nothing. */
export function openBackup(file: Uint8Array, code: string): Result<Backup, BackupError> {
  if (file.length <= MAGIC.length + SALT_BYTES || !sameBytes(file.subarray(0, MAGIC.length), MAGIC)) {
    return err({ type: 'not-a-backup' })
  }
  const secret = backupCodeBytes(code)
  if (!secret) return err({ type: 'wrong-code' })
  const key = fileKey(secret, file.subarray(MAGIC.length, MAGIC.length + SALT_BYTES))
  const sealed = file.subarray(MAGIC.length + SALT_BYTES)
  const step = CHUNK_BYTES + BOX_OVERHEAD
  const count = Math.ceil(sealed.length / step)
  const chunks: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const chunk = boxOpenWithNonce(sealed.subarray(i * step, (i + 1) * step), nonceOf(i, i === count - 1), key)
    if (!chunk) return err({ type: i === 0 ? 'wrong-code' : 'damaged-backup' })
    chunks.push(chunk)
  }
  const plain = concat(...chunks)
  const read = readAll(plain, (reader) =>
    reader.list(1024, () => ({
      workspaceId: reader.take(32) as WorkspaceId,
      tagKey: reader.take(32) as TagKey,
      secrets: reader.list(4096, () => reader.take(32) as EpochSecret),
      entries: reader.list(100_000_000, () => reader.sized(MAX_ENTRY_BYTES)),
    })),
  )
  return read.ok ? ok({ workspaces: read.value }) : err({ type: 'damaged-backup' })
}
