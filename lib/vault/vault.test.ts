import 'fake-indexeddb/auto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import type { DeviceId, DocumentId, EpochSecret, EpochTag, PersonId, TagKey, WorkspaceId } from '#lib/base/ids'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import type { Crypto } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { openIndexedDbKeyStore, openIndexedDbStorage } from '#lib/storage/indexeddb-storage'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import type { KeyStore } from '#lib/storage/storage'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createDeviceKeys, createFounderKeys, type FounderKeys } from '#lib/vault/device-keys'
import { decodeProfile, EMPTY_PROFILE, encodeProfile } from '#lib/vault/profile'
import { encodeRecord } from '#lib/vault/record-json'
import { openVault, type Vault } from '#lib/vault/vault'
import { decodePendingJoin, decodeWorkspaceKeys, type WorkspaceKeys } from '#lib/vault/workspace-keys'

const ID = new Uint8Array(32).fill(1) as WorkspaceId
const epoch = (n: number) => ({
  tag: new Uint8Array(16).fill(n) as EpochTag,
  secret: new Uint8Array(32).fill(n) as EpochSecret,
})

const someKeys = async (crypto: Crypto): Promise<WorkspaceKeys & FounderKeys> => ({
  ...(await createFounderKeys(crypto, systemRandom)),
  workspaceId: ID,
  genesis: utf8('genesis'),
  tagKey: new Uint8Array(32).fill(2) as TagKey,
  epochs: [epoch(1)],
})

function opened(vault: Awaited<ReturnType<typeof openVault>>): Vault {
  if (!vault.ok) throw new Error(JSON.stringify(vault.error))
  return vault.value
}

async function unwrap<T>(result: Promise<{ ok: true; value: T } | { ok: false; error: unknown }>): Promise<T> {
  const outcome = await result
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error))
  return outcome.value
}

function memoryProfile() {
  const disk = createMemoryDisk()
  const crypto = createNodeCrypto()
  const keys = openMemoryKeyStore(disk)
  const open = () =>
    openVault({
      crypto,
      random: systemRandom,
      keys,
      stretch: quickStretch,
      openStorage: async () => ({ ok: true, value: openMemoryStorage(disk) }),
    })
  return { disk, crypto, keys, open }
}

function indexedDbProfile(name: string) {
  const crypto = createBrowserCrypto()
  const open = async () => {
    const keys = await unwrap(openIndexedDbKeyStore(name))
    const openStorage = (storageKey: Awaited<ReturnType<Crypto['storageKey']>>) =>
      openIndexedDbStorage({ storageKey, name })
    return openVault({ crypto, random: systemRandom, keys, stretch: quickStretch, openStorage })
  }
  return { crypto, open }
}

