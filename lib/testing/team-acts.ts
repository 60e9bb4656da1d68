/** What people of the offline team do to each other, as their clients do it. */
import type { DeviceId } from '#lib/base/ids'
import { createNodeCrypto } from '#lib/crypto/node-crypto'
import { systemRandom } from '#lib/crypto/system-random'
import { type ActsOfPower, createActsOfPower } from '#lib/host/acts-of-power'
import { writeOperation } from '#lib/host/write-operation'
import type { RelayKey } from '#lib/protocol/door'
import type { OfflineMate } from '#lib/testing/offline-team'
import type { MembershipState } from '#lib/workspace/membership-state'

export const deviceOf = ({ keys }: OfflineMate): DeviceId => keys.device.publicKey as DeviceId

/** Writes operations as this mate, judged as the app does it. */
export const operateAs = (mate: OfflineMate) => (operation: Parameters<typeof writeOperation>[2]) =>
  writeOperation(mate.replica, deviceOf(mate), operation)

export const actsOf = (mate: OfflineMate): ActsOfPower =>
  createActsOfPower({
    ...{ replica: mate.replica, device: deviceOf(mate), relayKey: mate.keys.relay, operate: operateAs(mate) },
    ...{ crypto: createNodeCrypto(), random: systemRandom },
  })

export function stateOf(mate: OfflineMate): MembershipState {
  const state = mate.replica.membership.current()
  if (!state) throw new Error('no log')
  return state
}

/** The workspace uses a relay whose room `owner` founds. */
export const nameRelay = (owner: OfflineMate, origin = 'https://relay.example') =>
  owner.operate({
    type: 'relay.set',
    relays: [{ origin, rootKey: owner.keys.relay.publicKey as RelayKey, random: new Uint8Array(32) }],
  })
