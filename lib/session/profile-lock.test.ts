import { describe, expect, it } from 'vitest'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { createProfileLock } from '#lib/session/profile-lock'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import { createMemoryBrowser } from '#lib/testing/memory-browser'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createVirtualClock } from '#lib/testing/virtual-clock'
import { openVault } from '#lib/vault/vault'

const MINUTE_MS = 60_000

function createStore() {
  const values = new Map<string, string>()
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
  }
}

/** A browser profile with a lock in each of its tabs, and what each was told to do. */
function openBrowser() {
  const clock = createVirtualClock()
  const browser = createMemoryBrowser()
  const disk = createMemoryDisk()
  const store = createStore()
  const unlock = async (passphrase?: string) => {
    const ports = {
      crypto: createNodeCrypto(),
      random: systemRandom,
      keys: openMemoryKeyStore(disk),
      stretch: quickStretch,
      openStorage: async () => ({ ok: true, value: openMemoryStorage(disk) }) as const,
    }
    const opened = await openVault(ports, passphrase)
    if (!opened.ok) throw new Error('The vault did not open')
    return opened.value
  }
  const openTab = () => {
    const told: string[] = []
    const lock = createProfileLock({
      clock,
      tabs: browser.openTab(),
      store,
      onLock: () => told.push('lock'),
      onOtherKey: () => told.push('other key'),
      onChange: () => {},
    })
    return { lock, told }
  }
  return { clock, unlock, openTab }
}

/** Two tabs of a profile with a passphrase, both open. */
async function openTwoTabs() {
  const browser = openBrowser()
  const [one, two] = [browser.openTab(), browser.openTab()]
  await one.lock.opened(await browser.unlock())
  await two.lock.opened(await browser.unlock())
  expect(await one.lock.setPassphrase('otter lantern', undefined)).toEqual({ ok: true, value: undefined })
  await browser.clock.settle()
  return { ...browser, one, two }
}

describe('the lock of a profile', () => {
  it('V4 locks nothing that opens by itself', async () => {
    const { clock, unlock, openTab } = openBrowser()
    const { lock, told } = openTab()
    await lock.opened(await unlock())
    lock.lock()
    await clock.advance(24 * 60 * MINUTE_MS)
    expect([told, lock.view().passphrase]).toEqual([[], false])
  })

  it('V4 locks every tab at once, each once', async () => {
    const { clock, one, two } = await openTwoTabs()
    expect(two.lock.view()).toMatchObject({ passphrase: true, idleMinutes: 15 })
    two.lock.lock()
    two.lock.lock()
    await clock.settle()
    expect([one.told, two.told]).toEqual([['lock'], ['lock']])
  })

  it('V4 locks every tab when nobody is in any of them, and none while somebody is in one', async () => {
    const { clock, one, two } = await openTwoTabs()
    expect(await one.lock.setIdleMinutes(1)).toEqual({ ok: true, value: undefined })
    await clock.settle()
    for (let i = 0; i < 10; i++) {
      await clock.advance(MINUTE_MS - 1000)
      two.lock.watch.sign()
      await clock.settle()
    }
    expect([one.told, two.told]).toEqual([[], []])
    await clock.advance(MINUTE_MS)
    expect([one.told, two.told]).toEqual([['lock'], ['lock']])
    expect(clock.waiting).toBe(0)
  })

  it('V4 opens anew where the passphrase before a locked tab was removed', async () => {
    const { clock, unlock, one, two } = await openTwoTabs()
    one.lock.lock()
    await clock.settle()
    await one.lock.opened(await unlock('otter lantern'))
    expect(await one.lock.removePassphrase('a guess')).toEqual({ ok: false, error: { type: 'wrong-passphrase' } })
    await one.lock.removePassphrase('otter lantern')
    await clock.settle()
    expect(two.told).toEqual(['lock', 'other key'])
    expect(one.lock.view().passphrase).toBe(false)
  })

  it('V4 starts anew beside what is locked, and goes back', async () => {
    const { openTab } = openBrowser()
    const { lock, told } = openTab()
    lock.startAnew()
    expect(lock.view().places).toEqual({ current: 2, count: 2 })
    lock.openProfile(1)
    expect([lock.view().places.current, told]).toEqual([1, ['other key', 'other key']])
  })

  it('V4 changes nothing once it is locked', async () => {
    const { one } = await openTwoTabs()
    one.lock.lock()
    expect(await one.lock.setIdleMinutes(1)).toEqual({ ok: false, error: { type: 'storage-failed' } })
    expect(await one.lock.removePassphrase('otter lantern')).toEqual({ ok: false, error: { type: 'storage-failed' } })
  })
})
