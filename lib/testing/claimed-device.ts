import type { DeviceId, PersonId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import type { RelayKey } from '#lib/protocol/door'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { signDeviceKeys } from '#lib/workspace/add-device'
import type { DeviceKeys, ExchangePublicKey } from '#lib/workspace/keys'
import type { DeviceAdd } from '#lib/workspace/operation'

interface Claimant {
  readonly keys: Pick<WorkspaceKeys, 'workspaceId'>
  person(): PersonId
  operate(operation: DeviceAdd): Promise<unknown>
}

/** A device that somebody's client brings in without asking anybody, with fresh keys but for `claimed`. */
export async function claimDevice(by: Claimant, claimed: Partial<DeviceKeys> = {}): Promise<DeviceKeys> {
  const crypto = createNodeCrypto()
  const device = await crypto.signingKey(systemRandom.bytes(32))
  const relay = await crypto.signingKey(systemRandom.bytes(32))
  const exchange = await crypto.exchangeKey()
  const [exchangeKey, relayKey] = [exchange.publicKey as ExchangePublicKey, relay.publicKey as RelayKey]
  const keys: DeviceKeys = { device: device.publicKey as DeviceId, exchangeKey, relayKey, ...claimed }
  const person = by.person()
  const deviceSignature = await signDeviceKeys(by.keys.workspaceId, person, keys, device)
  await by.operate({ type: 'device.add', person, keys, deviceSignature, doors: [], boxes: [] })
  return keys
}
