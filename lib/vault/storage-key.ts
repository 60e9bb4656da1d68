import { utf8 } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, StorageKey, StoredKey } from '#lib/crypto/crypto'
import type { KeyStore, StorageError } from '#lib/storage/storage'

/**
 * The key over everything at rest (V4). It stands in the key store wrapped: sealed under a second key, which the
 * platform keeps and does not show. A passphrase later takes the second key's place; what is sealed stays as it is.
 */
interface WrappedStorageKey {
  readonly version: 1
  readonly wrappedBy: 'device'
  readonly wrappingKey: StoredKey
  readonly wrapped: Uint8Array
}

const NAME = 'storage-key'
const CONTEXT = utf8('waxwing/storage-key/1')
const KEY_BYTES = 32

/** `storage-key-damaged`: it is there but does not open; everything sealed under it is lost to this device. */
export type StorageKeyError = StorageError | { readonly type: 'storage-key-damaged' }

/** Opens the storage key of this profile, making one the first time; of two tabs at once both get the same. */
export async function openStorageKey(
  crypto: Crypto,
  random: Random,
  keys: KeyStore,
): Promise<Result<StorageKey, StorageKeyError>> {
  const present = await keys.get(NAME)
  if (!present.ok) return present
  if (present.value !== undefined) return unwrapStorageKey(crypto, present.value)
  const added = await keys.add(new Map([[NAME, await wrapStorageKey(crypto, random.bytes(KEY_BYTES))]]))
  if (!added.ok) return added
  const kept = await keys.get(NAME)
  return kept.ok ? unwrapStorageKey(crypto, kept.value) : kept
}

async function wrapStorageKey(crypto: Crypto, secret: Uint8Array): Promise<WrappedStorageKey> {
  const wrappingKey = await crypto.storageKey()
  const wrapped = await wrappingKey.seal(secret, CONTEXT)
  return { version: 1, wrappedBy: 'device', wrappingKey: wrappingKey.stored, wrapped }
}

async function unwrapStorageKey(crypto: Crypto, value: unknown): Promise<Result<StorageKey, StorageKeyError>> {
  if (!isWrapped(value)) return err({ type: 'storage-key-damaged' })
  try {
    const wrappingKey = await crypto.restoreStorageKey(value.wrappingKey)
    const secret = await wrappingKey.open(value.wrapped, CONTEXT)
    if (!secret.ok || secret.value.length !== KEY_BYTES) return err({ type: 'storage-key-damaged' })
    return ok(await crypto.restoreStorageKey({ kind: 'seed', seed: secret.value }))
  } catch {
    return err({ type: 'storage-key-damaged' }) // what stands there is no key of this platform
  }
}

const isWrapped = (value: unknown): value is WrappedStorageKey =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  value.version === 1 &&
  'wrappingKey' in value &&
  'wrapped' in value &&
  value.wrapped instanceof Uint8Array
