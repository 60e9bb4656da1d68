import { describe, expect, it } from 'vitest'
import { backupCodeBytes, createBackupCode } from '#lib/backup/backup-code'
import { type Backup, openBackup, sealBackup } from '#lib/backup/backup-file'
import { utf8 } from '#lib/base/bytes'
import type { EpochSecret, TagKey, WorkspaceId } from '#lib/base/ids'
import { systemRandom } from '#lib/crypto/system-random'

const backup = (entries: Uint8Array[]): Backup => ({
  workspaces: [
    {
      workspaceId: systemRandom.bytes(32) as WorkspaceId,
      tagKey: systemRandom.bytes(32) as TagKey,
      secrets: [systemRandom.bytes(32) as EpochSecret],
      entries,
    },
  ],
})
const large = [utf8('one'), new Uint8Array(200_000).fill(7)]

describe('a sealed backup', () => {
  it('opens to the same bytes with its code, however a person types it', () => {
    const code = createBackupCode(systemRandom)
    const whole = backup(large)
    const opened = openBackup(sealBackup(whole, code, systemRandom), code.toLowerCase().replaceAll('-', ' '))
    expect(opened.ok && opened.value).toEqual(whole)
  })

  it('refuses another code', () => {
    const file = sealBackup(backup(large), createBackupCode(systemRandom), systemRandom)
    expect(openBackup(file, createBackupCode(systemRandom))).toEqual({ ok: false, error: { type: 'wrong-code' } })
    expect(openBackup(file, 'no code')).toEqual({ ok: false, error: { type: 'wrong-code' } })
  })

  it('refuses every flipped byte and every cut', () => {
    const code = createBackupCode(systemRandom)
    const file = sealBackup(backup([utf8('entry')]), code, systemRandom)
    for (let at = 0; at < file.length; at++) {
      const bent = file.slice()
      bent[at] = (bent[at] ?? 0) ^ 1
      expect(openBackup(bent, code).ok).toBe(false)
      expect(openBackup(file.subarray(0, at), code).ok).toBe(false)
    }
  })

  it('refuses a file whose last chunk is missing', () => {
    const code = createBackupCode(systemRandom)
    const file = sealBackup(backup(large), code, systemRandom)
    const whole = 16 + 16 + 65_552 * 3
    expect(openBackup(file.subarray(0, whole), code)).toEqual({ ok: false, error: { type: 'damaged-backup' } })
  })

  it('has codes of 160 bits that survive a round trip', () => {
    const code = createBackupCode({ bytes: (size) => Uint8Array.from({ length: size }, (_, i) => i * 13) })
    expect(backupCodeBytes(code)).toEqual(Uint8Array.from({ length: 20 }, (_, i) => i * 13))
  })
})
