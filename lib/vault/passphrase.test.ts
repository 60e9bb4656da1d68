import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createMemoryDisk, openMemoryKeyStore } from '#lib/storage/memory-storage'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createDeviceKeys, createFounderKeys, restoreDeviceKeys, storeDeviceKeys } from '#lib/vault/device-keys'
import {
  confirmPassphrase,
  hasPassphrase,
  openStorageKey,
  removePassphrase,
  type StorageKeyPorts,
  setPassphrase,
} from '#lib/vault/storage-key'

const CONTEXT = utf8('a place')
const wrong = { ok: false, error: { type: 'wrong-passphrase' } }

function openPorts() {
  const disk = createMemoryDisk()
  const keys = openMemoryKeyStore(disk)
  const ports: StorageKeyPorts = { crypto: createNodeCrypto(), random: systemRandom, keys, stretch: quickStretch }
  return { disk, ports }
}

/** A profile that sealed something, and what a later opening reads of it. */
async function sealSomething(ports: StorageKeyPorts) {
  const key = await openStorageKey(ports)
  if (!key.ok) throw new Error(key.error.type)
  const sealed = await key.value.seal(utf8('what a person typed'), CONTEXT)
  return async (passphrase?: string) => {
    const opened = await openStorageKey(ports, passphrase)
    return opened.ok ? opened.value.open(sealed, CONTEXT) : opened
  }
}

const readable = { ok: true, value: utf8('what a person typed') }

