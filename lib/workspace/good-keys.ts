import { toHex } from '#lib/base/bytes'
import { isAdmissibleExchangeKey, isAdmissibleSigningKey } from '#lib/crypto/key-profile'
import type { DeviceKeys, PaperKeys } from '#lib/workspace/keys'

/**
 * Whether public keys may enter the log (C1, C3): canonical, not of small order, without torsion, and no key in two
 * places. `signingKeys` are those beside the device's own.
 */
export function hasGoodKeys(
  signingKeys: readonly Uint8Array[],
  keys: DeviceKeys,
  paper: PaperKeys | undefined,
): boolean {
  const signing = [...signingKeys, keys.device, keys.relayKey, ...(paper ? [paper.relayKey] : [])]
  const exchange = [keys.exchangeKey, ...(paper ? [paper.exchangeKey] : [])]
  const distinct = new Set([...signing, ...exchange].map(toHex))
  return (
    distinct.size === signing.length + exchange.length &&
    signing.every(isAdmissibleSigningKey) &&
    exchange.every(isAdmissibleExchangeKey)
  )
}
