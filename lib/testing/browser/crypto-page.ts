/** Loaded by a page, and by Node for the verdicts to compare with: the same vectors, the same code, every backend. */
import { toHex, utf8 } from '#lib/base/bytes'
import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import type { StoredKey } from '#lib/crypto/crypto'
import { hash } from '#lib/crypto/hash'
import { openIndexedDbKeyStore } from '#lib/storage/indexeddb-storage'
import { type Vectors, type Verdict, vectorVerdicts } from '#lib/testing/browser/vector-verdicts'
import { cryptoBackends } from '#lib/testing/crypto-backends'

const DATABASE = 'crypto-contract'
const message = utf8('a berry')
const context = utf8('entries/1')

/** The verdicts of the backends `names`, one list for each. */
export const verdicts = ({ names, vectors }: { names: string[]; vectors: Vectors }): Promise<Verdict[][]> =>
  Promise.all(
    names.map((name) => {
      const [, crypto] = cryptoBackends().find(([each]) => each === name) ?? []
      if (!crypto) throw new Error(`No backend ${name}`)
      return vectorVerdicts(crypto, vectors)
    }),
  )

/** What this platform knows by itself; where one of them is missing, tweetnacl is what runs. */
export async function nativeCurves(): Promise<string[]> {
  const crypto = createBrowserCrypto()
  const keys = { Ed25519: await crypto.signingKey(), X25519: await crypto.exchangeKey() }
  return Object.entries(keys).flatMap(([curve, { stored }]) => (stored.kind === 'platform' ? [curve] : []))
}

/** Makes one key of every kind, fresh and from a seed, and keeps them; for each, how its export ended in each format. */
export async function keepKeys(): Promise<Record<string, string[]>> {
  const crypto = createBrowserCrypto()
  const seed = hash(utf8('alice'))
  const [signing, exchange, storage] = [
    await crypto.signingKey(),
    await crypto.exchangeKey(),
    await crypto.storageKey(),
  ]
  const stored = {
    signing: signing.stored,
    exchange: exchange.stored,
    storage: storage.stored,
    'signing of a seed': (await crypto.signingKey(seed)).stored,
    'exchange of a seed': (await crypto.exchangeKey(seed)).stored,
    'storage of a seed': (await crypto.restoreStorageKey({ kind: 'seed', seed })).stored,
  }
  const agreed = await (await crypto.exchangeKey(seed)).agree(exchange.publicKey)
  const facts = {
    signingKey: signing.publicKey,
    exchangeKey: exchange.publicKey,
    agreed: agreed.ok ? agreed.value : undefined,
    sealed: await storage.seal(message, context),
  }
  const keys = await openKeys()
  const kept = await keys.put(new Map<string, unknown>([...Object.entries(stored), ['facts', facts]]))
  if (!kept.ok) throw new Error(kept.error.type)
  keys.close()
  return exportsOf(stored)
}

/** In a later life of the page: the same keys out of IndexedDB, what they still do, and how their export ends. */
export async function useKeptKeys(): Promise<{ works: Record<string, boolean>; exports: Record<string, string[]> }> {
  const crypto = createBrowserCrypto()
  const keys = await openKeys()
  const kept = async (name: string) => {
    const found = await keys.get(name)
    if (!found.ok) throw new Error(found.error.type)
    return found.value
  }
  const facts = (await kept('facts')) as Record<'signingKey' | 'exchangeKey' | 'agreed' | 'sealed', Uint8Array>
  const names = ['signing', 'exchange', 'storage', 'signing of a seed', 'exchange of a seed', 'storage of a seed']
  const stored: Record<string, StoredKey> = {}
  for (const name of names) stored[name] = (await kept(name)) as StoredKey
  keys.close()
  const restored = (name: string): StoredKey => stored[name] ?? { kind: 'platform', key: undefined }
  const signing = await crypto.restoreSigningKey(restored('signing'), facts.signingKey)
  const exchange = await crypto.restoreExchangeKey(restored('exchange'), facts.exchangeKey)
  const storage = await crypto.restoreStorageKey(restored('storage'))
  const seeded = await crypto.exchangeKey(hash(utf8('alice')))
  const [agreed, opened] = [await exchange.agree(seeded.publicKey), await storage.open(facts.sealed, context)]
  return {
    works: {
      signs: await crypto.verify(facts.signingKey, message, await signing.sign(message)),
      agrees: agreed.ok && toHex(agreed.value) === toHex(facts.agreed),
      opens: opened.ok && toHex(opened.value) === toHex(message),
    },
    exports: await exportsOf(stored),
  }
}

async function exportsOf(stored: Record<string, StoredKey>): Promise<Record<string, string[]>> {
  const outcomes: Record<string, string[]> = {}
  for (const [name, key] of Object.entries(stored)) outcomes[name] = await exportOf(key)
  return outcomes
}

async function exportOf(stored: StoredKey): Promise<string[]> {
  if (stored.kind !== 'platform' || !(stored.key instanceof CryptoKey)) return ['a readable seed']
  const { key } = stored
  const formats = key.type === 'secret' ? (['raw', 'jwk'] as const) : (['pkcs8', 'jwk'] as const)
  return Promise.all(
    formats.map((format) =>
      globalThis.crypto.subtle.exportKey(format, key).then(
        () => `${format} shown`,
        (error: DOMException) => error.name,
      ),
    ),
  )
}

async function openKeys() {
  const keys = await openIndexedDbKeyStore(DATABASE)
  if (!keys.ok) throw new Error(keys.error.type)
  return keys.value
}
