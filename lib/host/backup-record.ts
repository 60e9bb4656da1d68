import { decodeWith, encodeWith, unsigned } from '#lib/protocol/format'
import type { ProfileStorage } from '#lib/storage/storage'

/** When everything of this browser profile was downloaded as a backup last, in milliseconds since 1970. */
const KEY = 'backup'
const moment = unsigned(Number.MAX_SAFE_INTEGER)

/** Losing the note costs a warning too many, so nobody waits for it or hears that it failed. */
export const noteBackup = async (storage: ProfileStorage, atMs: number): Promise<void> =>
  void (await storage.putRecord(KEY, encodeWith(moment, atMs)))

export async function readBackupMoment(storage: ProfileStorage): Promise<number | undefined> {
  const record = await storage.record(KEY)
  const read = record.ok && record.value ? decodeWith(moment, record.value) : undefined
  return read?.ok ? read.value : undefined
}
