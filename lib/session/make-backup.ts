import { createBackupCode } from '#lib/backup/backup-code'
import type { BackupMakingState } from '#lib/backup/backup-state'
import { sealBackupStream } from '#lib/backup/backup-stream'
import type { Watched } from '#lib/devices/linking-state'
import { createWatchedValue } from '#lib/devices/watched-value'
import type { Platform } from '#lib/host/browser-platform'
import { collectBackup, planBackup } from '#lib/host/collect-backup'
import type { Vault } from '#lib/vault/vault'

/** Pieces of files beyond that stay out: what a phone can hand to its downloads, and what is read back, has a limit. */
const MAX_BACKED_UP_FILE_BYTES = 2 ** 30

/** What was sealed goes out of the page's memory in parts of this size: a browser keeps large blobs on the disk. */
const PART_BYTES = 4 * 1024 * 1024

export interface BackupMakingOptions {
  readonly vault: Vault
  readonly platform: Pick<Platform, 'crypto' | 'clock' | 'random'>
  readonly withFiles: boolean
  /** Commits what is typed. */
  flush(): Promise<void>
}

/** Seals everything of this browser profile under a fresh code, part by part. */
export function makeBackup({ vault, platform, withFiles, flush }: BackupMakingOptions): Watched<BackupMakingState> {
  const value = createWatchedValue<BackupMakingState>({ type: 'making', bytes: 0 })
  let isOver = false

  async function make(): Promise<BackupMakingState | undefined> {
    await flush()
    const plan = await planBackup(vault)
    try {
      const { fileBytes } = plan
      if (plan.workspaces.length === 0) return { type: 'failed', problem: { type: 'nothing-written' } }
      if (withFiles && fileBytes > MAX_BACKED_UP_FILE_BYTES)
        return { type: 'failed', problem: { type: 'files-too-large', fileBytes } }
      const code = createBackupCode(platform.random)
      const parts: Blob[] = []
      let pending: Uint8Array<ArrayBuffer>[] = []
      let pendingBytes = 0
      let bytes = 0
      for await (const sealed of sealBackupStream(
        collectBackup(plan, platform, { withFiles }),
        code,
        platform.random,
      )) {
        if (isOver) return undefined
        pending.push(new Uint8Array(sealed))
        pendingBytes += sealed.length
        bytes += sealed.length
        if (pendingBytes < PART_BYTES) continue
        parts.push(new Blob(pending))
        pending = []
        pendingBytes = 0
        value.set({ type: 'making', bytes })
      }
      const day = new Date(platform.clock.now()).toISOString().slice(0, 10)
      const file = new Blob([...parts, ...pending], { type: 'application/octet-stream' })
      return { type: 'made', fileName: `waxwing-${day}.backup`, file, code }
    } finally {
      plan.close()
    }
  }

  void make()
    .catch(() => ({ type: 'failed', problem: { type: 'storage-failed' } }) as const)
    .then((state) => state && !isOver && value.set(state))
  return {
    state: value.get,
    subscribe: value.subscribe,
    close() {
      isOver = true
    },
  }
}
