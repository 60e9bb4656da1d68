import { describe, expect, it } from 'vitest'
import { openBackup } from '#lib/backup/backup-file'
import { toHex, utf8 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId, EpochSecret, EpochTag, TagKey, WorkspaceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { collectBackup } from '#lib/host/collect-backup'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createDeviceKeys } from '#lib/vault/device-keys'
import { openVault, type Vault } from '#lib/vault/vault'

const crypto = createNodeCrypto()

async function openProfile(): Promise<Vault> {
  const disk = createMemoryDisk()
  const vault = await openVault({
    crypto,
    random: systemRandom,
    keys: openMemoryKeyStore(disk),
    stretch: quickStretch,
    openStorage: async () => ({ ok: true, value: openMemoryStorage(disk) }),
  })
  if (!vault.ok) throw new Error('no vault')
  return vault.value
}

/** A workspace with keys of its own and one entry in each of two channels. */
async function addWorkspace(vault: Vault, number: number, entries: readonly string[]): Promise<WorkspaceId> {
  const id = new Uint8Array(32).fill(number) as WorkspaceId
  const secret = new Uint8Array(32).fill(number + 100) as EpochSecret
  await vault.saveWorkspaceKeys({
    ...(await createDeviceKeys(crypto)),
    workspaceId: id,
    tagKey: new Uint8Array(32).fill(number + 50) as TagKey,
    epochs: [{ tag: new Uint8Array(16).fill(number) as EpochTag, secret }],
  })
  await vault.updateProfile((before) => ({ ...before, workspaces: [...before.workspaces, { id, name: '' }] }))
  const store = await vault.storage.workspace(toHex(id))
  if (!store.ok) throw new Error('no store')
  const tag = (at: number) => new Uint8Array(16).fill(at + 1)
  await store.value.commit({
    entries: entries.map((text, at) => ({
      channel: tag(at) as ChannelTag,
      chain: tag(at) as ChainTag,
      seq: 1,
      id: new Uint8Array(32).fill(at + 1) as EntryId,
      bytes: utf8(text),
    })),
  })
  return id
}

describe('a backup of this device', () => {
  it('holds every workspace of the profile, all its channels and the secrets that open them', async () => {
    const vault = await openProfile()
    const first = await addWorkspace(vault, 1, ['log of one', 'page of one'])
    const second = await addWorkspace(vault, 2, ['log of two'])
    const made = await collectBackup(vault, systemRandom)
    if (!made.ok) throw new Error(made.error.type)
    const opened = openBackup(made.value.bytes, made.value.code)
    if (!opened.ok) throw new Error(opened.error.type)
    const [one, two] = opened.value.workspaces
    expect([one?.workspaceId, two?.workspaceId]).toEqual([first, second])
    expect(one?.entries.map((entry) => new TextDecoder().decode(entry)).sort()).toEqual(['log of one', 'page of one'])
    expect(two?.entries.map((entry) => new TextDecoder().decode(entry))).toEqual(['log of two'])
    expect(two?.secrets).toEqual([new Uint8Array(32).fill(102)])
    expect(two?.tagKey).toEqual(new Uint8Array(32).fill(52))
  })

  it('is not made where a workspace cannot be read: nobody is to trust half a backup', async () => {
    const vault = await openProfile()
    await addWorkspace(vault, 1, ['log of one'])
    const lost = new Uint8Array(32).fill(9) as WorkspaceId
    await vault.updateProfile((before) => ({ ...before, workspaces: [...before.workspaces, { id: lost, name: '' }] }))
    expect(await collectBackup(vault, systemRandom)).toEqual({ ok: false, error: { type: 'storage-failed' } })
  })
})
