import { type BackedUpWorkspace, type BackupItem, readBackupItems } from '#lib/backup/backup-item'
import { type BackupBytes, type BackupError, openBackupStream } from '#lib/backup/backup-stream'
import { err, ok, type Result } from '#lib/base/result'

/** How far a file was read, of all its bytes, and a way to stop. */
export interface Reading {
  readonly signal: AbortSignal
  onRead(bytes: number): void
}

/** What a backup holds of a workspace, beside what that begins with. */
export type BackupContent = Exclude<BackupItem, { type: 'begin' | 'workspace' }>

/** What is done with one workspace of a backup; an error ends the reading. */
export interface WorkspaceReading<E> {
  take(item: BackupContent): Promise<E | undefined>
  /** All of it was read. */
  finish(): Promise<E | undefined>
  /** It was not read to its end, or not finished. */
  giveUp(): Promise<void>
}

/**
 * Reads a backup workspace by workspace, to its end or the first error; gives the moment in which it was made, in
 * milliseconds since 1970 by the clock of the device that made it. Safe on hostile bytes.
 */
export async function readBackup<E>(
  file: BackupBytes,
  code: string,
  { signal, onRead }: Reading,
  begin: (workspace: BackedUpWorkspace) => Promise<Result<WorkspaceReading<E>, E>>,
): Promise<Result<number, BackupError | { readonly type: 'stopped' } | E>> {
  let current: WorkspaceReading<E> | undefined
  let madeAt = 0

  async function finish(): Promise<E | undefined> {
    const error = await current?.finish()
    if (!error) current = undefined
    return error
  }

  async function take(item: BackupItem): Promise<BackupError | E | undefined> {
    if (item.type === 'begin') madeAt = item.madeSeconds * 1000
    else if (item.type !== 'workspace') return current ? current.take(item) : { type: 'damaged-backup' }
    else {
      const error = await finish()
      if (error) return error
      const begun = await begin(item)
      if (!begun.ok) return begun.error
      current = begun.value
    }
    return undefined
  }

  async function readAll(): Promise<BackupError | { readonly type: 'stopped' } | E | undefined> {
    const opened = await openBackupStream(file, code)
    if (!opened.ok) return opened.error
    for await (const placed of readBackupItems(opened.value.chunks())) {
      if (signal.aborted) return { type: 'stopped' }
      if (!placed.ok) return placed.error
      onRead(placed.value.read)
      const error = await take(placed.value.item)
      if (error) return error
    }
    return finish()
  }

  try {
    const error = await readAll()
    return error ? err(error) : ok(madeAt)
  } finally {
    await current?.giveUp().catch(() => {})
  }
}
