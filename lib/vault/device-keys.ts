import { toHex } from '#lib/base/bytes'
import type { Random } from '#lib/base/random'
import { err, ok, type Result } from '#lib/base/result'
import type { Crypto, ExchangeKey, SigningKey, StoredKey } from '#lib/crypto/crypto'
import type { KeyStore, StorageError } from '#lib/storage/storage'
import type { Fields } from '#lib/vault/record-json'

/** The keys of this device in one workspace. */
export interface DeviceKeys {
  readonly device: SigningKey
  readonly exchange: ExchangeKey
  /** Shown at the relay's door; nobody can tell that it belongs to `device`. */
  readonly relay: SigningKey
  /** The person's, on the device that made it alone: a root never travels by linking (V1). */
  readonly root?: SigningKey
}

/** Keys of a device with a person of their own. */
export interface FounderKeys extends DeviceKeys {
  readonly root: SigningKey
}

/** How they stand in a sealed record: the public halves, and the seed of a key that the platform cannot hide. */
export interface DeviceKeysRecord {
  /** Names the place of the hidden halves in the key store. */
  readonly slot: string
  readonly keys: Readonly<Record<'device' | 'exchange' | 'relay', KeyRecord>> & { readonly root?: KeyRecord }
}

interface KeyRecord {
  readonly publicKey: Uint8Array
  readonly seed?: Uint8Array
}

const NAMES = ['device', 'exchange', 'relay', 'root'] as const

/**
 * Keys of one more device of somebody's. The platform hides them where it can; with `seeds` they are kept as seeds instead,
 * sealed with everything else: what the platform hides from a page it does not hide from whoever has the disk, and a
 * passphrase can only stand before what can be sealed (V4).
 */
export async function createDeviceKeys(crypto: Crypto, seeds?: Random): Promise<DeviceKeys> {
  const [device, exchange, relay] = await Promise.all([
    createKey(seeds, (seed) => crypto.signingKey(seed)),
    createKey(seeds, (seed) => crypto.exchangeKey(seed)),
    createKey(seeds, (seed) => crypto.signingKey(seed)),
  ])
  return { device, exchange, relay }
}

async function createKey<T extends SigningKey | ExchangeKey>(
  seeds: Random | undefined,
  create: (seed: Uint8Array | undefined) => Promise<T>,
): Promise<T> {
  const seed = seeds?.bytes(32)
  const key = await create(seed)
  return seed ? { ...key, stored: { kind: 'seed', seed } } : key
}

/** Keys of a person's first device. The root has a seed, so that a recovery kit can carry it (V2). */
export async function createFounderKeys(crypto: Crypto, random: Random, seeds?: Random): Promise<FounderKeys> {
  const [keys, made] = await Promise.all([createDeviceKeys(crypto, seeds), seededRoot(crypto, random.bytes(32))])
  return { ...keys, root: made }
}

/** A root that can be carried: what is stored of it is its seed, whatever the platform could hide. */
export async function seededRoot(crypto: Crypto, seed: Uint8Array): Promise<SigningKey> {
  return { ...(await crypto.signingKey(seed)), stored: { kind: 'seed', seed } }
}

export const readDeviceKeysRecord = (fields: Fields): DeviceKeysRecord => {
  const keys = fields.fields('keys')
  const read = (name: keyof DeviceKeys) => {
    const key = keys.fields(name)
    return { publicKey: key.bytes('publicKey', 32), ...(key.has('seed') ? { seed: key.bytes('seed', 32) } : {}) }
  }
  const [device, exchange, relay] = [read('device'), read('exchange'), read('relay')]
  return {
    slot: fields.text('slot'),
    keys: { device, exchange, relay, ...(keys.has('root') ? { root: read('root') } : {}) },
  }
}

/** Puts the hidden halves into the key store under `slot`, unless `present` holds these very keys already. */
export async function storeDeviceKeys(
  store: KeyStore,
  slot: string,
  keys: DeviceKeys,
  present: DeviceKeysRecord | undefined,
): Promise<Result<DeviceKeysRecord, StorageError>> {
  const hexOf = (key: { readonly publicKey: Uint8Array } | undefined) => key && toHex(key.publicKey)
  const same = (name: keyof DeviceKeys) => hexOf(present?.keys[name]) === hexOf(keys[name])
  if (present && NAMES.every(same)) return ok(present)
  const hidden = new Map<string, unknown>()
  const record = (name: keyof DeviceKeys, { publicKey, stored }: SigningKey | ExchangeKey): KeyRecord => {
    if (stored.kind === 'seed') return { publicKey, seed: stored.seed }
    hidden.set(`${slot}/${name}`, stored.key)
    return { publicKey }
  }
  const records = {
    device: record('device', keys.device),
    exchange: record('exchange', keys.exchange),
    relay: record('relay', keys.relay),
    ...(keys.root ? { root: record('root', keys.root) } : {}),
  }
  const put = await store.put(hidden)
  return put.ok ? ok({ slot, keys: records }) : put
}

/** `keys-missing`: the platform has lost a key, or another stands in its place; nothing can be signed here any more. */
export async function restoreDeviceKeys(
  crypto: Crypto,
  store: KeyStore,
  { slot, keys }: DeviceKeysRecord,
): Promise<Result<DeviceKeys, StorageError | { readonly type: 'keys-missing' }>> {
  const stored = new Map<keyof DeviceKeys, StoredKey>()
  const hidden = await Promise.all(
    NAMES.map((name) => (keys[name]?.seed ? ok(undefined) : store.get(`${slot}/${name}`))),
  )
  for (const [i, name] of NAMES.entries()) {
    const key = keys[name]
    const found = hidden[i]
    if (!key || !found) continue
    if (!found.ok) return found
    if (!key.seed && found.value === undefined) return err({ type: 'keys-missing' })
    stored.set(name, key.seed ? { kind: 'seed', seed: key.seed } : { kind: 'platform', key: found.value })
  }
  const of = (name: keyof DeviceKeys) => stored.get(name) ?? { kind: 'platform', key: undefined }
  const signing = async (name: 'device' | 'relay' | 'root', { publicKey }: KeyRecord): Promise<SigningKey> => {
    const from = of(name)
    return { ...(await crypto.restoreSigningKey(from, publicKey)), stored: from }
  }
  try {
    const [device, relay, exchange, root] = await Promise.all([
      signing('device', keys.device),
      signing('relay', keys.relay),
      crypto.restoreExchangeKey(of('exchange'), keys.exchange.publicKey),
      keys.root && signing('root', keys.root),
    ])
    return ok({ device, exchange: { ...exchange, stored: of('exchange') }, relay, ...(root ? { root } : {}) })
  } catch {
    return err({ type: 'keys-missing' })
  }
}
