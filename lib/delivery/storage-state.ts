/** Whether this device's disk may be counted on: what the browser promised, what is at stake, and what stands elsewhere. Pure. */

export interface StorageFacts {
  readonly nowMs: number
  /** The last write found no room. */
  readonly full: boolean
  /** Whether the browser promised to keep this site's data; undefined until it answered, which it need not. */
  readonly kept: boolean | undefined
  /** When the workspace was begun. */
  readonly begunMs: number
  /** When a backup was downloaded here last. */
  readonly backupMs: number | undefined
}

/** The first minutes of a page are no loss that is worth a warning. */
const WORTH_LOSING_MS = 5 * 60_000
/** An older backup lacks too much. */
const BACKUP_LASTS_MS = 7 * 24 * 60 * 60_000

const isBackedUp = ({ backupMs, nowMs }: StorageFacts): boolean =>
  backupMs !== undefined && nowMs - backupMs < BACKUP_LASTS_MS

/** `unsafe`: the browser may clear everything, and nothing on this device says that it stands anywhere else. */
export function storageState(facts: StorageFacts): 'safe' | 'unsafe' | 'full' {
  if (facts.full) return 'full'
  if (facts.kept !== false || isBackedUp(facts)) return 'safe'
  return facts.nowMs - facts.begunMs >= WORTH_LOSING_MS ? 'unsafe' : 'safe'
}

/** When the state may change by time alone. */
export function storageDueAt(facts: StorageFacts): number | undefined {
  const dueAt = isBackedUp(facts) ? (facts.backupMs ?? 0) + BACKUP_LASTS_MS : facts.begunMs + WORTH_LOSING_MS
  return facts.kept === false && dueAt > facts.nowMs ? dueAt : undefined
}