describe('a passphrase', () => {
  it('V4 stands before everything from the moment it is set, and nothing else opens it', async () => {
    const { ports } = openPorts()
    const read = await sealSomething(ports)
    expect(await hasPassphrase(ports)).toBe(false)
    expect(await setPassphrase(ports, 'otter lantern north', undefined)).toEqual({ ok: true, value: undefined })
    expect(await hasPassphrase(ports)).toBe(true)
    expect(await read()).toEqual({ ok: false, error: { type: 'locked' } })
    for (const guess of ['', 'otter', 'Otter lantern north', 'otter  lantern north'])
      expect(await read(guess)).toEqual(wrong)
    expect(await read('otter lantern north')).toEqual(readable)
  })

  it('V4 leaves no key in the store that opens what is sealed', async () => {
    const { disk, ports } = openPorts()
    await sealSomething(ports)
    await setPassphrase(ports, 'otter lantern north', undefined)
    const kept = disk.keys.get('storage-key')
    expect(Object.keys(kept as object).sort()).toEqual([
      'memoryKib',
      'passes',
      'salt',
      'version',
      'wrapped',
      'wrappedBy',
    ])
    expect([...disk.keys.keys()]).toEqual(['storage-key'])
  })

  it('V4 is the same passphrase from another keyboard, and with a space after it', async () => {
    const { ports } = openPorts()
    const read = await sealSomething(ports)
    await setPassphrase(ports, 'Zoë’s zwölf Ängste', undefined)
    expect(await read(`${'Zoë’s zwölf Ängste'.normalize('NFD')} `)).toEqual(readable)
  })

  it('V4 is changed and removed by whoever knows it alone', async () => {
    const { ports } = openPorts()
    const read = await sealSomething(ports)
    await setPassphrase(ports, 'the first one', undefined)
    expect(await setPassphrase(ports, 'the second one', undefined)).toEqual({ ok: false, error: { type: 'locked' } })
    expect(await setPassphrase(ports, 'the second one', 'a guess')).toEqual(wrong)
    expect(await removePassphrase(ports, 'a guess')).toEqual(wrong)
    expect(await read('the first one')).toEqual(readable)
    await setPassphrase(ports, 'the second one', 'the first one')
    expect(await read('the first one')).toEqual(wrong)
    expect(await read('the second one')).toEqual(readable)
    await removePassphrase(ports, 'the second one')
    expect(await read()).toEqual(readable)
    await setPassphrase(ports, 'the third one', undefined)
    expect(await read()).toEqual({ ok: false, error: { type: 'locked' } })
    expect(await read('the third one')).toEqual(readable)
  })

  it('V4 is confirmed without changing anything', async () => {
    const { disk, ports } = openPorts()
    await sealSomething(ports)
    expect(await confirmPassphrase(ports, 'anything')).toEqual({ ok: true, value: undefined })
    await setPassphrase(ports, 'otter lantern north', undefined)
    const kept = disk.keys.get('storage-key')
    expect(await confirmPassphrase(ports, 'a guess')).toEqual(wrong)
    expect(await confirmPassphrase(ports, 'otter lantern north')).toEqual({ ok: true, value: undefined })
    expect(disk.keys.get('storage-key')).toBe(kept)
  })

  it('V4 leaves one working key when the disk refuses the change', async () => {
    const { disk, ports } = openPorts()
    const read = await sealSomething(ports)
    disk.full = true
    expect(await setPassphrase(ports, 'otter lantern north', undefined)).toMatchObject({ ok: false })
    expect(await read()).toEqual(readable)
    disk.full = false
    await setPassphrase(ports, 'otter lantern north', undefined)
    disk.full = true
    expect(await removePassphrase(ports, 'otter lantern north')).toMatchObject({ ok: false })
    expect(await setPassphrase(ports, 'another one', 'otter lantern north')).toMatchObject({ ok: false })
    expect(await read('otter lantern north')).toEqual(readable)
  })

  it('V4 changes nothing where the browser has no room to stretch it', async () => {
    const { ports } = openPorts()
    const read = await sealSomething(ports)
    const narrow = { ...ports, stretch: { ...quickStretch, run: () => Promise.reject(new Error('no memory')) } }
    const failed = { ok: false, error: { type: 'stretch-failed' } }
    expect(await setPassphrase(narrow, 'otter lantern north', undefined)).toEqual(failed)
    expect(await read()).toEqual(readable)
    await setPassphrase(ports, 'otter lantern north', undefined)
    expect(await openStorageKey(narrow, 'otter lantern north')).toEqual(failed)
  })

  it('V4 takes no record that is bent, asks for the moon or was written by a later release', async () => {
    const { disk, ports } = openPorts()
    await sealSomething(ports)
    await setPassphrase(ports, 'otter lantern north', undefined)
    const kept = disk.keys.get('storage-key') as Record<string, unknown>
    const opened = async (value: unknown) => {
      disk.keys.set('storage-key', value)
      const outcome = await openStorageKey(ports, 'otter lantern north')
      return outcome.ok ? 'open' : outcome.error.type
    }
    const bent = [
      { ...kept, salt: new Uint8Array(15) },
      { ...kept, salt: 'salt' },
      { ...kept, memoryKib: 2 ** 32 },
      { ...kept, memoryKib: 0.5 },
      { ...kept, passes: 0 },
      { ...kept, passes: '3' },
      { ...kept, wrapped: undefined },
      { ...kept, wrappedBy: 'device' },
      { ...kept, version: 1 },
      null,
      'nonsense',
    ]
    for (const value of bent) expect(await opened(value)).toBe('storage-key-damaged')
    expect(await opened({ ...kept, version: 3 })).toBe('newer-record')
    expect(await opened({ ...kept, salt: new Uint8Array(16) })).toBe('wrong-passphrase')
    expect(await opened(kept)).toBe('open')
  })
})

describe('keys made behind a passphrase', () => {
  it('V4 are kept as seeds that the passphrase covers, not as keys that the platform stores', async () => {
    const { disk, ports } = openPorts()
    const keys = await createFounderKeys(ports.crypto, systemRandom, systemRandom)
    const record = await storeDeviceKeys(ports.keys, 'slot', keys, undefined)
    if (!record.ok) throw new Error(record.error.type)
    expect(disk.keys.size).toBe(0)
    const restored = await restoreDeviceKeys(ports.crypto, ports.keys, record.value)
    if (!restored.ok) throw new Error(restored.error.type)
    expect(restored.value.device.publicKey).toEqual(keys.device.publicKey)
    const message = utf8('a message')
    expect(await ports.crypto.verify(keys.device.publicKey, message, await restored.value.device.sign(message))).toBe(
      true,
    )
    expect(Object.values(restored.value).map(({ stored }) => stored.kind)).toEqual(Array(4).fill('seed'))
  })

  it('V4 differ from each other', async () => {
    const { ports } = openPorts()
    const [one, two] = [
      await createFounderKeys(ports.crypto, systemRandom, systemRandom),
      await createDeviceKeys(ports.crypto),
    ]
    const all = [...Object.values(one), ...Object.values(two)].map(({ publicKey }) => publicKey.join())
    expect(new Set(all).size).toBe(7)
  })
})
