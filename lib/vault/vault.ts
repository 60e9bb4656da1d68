import { toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, StorageKey } from '#lib/crypto/crypto'
import type { KeyStore, ProfileStorage } from '#lib/storage/storage'
import { type DeviceKeysRecord, restoreDeviceKeys, storeDeviceKeys } from '#lib/vault/device-keys'
import { decodeProfile, EMPTY_PROFILE, encodeProfile, type Profile } from '#lib/vault/profile'
import type { RecordError } from '#lib/vault/record-json'
import { openStorageKey, type StorageKeyError } from '#lib/vault/storage-key'
import {
  decodePendingJoin,
  decodeWorkspaceKeys,
  encodePendingJoin,
  encodeWorkspaceKeys,
  type PendingJoin,
  unitedEpochs,
  type WorkspaceKeys,
} from '#lib/vault/workspace-keys'

/**
 * Keeps what only this browser profile may know: its own name, its workspaces, and the keys of its device in each of
 * them. Private halves never leave the platform; all else is sealed under the storage key.
 */
export interface Vault {
  /** Everything else at rest; closed with the vault. */
  readonly storage: ProfileStorage
  profile(): Promise<Result<Profile, VaultError>>
  /** `change` may run several times and must have no effect of its own. A damaged profile is left as it is. */
  updateProfile(change: (profile: Profile) => Profile): Promise<Result<Profile, VaultError>>
  /** Epochs kept before stay, whatever `keys` holds. */
  saveWorkspaceKeys(keys: WorkspaceKeys): Promise<Result<void, VaultError>>
  loadWorkspaceKeys(id: WorkspaceId): Promise<Result<WorkspaceKeys | undefined, VaultError>>
  savePendingJoin(join: PendingJoin): Promise<Result<void, VaultError>>
  loadPendingJoin(id: WorkspaceId): Promise<Result<PendingJoin | undefined, VaultError>>
  /** Keys that `saveWorkspaceKeys` was given too stay there. */
  clearPendingJoin(id: WorkspaceId): Promise<Result<void, VaultError>>
  close(): void
}

export type VaultError = StorageKeyError | RecordError | { readonly type: 'keys-missing' }

export interface VaultPorts<OpenError> {
  readonly crypto: Crypto
  readonly random: Random
  readonly keys: KeyStore
  openStorage(storageKey: StorageKey): Promise<Result<ProfileStorage, OpenError>>
}

const PROFILE = 'profile'
const keysRecord = (id: WorkspaceId) => `workspace-keys/${toHex(id)}`
const joinRecord = (id: WorkspaceId) => `pending-join/${toHex(id)}`

/** Opens the vault of this profile, or makes a new one where there is none. On an error nothing was changed. */
export async function openVault<OpenError>({
  crypto,
  random,
  keys,
  openStorage,
}: VaultPorts<OpenError>): Promise<Result<Vault, VaultError | OpenError>> {
  const storageKey = await openStorageKey(crypto, random, keys)
  if (!storageKey.ok) return storageKey
  const storage = await openStorage(storageKey.value)
  if (!storage.ok) return storage
  return ok(createVault(crypto, random, keys, storage.value))
}

function createVault(crypto: Crypto, random: Random, keyStore: KeyStore, storage: ProfileStorage): Vault {
  async function read<T>(
    key: string,
    decode: (bytes: Uint8Array) => Result<T, RecordError>,
  ): Promise<Result<T | undefined, VaultError>> {
    const bytes = await storage.record(key)
    if (!bytes.ok) return bytes
    return bytes.value ? decode(bytes.value) : ok(undefined)
  }

  /** Replaces a record by what `change` makes of it; one that cannot be read is left alone and told. */
  async function update<T>(
    key: string,
    decode: (bytes: Uint8Array) => Result<T, RecordError>,
    encode: (value: T) => Uint8Array,
    change: (value: T | undefined) => T,
  ): Promise<Result<T, VaultError>> {
    let outcome: Result<T, RecordError> | undefined
    const written = await storage.updateRecord(key, (bytes) => {
      const present = bytes ? decode(bytes) : ok(undefined)
      outcome = present.ok ? ok(change(present.value)) : present
      return outcome.ok ? encode(outcome.value) : bytes
    })
    if (!written.ok) return written
    if (!outcome) throw new Error('the storage has not asked for the change')
    return outcome
  }

  async function restore<T extends DeviceKeysRecord>(record: Result<T | undefined, VaultError>) {
    if (!record.ok || !record.value) return record.ok ? ok(undefined) : record
    const { slot: _slot, keys: _keys, ...rest } = record.value
    const keys = await restoreDeviceKeys(crypto, keyStore, record.value)
    return keys.ok ? ok({ ...rest, ...keys.value }) : keys
  }

  const freshSlot = () => toHex(random.bytes(16))

  return {
    storage,
    async profile() {
      const found = await read(PROFILE, decodeProfile)
      return found.ok ? ok(found.value ?? EMPTY_PROFILE) : found
    },
    updateProfile: (change) =>
      update(PROFILE, decodeProfile, encodeProfile, (profile) => change(profile ?? EMPTY_PROFILE)),
    async saveWorkspaceKeys(keys) {
      const { device: _d, exchange: _e, relay: _l, root: _r, ...rest } = keys
      const present = await read(keysRecord(keys.workspaceId), decodeWorkspaceKeys)
      if (!present.ok) return present
      const stored = await storeDeviceKeys(keyStore, freshSlot(), keys, present.value)
      if (!stored.ok) return stored
      const saved = await update(keysRecord(keys.workspaceId), decodeWorkspaceKeys, encodeWorkspaceKeys, (kept) => ({
        ...rest,
        ...stored.value,
        epochs: unitedEpochs(kept?.epochs ?? [], keys.epochs),
      }))
      if (!saved.ok) return saved
      const replaced = present.value && present.value.slot !== stored.value.slot ? present.value.slot : undefined
      return replaced ? keyStore.deleteAll(`${replaced}/`) : ok(undefined)
    },
    loadWorkspaceKeys: async (id) => restore(await read(keysRecord(id), decodeWorkspaceKeys)),
    async savePendingJoin(join) {
      const { device: _d, exchange: _e, relay: _l, root: _r, ...rest } = join
      const present = await read(joinRecord(join.workspaceId), decodePendingJoin)
      const kept = present.ok ? present.value : undefined
      const stored = await storeDeviceKeys(keyStore, freshSlot(), join, kept)
      if (!stored.ok) return stored
      return storage.putRecord(joinRecord(join.workspaceId), encodePendingJoin({ ...rest, ...stored.value }))
    },
    async loadPendingJoin(id) {
      const join = await restore(await read(joinRecord(id), decodePendingJoin))
      if (!join.ok || !join.value) return join.ok ? ok(undefined) : join
      const { root } = join.value
      return root ? ok({ ...join.value, root }) : err({ type: 'keys-missing' })
    },
    async clearPendingJoin(id) {
      const present = await read(joinRecord(id), decodePendingJoin)
      const cleared = await storage.putRecord(joinRecord(id), undefined)
      if (!cleared.ok || !present.ok || !present.value) return cleared
      return keyStore.deleteAll(`${present.value.slot}/`)
    },
    close() {
      storage.close()
      keyStore.close()
    },
  }
}
