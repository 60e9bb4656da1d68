import { toHex } from '#lib/base/bytes'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import type { Platform } from '#lib/host/browser-platform'
import type { WorkspaceParts } from '#lib/session/open-workspace'
import { createMemoryDisk, openMemoryKeyStore, openMemoryStorage } from '#lib/storage/memory-storage'
import { createMemoryBrowser } from '#lib/testing/memory-browser'
import { quickStretch } from '#lib/testing/quick-stretch'
import { createSeededRandom } from '#lib/testing/seeded-random'
import type { VirtualClock } from '#lib/testing/virtual-clock'
import { openVault } from '#lib/vault/vault'

/** A browser profile in memory without a network, with one tab. */
export async function openMemoryProfile(clock: VirtualClock): Promise<WorkspaceParts> {
  const random = createSeededRandom(1)
  const crypto = createNodeCrypto()
  const disk = createMemoryDisk()
  const platform: Platform = {
    crypto,
    clock,
    random,
    stretch: async () => new Uint8Array(32),
    tabs: createMemoryBrowser().openTab(),
    deviceName: 'Node',
    tab: toHex(random.bytes(16)),
    openVault: () =>
      openVault({
        crypto,
        random,
        keys: openMemoryKeyStore(disk),
        stretch: quickStretch,
        openStorage: async () => ({ ok: true, value: openMemoryStorage(disk) }),
      }),
  }
  const vault = await platform.openVault()
  if (!vault.ok) throw new Error(vault.error.type)
  return {
    vault: vault.value,
    places: new Promise(() => {}),
    platform,
    profile: () => undefined,
    onChange() {},
    async onProfile() {},
    parseHtml: () => document,
  }
}

/** What begins in virtual time ends in it. */
export async function within<Value>(clock: VirtualClock, work: Promise<Value | undefined>): Promise<Value> {
  let done: { value: Value | undefined } | undefined
  let fault: unknown
  work.then(
    (value) => {
      done = { value }
    },
    (error) => {
      fault = error
    },
  )
  for (let waitedMs = 0; !done && !fault && waitedMs < 60_000; waitedMs += 100) await clock.advance(100)
  if (fault) throw fault
  if (!done?.value) throw new Error('not opened')
  return done.value
}
