import { readNote } from '#lib/host/note'
import { encodeWith, unsigned } from '#lib/protocol/format'
import type { ProfileStorage } from '#lib/storage/storage'

/** When everything of this browser profile was downloaded as a backup last, in milliseconds since 1970. */
const KEY = 'backup'
const moment = unsigned(Number.MAX_SAFE_INTEGER)

/** Losing the note costs a warning too many, so nobody waits for it or hears that it failed. */
export const noteBackup = async (storage: ProfileStorage, atMs: number): Promise<void> =>
  void (await storage.putRecord(KEY, encodeWith(moment, atMs)))

export const readBackupMoment = (storage: ProfileStorage): Promise<number | undefined> => readNote(storage, KEY, moment)