describe.each([
  { where: 'in memory with seeds', profile: () => memoryProfile() },
  { where: 'in IndexedDB with keys that cannot be shown', profile: () => indexedDbProfile(`vault-${vaults++}`) },
])('a vault $where', ({ profile }) => {
  it('E2 keeps whole keys where two are saved at the same time', async () => {
    const { crypto, open } = profile()
    const [one, other] = [await someKeys(crypto), await someKeys(crypto)]
    const vault = opened(await open())
    await unwrap(vault.saveWorkspaceKeys(one))
    await Promise.all([other, one].map((keys) => unwrap(vault.saveWorkspaceKeys(keys))))
    const loaded = await unwrap(vault.loadWorkspaceKeys(ID))
    expect(loaded?.device.publicKey).toEqual(one.device.publicKey)
    vault.close()
  })

  it('gives the keys of a workspace back after reopening, and they sign as before', async () => {
    const { crypto, open } = profile()
    const keys = await someKeys(crypto)
    const first = opened(await open())
    await unwrap(first.saveWorkspaceKeys(keys))
    first.close()
    const found = await unwrap(opened(await open()).loadWorkspaceKeys(ID))
    if (!found) throw new Error('nothing kept')
    expect([found.epochs, found.tagKey, found.genesis]).toEqual([keys.epochs, keys.tagKey, keys.genesis])
    for (const name of ['device', 'relay', 'root'] as const)
      expect(await crypto.verify(keys[name].publicKey, ID, (await found[name]?.sign(ID)) ?? ID)).toBe(true)
    const other = await crypto.exchangeKey()
    expect(await found.exchange.agree(other.publicKey)).toEqual(await keys.exchange.agree(other.publicKey))
  })

  it('V1 keeps the keys of a linked device, which has no root', async () => {
    const { crypto, open } = profile()
    const vault = opened(await open())
    const { root: _, ...rest } = await someKeys(crypto)
    const keys = { ...rest, ...(await createDeviceKeys(crypto)) }
    await unwrap(vault.saveWorkspaceKeys(keys))
    const found = await unwrap(vault.loadWorkspaceKeys(ID))
    expect([found?.root, found?.device.publicKey]).toEqual([undefined, keys.device.publicKey])
  })

  it('V2 keeps the seed of a root, so that a recovery kit can carry it', async () => {
    const { crypto, open } = profile()
    const keys = await someKeys(crypto)
    await unwrap(opened(await open()).saveWorkspaceKeys(keys))
    const found = await unwrap(opened(await open()).loadWorkspaceKeys(ID))
    expect([keys.root.stored.kind, found?.root?.stored]).toEqual(['seed', keys.root.stored])
  })

  it('keeps every epoch once received, and the same keys when more epochs come', async () => {
    const { crypto, open } = profile()
    const vault = opened(await open())
    const keys = await someKeys(crypto)
    await unwrap(vault.saveWorkspaceKeys(keys))
    await unwrap(vault.saveWorkspaceKeys({ ...keys, epochs: [epoch(2)] }))
    const found = await unwrap(vault.loadWorkspaceKeys(ID))
    expect(found?.epochs).toEqual([epoch(1), epoch(2)])
    expect(await crypto.verify(keys.device.publicKey, ID, (await found?.device.sign(ID)) ?? ID)).toBe(true)
  })

  it('replaces the keys of a device that got new ones', async () => {
    const { crypto, open } = profile()
    const vault = opened(await open())
    await unwrap(vault.saveWorkspaceKeys(await someKeys(crypto)))
    const fresh = await someKeys(crypto)
    await unwrap(vault.saveWorkspaceKeys(fresh))
    const found = await unwrap(vault.loadWorkspaceKeys(ID))
    expect(await crypto.verify(fresh.device.publicKey, ID, (await found?.device.sign(ID)) ?? ID)).toBe(true)
  })

  it('V6 keeps the keys with which it asks for a place, whoever asks again, until it is let in', async () => {
    const { crypto, open } = profile()
    const vault = opened(await open())
    const named = (n: number) => new Uint8Array(32).fill(n)
    const facts = { person: named(2) as PersonId, offeredBy: named(3) as DeviceId, name: 'Diary', link: named(4) }
    const place = { ...facts, workspaceId: ID, secret: new Uint8Array(16) }
    const keys = await createDeviceKeys(crypto)
    await unwrap(vault.savePendingPlace({ ...place, ...keys }))
    await unwrap(vault.savePendingPlace({ ...place, ...(await createDeviceKeys(crypto)), name: 'Again' }))
    const [found, ...more] = await unwrap(opened(await open()).pendingPlaces())
    expect([found?.name, found?.device.publicKey, more]).toEqual(['Diary', keys.device.publicKey, []])
    expect(await crypto.verify(keys.device.publicKey, ID, (await found?.device.sign(ID)) ?? ID)).toBe(true)
    await unwrap(vault.clearPendingPlace(ID))
    expect(await unwrap(vault.pendingPlaces())).toEqual([])
  })

  it('I2 a pending join survives a reload with the same keys, and is gone once cleared', async () => {
    const { crypto, open } = profile()
    const vault = opened(await open())
    const keys = await createFounderKeys(crypto, systemRandom)
    await unwrap(vault.savePendingJoin({ ...keys, workspaceId: ID, invitation: '1.a.b.c', name: 'Bob', startedAt: 5 }))
    const found = await unwrap(opened(await open()).loadPendingJoin(ID))
    expect(found).toMatchObject({ invitation: '1.a.b.c', name: 'Bob', startedAt: 5 })
    expect(await crypto.verify(keys.root.publicKey, ID, (await found?.root.sign(ID)) ?? ID)).toBe(true)
    await unwrap(vault.clearPendingJoin(ID))
    expect(await unwrap(vault.loadPendingJoin(ID))).toBeUndefined()
  })

  it('two tabs that open a fresh profile at once share one storage key and one profile', async () => {
    const { open } = profile()
    const [one, two] = (await Promise.all([open(), open()])).map(opened)
    await unwrap(one?.updateProfile((known) => ({ ...known, name: 'Alice' })) ?? Promise.reject())
    expect(await unwrap(two?.profile() ?? Promise.reject())).toMatchObject({ name: 'Alice' })
  })
})

