import { describe, expect, it } from 'vitest'
import type { BackupItem } from '#lib/backup/backup-item'
import type { WorkspaceId } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import { systemRandom } from '#lib/crypto/system-random'
import { collectBackup, planBackup, UnreadableWorkspace } from '#lib/host/collect-backup'
import { openOfflineReplica } from '#lib/host/offline-replica'
import { decodeStandaloneRun } from '#lib/protocol/entry-run'
import { backUp, backupPorts, leaderOf, openMemoryVault } from '#lib/testing/backed-up-profile'
import { readItems, sealed } from '#lib/testing/backup-items'
import { carryEntries } from '#lib/testing/carry-entries'
import { storeOf, textOf, typist } from '#lib/testing/lone-replica'
import { deskProfile, restore } from '#lib/testing/restored-backup'
import type { Vault } from '#lib/vault/vault'

describe('making a backup', () => {
  it('V7 names the author of all that it holds, also while somebody goes on writing', async () => {
    const { vault, keys } = await deskProfile()
    const other = await openMemoryVault()
    await restore(other, await backUp(vault))
    const newcomer = (await leaderOf(other, keys)).replica
    await (await typist(newcomer)).type(' by a newcomer')
    const plan = await planBackup(vault)
    const items: BackupItem[] = []
    for await (const item of readItems(collectBackup(plan, backupPorts, { withFiles: false }))) {
      items.push(item)
      if (items.length === 2) await carryEntries(newcomer, (await leaderOf(vault, keys)).replica)
    }
    const receptions = await receptionsOf(items)
    expect(receptions.filter(({ type }) => type === 'waiting' || type === 'bad')).toEqual([])
    const fresh = await openMemoryVault()
    await restore(fresh, await sealed(items))
    expect(await textOf((await leaderOf(fresh, keys)).replica)).toContain('tide tables')
  })

  it('V7 is not made where a workspace cannot be read: nobody is to trust half a backup', async () => {
    const { vault } = await deskProfile()
    const lost = { id: new Uint8Array(32).fill(9) as WorkspaceId, name: '' }
    await vault.updateProfile((before) => ({ ...before, workspaces: [...before.workspaces, lost] }))
    let open = 0
    const counting: Vault = {
      ...vault,
      storage: {
        ...vault.storage,
        async workspace(id) {
          const store = await vault.storage.workspace(id)
          if (!store.ok) return store
          open++
          return ok({ ...store.value, close: () => open-- })
        },
      },
    }
    await expect(planBackup(counting)).rejects.toThrow(UnreadableWorkspace)
    expect(open).toBe(0)
  })
})

/** What a peer says to each run and segment, in order. */
async function receptionsOf(items: readonly BackupItem[]) {
  const [begin] = items
  if (begin?.type !== 'workspace') throw new Error('no workspace')
  const replica = await openOfflineReplica({
    ...{ ...backupPorts, store: await storeOf(), workspaceId: begin.workspaceId, secrets: begin.secrets },
    device: await backupPorts.crypto.signingKey(systemRandom.bytes(32)),
  })
  const receptions: { readonly type: string }[] = []
  for (const item of items) {
    if (item.type !== 'run') continue
    const run = decodeStandaloneRun(item.bytes)
    receptions.push(run.ok ? await replica.receive(run.value) : { type: 'bad' })
  }
  return receptions
}
