import type {
  BackupOpeningProblem,
  BackupOpeningState,
  BackupOpeningSteps,
  FoundInBackup,
} from '#lib/backup/backup-state'
import type { BackupBytes } from '#lib/backup/backup-stream'
import { toBase64Url } from '#lib/base/base64url'
import { sameBytes } from '#lib/base/bytes'
import type { Watched } from '#lib/devices/linking-state'
import { createWatchedValue } from '#lib/devices/watched-value'
import type { Platform } from '#lib/host/browser-platform'
import { isOnlyRead } from '#lib/host/from-backup-record'
import { lookIntoBackup } from '#lib/host/look-into-backup'
import { restoreBackup } from '#lib/host/restore-backup'
import type { Vault } from '#lib/vault/vault'

export interface BackupOpening extends Watched<BackupOpeningState>, BackupOpeningSteps {}

/** Opens a backup in this browser: shows what is in it, and brings back what this browser lacks. */
export function openBackup(
  platform: Pick<Platform, 'crypto' | 'clock' | 'random' | 'tabs'>,
  /** The vault, which may be locked meanwhile: then it throws. */
  opened: () => Vault,
): BackupOpening {
  const value = createWatchedValue<BackupOpeningState>({ type: 'asking', problem: undefined })
  let chosen: { readonly file: BackupBytes; readonly code: string } | undefined
  let stopping = new AbortController()

  const fail = (problem: BackupOpeningProblem | undefined): void => value.set({ type: 'asking', problem })

  /** Tells of every whole percent of the file. */
  function readingOf(type: 'looking' | 'restoring', { size }: BackupBytes) {
    stopping = new AbortController()
    value.set({ type, percent: 0 })
    let told = 0
    return {
      signal: stopping.signal,
      onRead(bytes: number) {
        const percent = Math.min(99, Math.floor((100 * bytes) / size))
        if (percent <= told) return
        told = percent
        value.set({ type, percent })
      },
    }
  }

  async function look(file: BackupBytes, code: string): Promise<void> {
    const found = await lookIntoBackup(file, code, platform, readingOf('looking', file))
    if (!found.ok) return fail(found.error.type === 'stopped' ? undefined : found.error)
    const profile = await opened().profile()
    if (!profile.ok) return fail({ type: 'storage-failed' })
    chosen = { file, code }
    const { madeAt } = found.value
    const workspaces: FoundInBackup[] = []
    for (const { id, ...rest } of found.value.workspaces) {
      const known = profile.value.workspaces.find((one) => sameBytes(one.id, id))
      const isHere = known !== undefined && !(rest.hasWayBack && (await isOnlyRead(opened(), known)))
      workspaces.push({ ...rest, isHere })
    }
    value.set({ type: 'found', madeAt, workspaces })
  }

  async function restore(file: BackupBytes, code: string): Promise<void> {
    const { workspaces, error } = await restoreBackup(file, code, opened(), platform, readingOf('restoring', file))
    const came = workspaces.filter(({ outcome }) => outcome !== 'here')
    const [first] = came
    if (!first) return fail(error ?? { type: 'all-here' })
    await opened().updateProfile((before) => ({ ...before, current: first.id }))
    const namesOf = (wanted: string) => came.filter(({ outcome }) => outcome === wanted).map(({ name }) => name)
    value.set({
      type: 'restored',
      workspaceId: toBase64Url(first.id),
      writable: namesOf('writes'),
      readable: namesOf('reads'),
      problem: error,
    })
  }

  return {
    state: value.get,
    subscribe: value.subscribe,
    look(file, code) {
      if (value.get().type !== 'asking') return
      look(file, code).catch(() => fail({ type: 'storage-failed' }))
    },
    restore() {
      if (value.get().type !== 'found' || !chosen) return
      restore(chosen.file, chosen.code).catch(() => fail({ type: 'storage-failed' }))
    },
    stop() {
      stopping.abort()
      if (value.get().type === 'found') fail(undefined)
    },
    close: () => stopping.abort(),
  }
}
