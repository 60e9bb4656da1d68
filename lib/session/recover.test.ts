import { expect, it } from 'vitest'
import type { WorkspaceId } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { isBack } from '#lib/session/recover'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createDeviceKeys, createFounderKeys } from '#lib/vault/device-keys'
import { openVault } from '#lib/vault/vault'

const id = new Uint8Array(32).fill(7) as WorkspaceId
const crypto = createNodeCrypto()

it('V2 leaves a workspace as it is that came back before, and brings back one whose root or membership is gone', async () => {
  const disk = createMemoryDisk()
  const ports = { crypto, random: systemRandom, keys: openMemoryKeyStore(disk), stretch: quickStretch }
  const opened = await openVault({ ...ports, openStorage: async () => ok(openMemoryStorage(disk)) })
  if (!opened.ok) throw new Error('no vault')
  const vault = opened.value
  const rest = { workspaceId: id, tagKey: new Uint8Array(32) as never, epochs: [] }
  const list = (isOut: boolean) =>
    vault.updateProfile((before) => ({ ...before, workspaces: [{ id, name: 'Desk', ...(isOut ? { isOut } : {}) }] }))

  expect(await isBack(vault, id)).toBe(false)
  await list(false)
  await vault.saveWorkspaceKeys({ ...rest, ...(await createDeviceKeys(crypto, systemRandom)) })
  expect(await isBack(vault, id)).toBe(false)
  await vault.saveWorkspaceKeys({ ...rest, ...(await createFounderKeys(crypto, systemRandom)) })
  expect(await isBack(vault, id)).toBe(true)
  await list(true)
  expect(await isBack(vault, id)).toBe(false)
})
