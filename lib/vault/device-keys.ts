import { toHex } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, ExchangeKey, SigningKey, StoredKey } from '#lib/crypto/crypto'
import type { KeyStore, StorageError } from '#lib/storage/storage'
import type { Fields } from '#lib/vault/record-json'

/** The keys of this device in one workspace, and for now the root of its person. */
export interface DeviceKeys {
  readonly device: SigningKey
  readonly exchange: ExchangeKey
  /** Shown at the relay's door; nobody can tell that it belongs to `device`. */
  readonly relay: SigningKey
  readonly root: SigningKey
}

/** How they stand in a sealed record: the public halves, and the seed of a key that the platform cannot hide. */
export interface DeviceKeysRecord {
  /** Names the place of the hidden halves in the key store. */
  readonly slot: string
  readonly keys: Readonly<Record<keyof DeviceKeys, { readonly publicKey: Uint8Array; readonly seed?: Uint8Array }>>
}

const NAMES = ['device', 'exchange', 'relay', 'root'] as const

export async function createDeviceKeys(crypto: Crypto): Promise<DeviceKeys> {
  const [device, exchange, relay, root] = await Promise.all([
    crypto.signingKey(),
    crypto.exchangeKey(),
    crypto.signingKey(),
    crypto.signingKey(),
  ])
  return { device, exchange, relay, root }
}

export const readDeviceKeysRecord = (fields: Fields): DeviceKeysRecord => {
  const keys = fields.fields('keys')
  const read = (name: keyof DeviceKeys) => {
    const key = keys.fields(name)
    return { publicKey: key.bytes('publicKey', 32), ...(key.has('seed') ? { seed: key.bytes('seed', 32) } : {}) }
  }
  const [device, exchange, relay, root] = [read('device'), read('exchange'), read('relay'), read('root')]
  return { slot: fields.text('slot'), keys: { device, exchange, relay, root } }
}

/** Puts the hidden halves into the key store under `slot`, unless `present` holds these very keys already. */
export async function storeDeviceKeys(
  store: KeyStore,
  slot: string,
  keys: DeviceKeys,
  present: DeviceKeysRecord | undefined,
): Promise<Result<DeviceKeysRecord, StorageError>> {
  const same = (name: keyof DeviceKeys) =>
    present && toHex(present.keys[name].publicKey) === toHex(keys[name].publicKey)
  if (present && NAMES.every(same)) return ok(present)
  const hidden = new Map<string, unknown>()
  const record = (name: keyof DeviceKeys) => {
    const { publicKey, stored } = keys[name]
    if (stored.kind === 'seed') return { publicKey, seed: stored.seed }
    hidden.set(`${slot}/${name}`, stored.key)
    return { publicKey }
  }
  const [device, exchange, relay, root] = NAMES.map(record)
  if (!device || !exchange || !relay || !root) throw new Error('four keys')
  const put = await store.put(hidden)
  return put.ok ? ok({ slot, keys: { device, exchange, relay, root } }) : put
}

/** `keys-missing`: the platform has lost a key, or another stands in its place; nothing can be signed here any more. */
export async function restoreDeviceKeys(
  crypto: Crypto,
  store: KeyStore,
  { slot, keys }: DeviceKeysRecord,
): Promise<Result<DeviceKeys, StorageError | { readonly type: 'keys-missing' }>> {
  const stored = new Map<keyof DeviceKeys, StoredKey>()
  for (const name of NAMES) {
    const { seed } = keys[name]
    const found = seed ? ok(undefined) : await store.get(`${slot}/${name}`)
    if (!found.ok) return found
    if (!seed && found.value === undefined) return err({ type: 'keys-missing' })
    stored.set(name, seed ? { kind: 'seed', seed } : { kind: 'platform', key: found.value })
  }
  const of = (name: keyof DeviceKeys) => stored.get(name) ?? { kind: 'platform', key: undefined }
  const signing = (name: 'device' | 'relay' | 'root') => crypto.restoreSigningKey(of(name), keys[name].publicKey)
  try {
    const [device, relay, root] = await Promise.all([signing('device'), signing('relay'), signing('root')])
    const exchange = await crypto.restoreExchangeKey(of('exchange'), keys.exchange.publicKey)
    return ok({ device, exchange, relay, root })
  } catch {
    return err({ type: 'keys-missing' })
  }
}
