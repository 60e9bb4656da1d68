import { utf8 } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Argon2Cost } from '#lib/crypto/argon2-cost'
import type { Crypto, StorageKey } from '#lib/crypto/crypto'
import type { KeyStore, StorageError } from '#lib/storage/storage'
import {
  PASSPHRASE_SALT_BYTES,
  readWrappedKey,
  type WrappedByDevice,
  type WrappedByPassphrase,
  type WrappedKey,
} from '#lib/vault/wrapped-key'

/**
 * The key over everything at rest (V4). It stands in the key store wrapped: under a second key, which the platform keeps
 * and does not show, or under a passphrase and nothing else. Whichever it is, what is sealed stays as it is, and the
 * record is replaced in one transaction, so that one of the two opens it at any moment.
 */
export interface StorageKeyPorts {
  readonly crypto: Crypto
  readonly random: Random
  readonly keys: KeyStore
  readonly stretch: PassphraseStretch
}

/** Makes guessing slow: 32 bytes from a secret and 16 bytes of salt. Rejects where there is no room for it. */
export interface PassphraseStretch {
  /** What a guess costs whoever tries passphrases that are set from now on. */
  readonly cost: Argon2Cost
  run(secret: Uint8Array, salt: Uint8Array, cost: Argon2Cost): Promise<Uint8Array>
}

export type StorageKeyError =
  | StorageError
  /** It is there but does not open; everything sealed under it is lost to this device. */
  | { readonly type: 'storage-key-damaged' }
  /** A later release wrapped it in a way of its own. */
  | { readonly type: 'newer-record' }
  | PassphraseError

export type PassphraseError =
  /** A passphrase stands before it, and none was given. */
  | { readonly type: 'locked' }
  /** Nothing can tell this from a damaged record. */
  | { readonly type: 'wrong-passphrase' }
  /** The browser had no thread or too little memory for it. */
  | { readonly type: 'stretch-failed' }

const NAME = 'storage-key'
const CONTEXTS = { device: utf8('waxwing/storage-key/1'), passphrase: utf8('waxwing/storage-key/2') }
const KEY_BYTES = 32

/** Opens the storage key of this profile, making one the first time; of two tabs at once both get the same. */
export async function openStorageKey(
  ports: StorageKeyPorts,
  passphrase?: string,
): Promise<Result<StorageKey, StorageKeyError>> {
  let present = await ports.keys.get(NAME)
  if (!present.ok) return present
  if (present.value === undefined) {
    const wrapped = await wrapForDevice(ports.crypto, ports.random.bytes(KEY_BYTES))
    const added = await ports.keys.add(new Map([[NAME, wrapped]]))
    if (!added.ok) return added
    present = await ports.keys.get(NAME)
  }
  const secret = present.ok ? await readSecretIn(ports, present.value, passphrase) : present
  return secret.ok ? ok(await ports.crypto.restoreStorageKey({ kind: 'seed', seed: secret.value })) : secret
}

/** Whether only a passphrase opens it. */
export async function hasPassphrase({ keys }: Pick<StorageKeyPorts, 'keys'>): Promise<boolean> {
  const present = await keys.get(NAME)
  const wrapped = present.ok ? readWrappedKey(present.value) : present
  return wrapped.ok && wrapped.value.wrappedBy === 'passphrase'
}

/** From now on `next` opens it and nothing else does. `current` where there is a passphrase already. */
export async function setPassphrase(
  ports: StorageKeyPorts,
  next: string,
  current: string | undefined,
): Promise<Result<void, StorageKeyError>> {
  const secret = await readSecret(ports, current)
  if (!secret.ok) return secret
  const wrapped = await wrapForPassphrase(ports, secret.value, next)
  return wrapped.ok ? ports.keys.put(new Map([[NAME, wrapped.value]])) : wrapped
}