let vaults = 0

it('V4 the storage key stands wrapped: no value of the key store shows its bytes', async () => {
  const keys = openMemoryKeyStore()
  let secret: Uint8Array | undefined
  const random = { bytes: (size: number) => (secret ??= systemRandom.bytes(size)) }
  const storage = async () => ({ ok: true, value: openMemoryStorage() }) as const
  opened(await openVault({ crypto: createNodeCrypto(), random, keys, stretch: quickStretch, openStorage: storage }))
  const kept = await unwrap(keys.get('storage-key'))
  expect(kept).toMatchObject({ version: 1, wrappedBy: 'device' })
  expect(JSON.stringify(kept)).not.toContain(JSON.stringify(secret))
})

it('a storage key that does not open is a typed error and stays where it is', async () => {
  const { keys, open } = memoryProfile()
  opened(await open())
  const kept = (await unwrap(keys.get('storage-key'))) as { wrapped: Uint8Array }
  const damaged = { ...kept, wrapped: new Uint8Array(kept.wrapped.length) }
  for (const value of [damaged, 'nonsense', { ...kept, version: 2 }]) {
    await keys.put(new Map([['storage-key', value]]))
    expect(await open()).toEqual({ ok: false, error: { type: 'storage-key-damaged' } })
    expect(await unwrap(keys.get('storage-key'))).toBe(value)
  }
})

it('a workspace whose key the platform lost is told, and the profile stays', async () => {
  const name = `vault-${vaults++}`
  const { crypto, open } = indexedDbProfile(name)
  const vault = opened(await open())
  await unwrap(vault.updateProfile((known) => ({ ...known, name: 'Alice' })))
  await unwrap(vault.saveWorkspaceKeys(await someKeys(crypto)))
  const keys: KeyStore = await unwrap(openIndexedDbKeyStore(name))
  for (const prefix of '0123456789abcdef') await unwrap(keys.deleteAll(prefix))
  expect(await vault.loadWorkspaceKeys(ID)).toEqual({ ok: false, error: { type: 'keys-missing' } })
  expect(await unwrap(vault.profile())).toMatchObject({ name: 'Alice' })
})

it('a damaged profile is told, not replaced', async () => {
  const { open } = memoryProfile()
  const vault = opened(await open())
  for (const bytes of [utf8('{"version":1}'), utf8('no json'), new Uint8Array([255])]) {
    await vault.storage.putRecord('profile', bytes)
    const outcome = await vault.updateProfile((known) => known)
    expect(outcome).toEqual({ ok: false, error: { type: 'malformed-record' } })
    expect(await unwrap(vault.storage.record('profile'))).toEqual(bytes)
  }
})

it('a record of a later version is told, not replaced', async () => {
  const vault = opened(await memoryProfile().open())
  await vault.storage.putRecord('profile', encodeRecord({ ...EMPTY_PROFILE, version: 2 }))
  expect(await vault.updateProfile((known) => known)).toEqual({ ok: false, error: { type: 'newer-record' } })
})

it('a profile is read as it was written', () => {
  const page = new Uint8Array(16).fill(3) as DocumentId
  const profile = {
    name: 'Zoë “Z”',
    workspaces: [
      { id: ID, name: 'Böll', lastPage: page },
      { id: ID, name: '' },
    ],
    current: ID,
    pendingJoins: [ID],
  }
  expect(decodeProfile(encodeProfile(profile))).toEqual({ ok: true, value: profile })
})

it('records made of any bytes or any JSON are refused without throwing', () => {
  const decoders = [decodeProfile, decodeWorkspaceKeys, decodePendingJoin]
  const noRecord = fc.oneof(
    fc.uint8Array(),
    fc.json().map(utf8),
    fc.dictionary(fc.constantFrom('version', 'name', 'workspaces', 'keys', 'slot'), fc.jsonValue()).map(encodeRecord),
  )
  fc.assert(fc.property(noRecord, (bytes) => decoders.every((decode) => !decode(bytes).ok)))
})
