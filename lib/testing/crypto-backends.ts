import { createBrowserCrypto } from '#lib/crypto/browser-crypto'
import type { Crypto } from '#lib/crypto/crypto'
import { createNodeCrypto } from '#lib/crypto/node-crypto'

/** Every backend by name: all must reach the same verdicts (C4). */
export const cryptoBackends = (): readonly (readonly [name: string, crypto: Crypto])[] => [
  ['node:crypto', createNodeCrypto()],
  ['WebCrypto', createBrowserCrypto()],
  ['WebCrypto without curves, so tweetnacl', createBrowserCrypto(withoutCurves(globalThis.crypto.subtle))],
]

/** A platform that knows AES but refuses Ed25519 and X25519, as older browsers do. */
function withoutCurves(subtle: SubtleCrypto): SubtleCrypto {
  const refuse = () => Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError'))
  const isCurve = (argument: unknown) => argument === 'Ed25519' || argument === 'X25519'
  return new Proxy(subtle, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (...given: unknown[]) => (given.some(isCurve) ? refuse() : method.apply(target, given))
    },
  })
}