/** Whether somebody knows the passphrase; yes where there is none. */
export async function confirmPassphrase(
  ports: StorageKeyPorts,
  current: string,
): Promise<Result<void, StorageKeyError>> {
  const secret = await readSecret(ports, current)
  return secret.ok ? ok(undefined) : secret
}

/** From now on this browser profile opens it by itself again. */
export async function removePassphrase(
  ports: StorageKeyPorts,
  current: string,
): Promise<Result<void, StorageKeyError>> {
  const secret = await readSecret(ports, current)
  if (!secret.ok) return secret
  return ports.keys.put(new Map([[NAME, await wrapForDevice(ports.crypto, secret.value)]]))
}

async function readSecret(
  ports: StorageKeyPorts,
  passphrase: string | undefined,
): Promise<Result<Uint8Array, StorageKeyError>> {
  const kept = await ports.keys.get(NAME)
  return kept.ok ? readSecretIn(ports, kept.value, passphrase) : kept
}

async function readSecretIn(
  ports: StorageKeyPorts,
  record: unknown,
  passphrase: string | undefined,
): Promise<Result<Uint8Array, StorageKeyError>> {
  const wrapped = readWrappedKey(record)
  if (!wrapped.ok) return wrapped
  if (wrapped.value.wrappedBy === 'device') return unwrapForDevice(ports.crypto, wrapped.value)
  if (passphrase === undefined) return err({ type: 'locked' })
  const key = await keyOfPassphrase(ports, passphrase, wrapped.value)
  if (!key.ok) return key
  const secret = await key.value.open(wrapped.value.wrapped, CONTEXTS.passphrase)
  return secret.ok && secret.value.length === KEY_BYTES ? ok(secret.value) : err({ type: 'wrong-passphrase' })
}

async function wrapForDevice(crypto: Crypto, secret: Uint8Array): Promise<WrappedKey> {
  const wrappingKey = await crypto.storageKey()
  const wrapped = await wrappingKey.seal(secret, CONTEXTS.device)
  return { version: 1, wrappedBy: 'device', wrappingKey: wrappingKey.stored, wrapped }
}

async function unwrapForDevice(
  crypto: Crypto,
  { wrappingKey, wrapped }: WrappedByDevice,
): Promise<Result<Uint8Array, StorageKeyError>> {
  try {
    const secret = await (await crypto.restoreStorageKey(wrappingKey)).open(wrapped, CONTEXTS.device)
    return secret.ok && secret.value.length === KEY_BYTES ? ok(secret.value) : err({ type: 'storage-key-damaged' })
  } catch {
    return err({ type: 'storage-key-damaged' }) // what stands there is no key of this platform
  }
}

async function wrapForPassphrase(
  ports: StorageKeyPorts,
  secret: Uint8Array,
  passphrase: string,
): Promise<Result<WrappedKey, PassphraseError>> {
  const terms = { salt: ports.random.bytes(PASSPHRASE_SALT_BYTES), ...ports.stretch.cost }
  const key = await keyOfPassphrase(ports, passphrase, terms)
  if (!key.ok) return key
  const wrapped = await key.value.seal(secret, CONTEXTS.passphrase)
  return ok({ version: 2, wrappedBy: 'passphrase', ...terms, wrapped })
}

/** Different keyboards write one passphrase in different bytes, and some add a space after it. */
async function keyOfPassphrase(
  { crypto, stretch }: StorageKeyPorts,
  passphrase: string,
  { salt, memoryKib, passes }: Omit<WrappedByPassphrase, 'version' | 'wrappedBy' | 'wrapped'>,
): Promise<Result<StorageKey, PassphraseError>> {
  const secret = utf8(passphrase.normalize('NFKC').trim())
  if (secret.length === 0) return err({ type: 'wrong-passphrase' })
  try {
    const seed = await stretch.run(secret, salt, { memoryKib, passes })
    return ok(await crypto.restoreStorageKey({ kind: 'seed', seed }))
  } catch {
    return err({ type: 'stretch-failed' })
  }
}
