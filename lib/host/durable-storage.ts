import { readBackupMoment } from '#lib/host/backup-record'
import type { ProfileStorage } from '#lib/storage/storage'

/** What stands against losing this site's data: the browser's promise, and a backup. */
export interface DurableStorage {
  /** Whether the browser keeps it until a person deletes it; undefined while it has not said, as Firefox may not. */
  readonly kept: boolean | undefined
  /** When a backup was downloaded last, in milliseconds since 1970. */
  readonly backupMs: number | undefined
}

export interface DurableStorageWatch {
  known(): DurableStorage
  /** Finds out again, without asking the browser for anything. Never waited for. */
  look(): void
}

export function watchDurableStorage(storage: ProfileStorage, onChange: () => void): DurableStorageWatch {
  let known: DurableStorage = { kept: undefined, backupMs: undefined }
  const learn = (news: Partial<DurableStorage>) => {
    known = { ...known, ...news }
    onChange()
  }
  const look = () => {
    const asked: Promise<boolean> | undefined = navigator.storage?.persisted?.()
    asked?.then(
      (kept) => learn({ kept }),
      () => undefined,
    )
    void readBackupMoment(storage).then((backupMs) => learn({ backupMs }))
  }
  look()
  return { known: () => known, look }
}
