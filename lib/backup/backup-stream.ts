import { backupCodeBytes } from '#lib/backup/backup-code'
import { concat, sameBytes, u32, utf8 } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import { kdf } from '#lib/crypto/kdf'
import { BOX_OVERHEAD, boxOpenWithNonce, boxSealWithNonce } from '#lib/crypto/secretbox'

/**
 * The sealed file of a backup, written and read a chunk at a time (docs/protocol.md "Backup"):
 *
 *   "waxwing-backup/2" ‖ salt[16] ‖ check[16] ‖ sealed chunks of 64 KiB, nonce = number ‖ last flag
 *
 * `check` tells a wrong code from a damaged file. No chunk opens in another one's place, and a file that was cut short lacks
 * its last one.
 */
export type BackupError =
  /** Not a file that was made as a backup. */
  | { readonly type: 'not-a-backup' }
  /** Of a version that this one does not know. */
  | { readonly type: 'other-version' }
  | { readonly type: 'too-large' }
  /** What was typed cannot be a code. */
  | { readonly type: 'not-a-code' }
  | { readonly type: 'wrong-code' }
  /** Changed or cut short; also where it is no longer readable. */
  | { readonly type: 'damaged-backup' }

/** What can be read of a file, as a `Blob` lets it be. */
export interface BackupBytes {
  readonly size: number
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> }
}

/** Of a whole file. */
export const MAX_BACKUP_BYTES = 2 ** 31

const FAMILY = utf8('waxwing-backup/')
const MAGIC = utf8('waxwing-backup/2')
const SALT_BYTES = 16
const CHECK_BYTES = 16
const HEADER_BYTES = MAGIC.length + SALT_BYTES + CHECK_BYTES
const CHUNK_BYTES = 64 * 1024

const nonceOf = (index: number, last: boolean): Uint8Array =>
  concat(new Uint8Array(19), u32(index), Uint8Array.of(last ? 1 : 0))

const keyOf = (code: Uint8Array, salt: Uint8Array): Uint8Array => kdf(code, salt, utf8('backup'))
const checkOf = (code: Uint8Array, salt: Uint8Array): Uint8Array =>
  kdf(code, salt, utf8('backup check')).slice(0, CHECK_BYTES)

/** The file, in parts, of what `plain` brings. `code` comes from `createBackupCode`; anything else is a bug. */
export async function* sealBackupStream(
  plain: AsyncIterable<Uint8Array>,
  code: string,
  random: Random,
): AsyncGenerator<Uint8Array> {
  const secret = backupCodeBytes(code)
  if (!secret) throw new Error('Not a backup code')
  const salt = random.bytes(SALT_BYTES)
  const key = keyOf(secret, salt)
  yield concat(MAGIC, salt, checkOf(secret, salt))
  let number = 0
  let rest = new Uint8Array(0)
  for await (const bytes of plain) {
    rest = new Uint8Array(concat(rest, bytes))
    let at = 0
    // one more byte than a chunk: only what is followed by something is not the last
    for (; rest.length - at > CHUNK_BYTES; at += CHUNK_BYTES)
      yield boxSealWithNonce(rest.subarray(at, at + CHUNK_BYTES), nonceOf(number++, false), key)
    rest = rest.slice(at)
  }
  yield boxSealWithNonce(rest, nonceOf(number, true), key)
}

/** A file that the code opens, as far as its beginning tells. */
export interface OpenedBackup {
  /** What it holds, in order. Ends with `damaged-backup` at the first chunk that is not as it was sealed. */
  chunks(): AsyncGenerator<Result<Uint8Array, BackupError>>
}

/** Reads no more than the beginning of the file; safe on hostile bytes. */
export async function openBackupStream(
  file: BackupBytes,
  typedCode: string,
): Promise<Result<OpenedBackup, BackupError>> {
  const header = await read(file, 0, HEADER_BYTES)
  if (!header || !sameBytes(header.subarray(0, FAMILY.length), FAMILY)) return err({ type: 'not-a-backup' })
  if (!sameBytes(header.subarray(0, MAGIC.length), MAGIC)) return err({ type: 'other-version' })
  if (file.size > MAX_BACKUP_BYTES) return err({ type: 'too-large' })
  if (file.size <= HEADER_BYTES) return err({ type: 'damaged-backup' })
  const secret = backupCodeBytes(typedCode)
  if (!secret) return err({ type: 'not-a-code' })
  const salt = header.slice(MAGIC.length, MAGIC.length + SALT_BYTES)
  if (!sameBytes(header.subarray(MAGIC.length + SALT_BYTES), checkOf(secret, salt))) return err({ type: 'wrong-code' })
  const key = keyOf(secret, salt)
  return ok({ chunks: () => openChunks(file, key) })
}

async function* openChunks(file: BackupBytes, key: Uint8Array): AsyncGenerator<Result<Uint8Array, BackupError>> {
  const step = CHUNK_BYTES + BOX_OVERHEAD
  const count = Math.ceil((file.size - HEADER_BYTES) / step)
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + i * step
    const box = await read(file, at, Math.min(at + step, file.size))
    const chunk = box && boxOpenWithNonce(box, nonceOf(i, i === count - 1), key)
    if (!chunk) return yield err({ type: 'damaged-backup' })
    yield ok(chunk)
  }
}

/** Undefined where the file went away or changed since it was chosen. */
async function read(file: BackupBytes, from: number, to: number): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer())
  } catch {
    return undefined
  }
}
