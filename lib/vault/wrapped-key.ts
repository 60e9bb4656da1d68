import { err, ok, type Result } from '#lib/base/result'
import type { StoredKey } from '#lib/crypto/crypto'

/** The storage key as it stands in the key store (V4). Version 1 is what every profile begins with. */
export type WrappedKey = WrappedByDevice | WrappedByPassphrase

/** Under a key that the platform keeps and does not show. */
export interface WrappedByDevice {
  readonly version: 1
  readonly wrappedBy: 'device'
  readonly wrappingKey: StoredKey
  readonly wrapped: Uint8Array
}

/** Under Argon2id of a passphrase: no key that opens it is stored anywhere. */
export interface WrappedByPassphrase {
  readonly version: 2
  readonly wrappedBy: 'passphrase'
  /** 16 bytes. */
  readonly salt: Uint8Array
  readonly memoryKib: number
  readonly passes: number
  readonly wrapped: Uint8Array
}

export const PASSPHRASE_SALT_BYTES = 16
/** A record that asks for more would only be there to hang the browser. */
const MOST_MEMORY_KIB = 1024 * 1024
const MOST_PASSES = 64

/** Reads whatever stands in the key store. Safe on any value. */
export function readWrappedKey(
  value: unknown,
): Result<WrappedKey, { readonly type: 'storage-key-damaged' } | { readonly type: 'newer-record' }> {
  if (isWrappedByDevice(value) || isWrappedByPassphrase(value)) return ok(value)
  const version = isObject(value) ? value.version : undefined
  return err({ type: typeof version === 'number' && version > 2 ? 'newer-record' : 'storage-key-damaged' })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isWrappedByDevice = (value: unknown): value is WrappedByDevice =>
  isObject(value) &&
  value.version === 1 &&
  value.wrappedBy === 'device' &&
  'wrappingKey' in value &&
  value.wrapped instanceof Uint8Array

const isWrappedByPassphrase = (value: unknown): value is WrappedByPassphrase =>
  isObject(value) &&
  value.version === 2 &&
  value.wrappedBy === 'passphrase' &&
  value.wrapped instanceof Uint8Array &&
  value.salt instanceof Uint8Array &&
  value.salt.length === PASSPHRASE_SALT_BYTES &&
  isWithin(value.memoryKib, 8, MOST_MEMORY_KIB) &&
  isWithin(value.passes, 1, MOST_PASSES)

const isWithin = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most
