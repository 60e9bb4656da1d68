import { describe, expect, it } from 'vitest'
import type { BackupItem } from '#lib/backup/backup-item'
import { err } from '#lib/base/result'
import { systemRandom } from '#lib/crypto/system-random'
import { lookIntoBackup } from '#lib/host/look-into-backup'
import { createMemoryDisk } from '#lib/storage/memory-storage'
import { backupPorts, openMemoryVault } from '#lib/testing/backed-up-profile'
import { itemsOf, sealed } from '#lib/testing/backup-items'
import { deskProfile, outcomes, reading, restore } from '#lib/testing/restored-backup'

describe('a backup that somebody forged', () => {
  it.each([
    ['a run of the log', bent('run', 0)],
    ['a run of a page', bent('run', 2)],
    ['all runs', bent('run')],
    ['no log at all', without('run')],
    ['bytes that are no run', malformed],
  ] as const)(
    'attack 1 V7 takes nothing that its author did not sign, and keeps nothing of the rest: %s',
    async (_, forge) => {
      const { vault } = await deskProfile()
      const disk = createMemoryDisk()
      const made = await sealed(forge(await itemsOf(vault)))
      const restored = await restore(await openMemoryVault(disk), made)
      expect([restored, disk.workspaces.size]).toEqual([{ workspaces: [], error: { type: 'damaged-backup' } }, 0])
    },
  )

  it('V7 is no good backup where it has no log: looking into it says so, too', async () => {
    const { vault } = await deskProfile()
    const { file, code } = await sealed(without('run')(await itemsOf(vault)))
    expect(await lookIntoBackup(file, code, backupPorts, reading())).toEqual(err({ type: 'damaged-backup' }))
  })

  it('V7 takes nothing of what stands before the first workspace, nor of what follows it', async () => {
    const { vault } = await deskProfile()
    const { file, code } = await sealed([{ type: 'piece', bytes: new Uint8Array(8) }, ...(await itemsOf(vault))])
    const disk = createMemoryDisk()
    const restored = await restore(await openMemoryVault(disk), { file, code })
    expect([restored, disk.workspaces.size]).toEqual([{ workspaces: [], error: { type: 'damaged-backup' } }, 0])
    expect(await lookIntoBackup(file, code, backupPorts, reading())).toEqual(err({ type: 'damaged-backup' }))
  })

  it('V7 does not believe a way back of somebody whom the log does not name', async () => {
    const { vault } = await deskProfile()
    const items = await itemsOf(vault)
    const claimed = items.map((item) =>
      item.type === 'workspace' && item.wayBack
        ? { ...item, wayBack: { ...item.wayBack, rootSeed: systemRandom.bytes(32) } }
        : item,
    )
    const { file, code } = await sealed(claimed)
    const looked = await lookIntoBackup(file, code, backupPorts, reading())
    expect(looked.ok && looked.value.workspaces.map(({ hasWayBack }) => hasWayBack)).toEqual([false])
    const fresh = await openMemoryVault()
    expect(outcomes(await restore(fresh, { file, code }))).toEqual([['Harbour Desk reads'], undefined])
    const list = await fresh.profile()
    expect(list.ok && list.value.name).toBe('')
  })
})

type Forgery = (items: readonly BackupItem[]) => readonly BackupItem[]

/** Flips a bit of the signature of every item of that type, or of the one at `at` among them. */
function bent(type: 'run', at?: number): Forgery {
  return (items) => {
    let count = -1
    return items.map((item) => {
      if (item.type !== type) return item
      count++
      if (at !== undefined && count !== at) return item
      const bytes = item.bytes.slice()
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      return { type, bytes }
    })
  }
}

function without(type: BackupItem['type']): Forgery {
  return (items) => items.filter((item) => item.type !== type)
}

function malformed(items: readonly BackupItem[]): readonly BackupItem[] {
  return [...items, { type: 'run', bytes: new Uint8Array(9).fill(255) }]
}
