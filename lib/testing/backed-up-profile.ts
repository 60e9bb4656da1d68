/** A browser profile in memory with workspaces that somebody wrote in, and its backup. */
import * as Y from 'yjs'
import { createBackupCode } from '#lib/backup/backup-code'
import { sealBackupStream } from '#lib/backup/backup-stream'
import { toHex } from '#lib/base/bytes'
import type { ChannelName, DeviceId, DocumentId, PieceName } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { addPage } from '#lib/document/workspace-index'
import { collectBackup, planBackup } from '#lib/host/collect-backup'
import { writeOperation } from '#lib/host/write-operation'
import { indexChannelName } from '#lib/protocol/channel-name'
import type { RelayKey } from '#lib/protocol/door'
import { entryKind } from '#lib/protocol/entry-kind'
import type { Replica } from '#lib/replica/replica'
import { createMemoryDisk, type MemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import { found, replicaOf, typist } from '#lib/testing/lone-replica'
import { createMemoryBrowser } from '#lib/testing/memory-browser'
import { quickStretch } from '#lib/testing/quick-stretch'
import { openVault, type Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import type { Operation } from '#lib/workspace/operation'

const crypto = createNodeCrypto()
const clock = { now: () => 1_700_000_000_000, after: () => () => {} }
export const backupPorts = { crypto, random: systemRandom, clock, tabs: createMemoryBrowser().openTab() }
export const RELAY_ORIGIN = 'https://relay.example'

export async function openMemoryVault(disk: MemoryDisk = createMemoryDisk()): Promise<Vault> {
  const vault = await openVault({
    crypto,
    random: systemRandom,
    keys: openMemoryKeyStore(disk),
    stretch: quickStretch,
    openStorage: async () => ok(openMemoryStorage(disk)),
  })
  if (!vault.ok) throw new Error('no vault')
  return vault.value
}

/** The store of a workspace that the vault knows. */
export async function storeIn(vault: Vault, { workspaceId }: Pick<WorkspaceKeys, 'workspaceId'>) {
  const store = await vault.storage.workspace(toHex(workspaceId))
  if (!store.ok) throw new Error('no store')
  return store.value
}

/** The replica of a workspace as this profile's own leader would open it. */
export async function leaderOf(vault: Vault, { workspaceId }: Pick<WorkspaceKeys, 'workspaceId'>) {
  const keys = await vault.loadWorkspaceKeys(workspaceId)
  if (!keys.ok || !keys.value) throw new Error('no keys')
  return { keys: keys.value, ...(await replicaOf(keys.value, await storeIn(vault, keys.value))) }
}

/** One edit of a channel as this device's tab. */
async function edit(replica: Replica, channel: ChannelName, change: (doc: Y.Doc) => void): Promise<void> {
  const { doc } = await typist(replica, 0, channel)
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  change(doc)
  const written = await replica.append({ channel, kind: entryKind.update, payload: Y.mergeUpdates(updates) })
  if (!written.ok) throw new Error(written.error.type)
}

/** A workspace of the profile with a name, a relay, so many empty pages in its list, a text and a piece of a file. */
export async function addWrittenWorkspace(
  vault: Vault,
  { name, pages, text, piece }: { name: string; pages: number; text: string; piece?: Uint8Array },
): Promise<WorkspaceKeys> {
  const keys = await found()
  await vault.saveWorkspaceKeys(keys)
  await vault.updateProfile((before) => ({
    ...before,
    workspaces: [...before.workspaces, { id: keys.workspaceId, name }],
  }))
  const { replica } = await leaderOf(vault, keys)
  const operate = (operation: Operation) => writeOperation(replica, keys.device.publicKey as DeviceId, operation)
  const place = { origin: RELAY_ORIGIN, rootKey: keys.relay.publicKey as RelayKey, random: systemRandom.bytes(32) }
  await operate({ type: 'relay.set', relays: [place] })
  await operate({ type: 'profile.set', name: 'Alice', paper: undefined })
  await operate({ type: 'workspace.rename', name })
  for (let i = 0; i < pages; i++)
    await edit(replica, indexChannelName, (doc) => addPage(doc, systemRandom.bytes(16) as DocumentId, 1))
  await (await typist(replica)).type(text)
  await replica.close()
  const store = await storeIn(vault, keys)
  const pieces = piece ? [{ name: (await crypto.digest(piece)) as PieceName, bytes: piece }] : []
  await store.commit({ entries: [], pieces })
  return keys
}

/** All of the profile, sealed, and what opens it. */
export async function backUp(vault: Vault, withFiles = true): Promise<{ readonly file: Blob; readonly code: string }> {
  const code = createBackupCode(systemRandom)
  const parts: Uint8Array<ArrayBuffer>[] = []
  const plan = await planBackup(vault)
  for await (const part of sealBackupStream(collectBackup(plan, backupPorts, { withFiles }), code, systemRandom))
    parts.push(new Uint8Array(part))
  plan.close()
  return { file: new Blob(parts), code }
}
