import { toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { StorageKey } from '#lib/crypto/crypto'
import type { ProfileStorage } from '#lib/storage/storage'
import {
  createDeviceKeys,
  createFounderKeys,
  type DeviceKeys,
  type DeviceKeysRecord,
  type FounderKeys,
  restoreDeviceKeys,
  storeDeviceKeys,
} from '#lib/vault/device-keys'
import { decodePendingPlaces, encodePendingPlaces, exceptPlace, type PendingPlace } from '#lib/vault/pending-place'
import { decodeProfile, EMPTY_PROFILE, encodeProfile, type Profile } from '#lib/vault/profile'
import type { RecordError } from '#lib/vault/record-json'
import {
  confirmPassphrase,
  hasPassphrase,
  openStorageKey,
  removePassphrase,
  type StorageKeyError,
  type StorageKeyPorts,
  setPassphrase,
} from '#lib/vault/storage-key'
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
  readonly passphrase: VaultPassphrase
  /** Fresh keys, kept the way that suits this vault: behind a passphrase they are sealed with everything else. */
  createDeviceKeys(): Promise<DeviceKeys>
  createFounderKeys(): Promise<FounderKeys>
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
  /** One that waits for that workspace already stays as it is. */
  savePendingPlace(place: PendingPlace): Promise<Result<void, VaultError>>
  pendingPlaces(): Promise<Result<readonly PendingPlace[], VaultError>>
  /** Keys that `saveWorkspaceKeys` was given too stay there. */
  clearPendingPlace(id: WorkspaceId): Promise<Result<void, VaultError>>
  close(): void
}

/** What stands before the vault when it is opened next (V4). A change is whole or has not happened. */
export interface VaultPassphrase {
  isSet(): Promise<boolean>
  /** `current` where there is one. */
  set(next: string, current: string | undefined): Promise<Result<void, StorageKeyError>>
  remove(current: string): Promise<Result<void, StorageKeyError>>
  /** Changes nothing: tells whether whoever sits there knows it. */
  confirm(current: string): Promise<Result<void, StorageKeyError>>
}

export type VaultError = StorageKeyError | RecordError | { readonly type: 'keys-missing' }

export interface VaultPorts<OpenError> extends StorageKeyPorts {
  openStorage(storageKey: StorageKey): Promise<Result<ProfileStorage, OpenError>>
}

const PROFILE = 'profile'
const PLACES = 'pending-places'
const keysRecord = (id: WorkspaceId) => `workspace-keys/${toHex(id)}`
const joinRecord = (id: WorkspaceId) => `pending-join/${toHex(id)}`

/**
 * Opens the vault of this profile, or makes a new one where there is none. On an error nothing was changed, and what was
 * opened on the way is closed.
 */
export async function openVault<OpenError>(
  ports: VaultPorts<OpenError>,
  passphrase?: string,
): Promise<Result<Vault, VaultError | OpenError>> {
  const storageKey = await openStorageKey(ports, passphrase)
  const storage = storageKey.ok ? await ports.openStorage(storageKey.value) : storageKey
  if (storage.ok) return ok(createVault(ports, storage.value))
  ports.keys.close()
  return storage
}

function createVault(ports: StorageKeyPorts, storage: ProfileStorage): Vault {
  const { crypto, random, keys: keyStore } = ports
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

  const seeds = async () => ((await hasPassphrase(ports)) ? random : undefined)

  const freshSlot = () => toHex(random.bytes(16))

  /** Keys are read, stored and replaced in steps, which no other save may come between. */
  const saving = createSerial()

  async function saveWorkspaceKeys(keys: WorkspaceKeys): Promise<Result<void, VaultError>> {
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
  }

  return {
    storage,
    passphrase: {
      isSet: () => hasPassphrase(ports),
      set: (next, current) => setPassphrase(ports, next, current),
      remove: (current) => removePassphrase(ports, current),
      confirm: (current) => confirmPassphrase(ports, current),
    },
    createDeviceKeys: async () => createDeviceKeys(crypto, await seeds()),
    createFounderKeys: async () => createFounderKeys(crypto, random, await seeds()),
    async profile() {
      const found = await read(PROFILE, decodeProfile)
      return found.ok ? ok(found.value ?? EMPTY_PROFILE) : found
    },
    updateProfile: (change) =>
      update(PROFILE, decodeProfile, encodeProfile, (profile) => change(profile ?? EMPTY_PROFILE)),
    saveWorkspaceKeys: (keys) => saving(() => saveWorkspaceKeys(keys)),
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
    async savePendingPlace(place) {
      const { device: _d, exchange: _e, relay: _l, root: _r, ...rest } = place
      const stored = await storeDeviceKeys(keyStore, freshSlot(), place, undefined)
      if (!stored.ok) return stored
      const saved = await update(PLACES, decodePendingPlaces, encodePendingPlaces, (places = []) => {
        const others = exceptPlace(places, place.workspaceId)
        return others.length < places.length ? places : [...places, { ...rest, ...stored.value }]
      })
      if (!saved.ok) return saved
      const isKept = saved.value.some(({ slot }) => slot === stored.value.slot)
      return isKept ? ok(undefined) : keyStore.deleteAll(`${stored.value.slot}/`)
    },
    async pendingPlaces() {
      const places = await read(PLACES, decodePendingPlaces)
      if (!places.ok) return places
      const restored = await Promise.all((places.value ?? []).map((place) => restore(ok(place))))
      return ok(restored.flatMap((place) => (place.ok && place.value ? [place.value] : [])))
    },
    async clearPendingPlace(id) {
      const places = await read(PLACES, decodePendingPlaces)
      const cleared = await update(PLACES, decodePendingPlaces, encodePendingPlaces, (all = []) => exceptPlace(all, id))
      if (!cleared.ok || !places.ok) return cleared.ok ? ok(undefined) : cleared
      const gone = places.value?.find(({ workspaceId }) => toHex(workspaceId) === toHex(id))
      return gone ? keyStore.deleteAll(`${gone.slot}/`) : ok(undefined)
    },
    close() {
      storage.close()
      keyStore.close()
    },
  }
}
