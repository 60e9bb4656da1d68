import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { Random } from '#lib/base/random'
import type { Result } from '#lib/base/result'
import { ARGON2_COST } from '#lib/crypto/argon2-cost'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import type { Crypto } from '#lib/crypto/crypto'
import { stretchInWorker } from '#lib/crypto/stretch-in-worker'
import { systemRandom } from '#lib/crypto/system-random'
import { deviceNameOf } from '#lib/host/device-name'
import { databaseInUse, openPlaceStore } from '#lib/host/profile-places'
import { openIndexedDbKeyStore, openIndexedDbStorage } from '#lib/storage/indexeddb-storage'
import { browserTabPlatform, type TabPlatform } from '#lib/tabs/tab-platform'
import type { MeshOptions } from '#lib/transport/webrtc'
import { openVault, type Vault } from '#lib/vault/vault'
import type { Stretch } from '#lib/workspace/stretch'

/** What the session takes from the browser it runs in. */
export interface Platform {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly random: Random
  readonly stretch: Stretch
  readonly tabs: TabPlatform
  /** Another WebRTC than the browser's, and a module of y-webrtc for each peer, where several share a process. */
  readonly webrtc?: Pick<MeshOptions, 'platform' | 'provider'>
  /** Fresh for every life of the page. */
  readonly tab: string
  /** What a person calls this browser on this machine, e.g. "Firefox on Linux". */
  readonly deviceName: string
  /** `locked` where a passphrase stands before it and none was given. */
  openVault(passphrase?: string): Promise<Result<Vault, { readonly type: string }>>
}

/** Made apart from the rest, so that whoever keeps the clock keeps no key alive. */
const createBrowserClock = (): Clock => ({
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
})

export function createPlatform(): Platform {
  const crypto = createBrowserCrypto()
  return {
    crypto,
    clock: createBrowserClock(),
    random: systemRandom,
    stretch: (secret, salt) => stretchInWorker(secret, salt),
    tabs: browserTabPlatform(),
    tab: toHex(systemRandom.bytes(16)),
    deviceName: deviceNameOf(navigator.userAgent),
    async openVault(passphrase) {
      const name = databaseInUse(openPlaceStore(() => localStorage))
      const keys = await openIndexedDbKeyStore(name)
      if (!keys.ok) return keys
      return openVault(
        {
          crypto,
          random: systemRandom,
          keys: keys.value,
          stretch: { cost: ARGON2_COST, run: stretchInWorker },
          openStorage: (storageKey) => openIndexedDbStorage({ storageKey, name }),
        },
        passphrase,
      )
    },
  }
}
