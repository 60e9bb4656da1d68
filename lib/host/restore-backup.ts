import type { BackedUpWorkspace } from '#lib/backup/backup-item'
import type { BackupBytes, BackupError } from '#lib/backup/backup-stream'
import { type Reading, readBackup, type WorkspaceReading } from '#lib/backup/read-backup'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { PersonId, WorkspaceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { Platform } from '#lib/host/browser-platform'
import { fromBackupRecord, isOnlyRead, notFromBackupRecord } from '#lib/host/from-backup-record'
import { epochsOf, openOfflineReplica } from '#lib/host/offline-replica'
import { relaysRecord } from '#lib/host/relays-record'
import { type ContentError, storageErrorOf, takeContent } from '#lib/host/take-backup-content'
import { comeBack } from '#lib/host/way-back'
import { tagKey } from '#lib/protocol/derive'
import type { StorageError } from '#lib/storage/storage'
import { takeTurns } from '#lib/tabs/take-turns'
import { seededRoot } from '#lib/vault/device-keys'
import { type KnownWorkspace, withWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'
import { openGenesis } from '#lib/workspace/genesis'

export interface RestoredWorkspace {
  readonly id: WorkspaceId
  readonly name: string
  /** `reads`: this browser is no device of anybody there. `here`: it had the workspace already, which stays as it is. */
  readonly outcome: 'writes' | 'reads' | 'here'
}

export type RestoreError = BackupError | { readonly type: 'stopped' } | ContentError

/** What came back; where `error` stands, of the workspace at which it stopped nothing was kept, nor of those after it. */
export interface Restoring {
  readonly workspaces: readonly RestoredWorkspace[]
  readonly error: RestoreError | undefined
}

type Ports = Pick<Platform, 'crypto' | 'clock' | 'random'> & { readonly tabs: Pick<Platform['tabs'], 'locks'> }

/**
 * Brings back the workspaces of a backup that this browser lacks, each whole or not at all. What comes is checked like any
 * peer's (E8); this browser is a new device there and continues no chain of an old one (V7). One tab after the other: each
 * sees what the one before it brought.
 */
export async function restoreBackup(
  file: BackupBytes,
  code: string,
  vault: Vault,
  ports: Ports,
  reading: Reading,
): Promise<Restoring> {
  const restored = await takeTurns(ports.tabs.locks, 'restore-backup', reading.signal, () =>
    restoreAlone(file, code, vault, ports, reading),
  )
  return restored ?? { workspaces: [], error: { type: 'stopped' } }
}

async function restoreAlone(
  file: BackupBytes,
  code: string,
  vault: Vault,
  ports: Ports,
  reading: Reading,
): Promise<Restoring> {
  const workspaces: RestoredWorkspace[] = []
  const keep = (restored: RestoredWorkspace) => void workspaces.push(restored)
  // what throws is a vault that was closed meanwhile
  const read = await readBackup<RestoreError>(file, code, reading, (item) => begin(item, vault, ports, keep)).catch(
    () => err({ type: 'storage-failed' } as const),
  )
  return { workspaces, error: read.ok ? undefined : read.error }
}

/** One that is here already takes nothing. */
const here = (keep: () => void): WorkspaceReading<RestoreError> => ({
  take: async () => undefined,
  async finish() {
    keep()
    return undefined
  },
  giveUp: async () => {},
})

/** `keep` is told what came back. */
async function begin(
  from: BackedUpWorkspace,
  vault: Vault,
  ports: Ports,
  keep: (restored: RestoredWorkspace) => void,
): Promise<Result<WorkspaceReading<RestoreError>, RestoreError>> {
  const { workspaceId: id, genesisPayload, secrets, wayBack } = from
  const { crypto, clock, random } = ports
  const [first] = secrets
  const genesis = first && (await openGenesis(crypto, genesisPayload, id, first))
  if (!first || !genesis?.ok) return err({ type: 'damaged-backup' })
  const before = await placeOf(vault, id)
  if (!before) return err({ type: 'storage-failed' })
  const { known } = before
  if (known && !(wayBack && (await isOnlyRead(vault, known))))
    return ok(here(() => keep({ id, name: known.name, outcome: 'here' })))
  // an attempt that broke off may have left something
  if (!before.isUsed) await vault.storage.deleteWorkspace(toHex(id))
  const fresh = await vault.createDeviceKeys()
  const root = wayBack && (await seededRoot(crypto, wayBack.rootSeed))
  const opened = await vault.storage.workspace(toHex(id))
  if (!opened.ok) return err(storageErrorOf(opened.error))
  const store = opened.value
  let storageError: StorageError | undefined
  const replica = await openOfflineReplica({
    ...{ crypto, clock, random, store, workspaceId: id, secrets },
    device: root ?? fresh.device,
    onStorageError(error) {
      storageError = error
    },
  }).catch((error: unknown) => {
    store.close()
    throw error
  })
  const content = takeContent(replica, store, crypto)
  let isOver = false

  const failure = (): RestoreError | undefined => content.error() ?? (storageError && storageErrorOf(storageError))

  async function close(): Promise<void> {
    if (isOver) return
    isOver = true
    await replica.close()
  }

  /** Keys first, then the line in the profile: what is not in that list is not here. */
  async function keepAll(): Promise<Result<RestoredWorkspace, RestoreError>> {
    const now = await placeOf(vault, id)
    if (!now) return err({ type: 'storage-failed' })
    // somebody let this browser in meanwhile: it has keys
    if (now.known && !(known && now.known.isOut)) return stay(now.known.name)
    const relay = wayBack && { ...(await crypto.signingKey(wayBack.relaySeed)), ...seedOf(wayBack.relaySeed) }
    const keys = wayBack && root && relay ? { ...fresh, relay, root } : undefined
    const isIn = keys !== undefined && wayBack !== undefined && (await comeBack(replica, id, keys, wayBack))
    const state = replica.membership.current()
    if (!state) return err({ type: 'damaged-backup' })
    if (known && !isIn) return stay(known.name)
    const { name } = state
    const personName = (isIn && state.members.get(toHex(root?.publicKey as PersonId))?.name) || ''
    await close()
    const failed = failure()
    if (failed) return err(failed)
    const records = [relaysRecord(state.relays), isIn ? notFromBackupRecord : fromBackupRecord]
    const noted = await store.commit({ entries: [], records })
    store.close()
    const saved = noted.ok
      ? await vault.saveWorkspaceKeys({
          ...(isIn && keys ? keys : fresh),
          workspaceId: id,
          genesis: genesisPayload,
          tagKey: tagKey(first as NonNullable<typeof first>, id),
          epochs: epochsOf(id, secrets),
        })
      : noted
    const line: KnownWorkspace = { id, name, ...(isIn ? {} : { isOut: true as const }) }
    const listed = saved.ok
      ? await vault.updateProfile((before) => ({
          ...withWorkspace(before, line),
          name: before.name || personName,
        }))
      : saved
    return listed.ok ? ok({ id, name, outcome: isIn ? 'writes' : 'reads' }) : err(storageErrorOf(listed.error))
  }

  async function stay(name: string): Promise<Result<RestoredWorkspace, RestoreError>> {
    await close()
    store.close()
    return ok({ id, name, outcome: 'here' })
  }

  return ok({
    async take(item) {
      await content.take(item)
      return failure()
    },
    async finish() {
      await content.takeWaiting()
      const failed = failure()
      if (failed) return failed
      const restored = await keepAll()
      if (!restored.ok) return restored.error
      keep(restored.value)
      return undefined
    },
    async giveUp() {
      await close()
      store.close()
      if ((await placeOf(vault, id))?.isUsed === false) await vault.storage.deleteWorkspace(toHex(id))
    },
  })
}

/** What this profile has of that workspace; undefined where it cannot be read. `isUsed`: it is in, or being let in. */
async function placeOf(vault: Vault, id: WorkspaceId) {
  const [profile, places] = [await vault.profile(), await vault.pendingPlaces()]
  if (!profile.ok || !places.ok) return undefined
  const known = profile.value.workspaces.find((one) => sameBytes(one.id, id))
  const asked = [...profile.value.pendingJoins, ...places.value.map(({ workspaceId }) => workspaceId)]
  return { known, isUsed: known !== undefined || asked.some((one) => sameBytes(one, id)) }
}

const seedOf = (seed: Uint8Array) => ({ stored: { kind: 'seed', seed } as const })
