import type { WayBack } from '#lib/backup/backup-item'
import { toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId, WorkspaceId } from '#lib/base/ids'
import { ok } from '#lib/base/result'
import type { Platform } from '#lib/host/browser-platform'
import { logChannelName } from '#lib/protocol/channel-name'
import type { RelayKey } from '#lib/protocol/door'
import type { Replica } from '#lib/replica/replica'
import type { DeviceKeys } from '#lib/vault/device-keys'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { requestDevice } from '#lib/workspace/add-device'
import { boxEpoch } from '#lib/workspace/epoch'
import { secretsToHandOn } from '#lib/workspace/key-duties'
import type { MembershipState } from '#lib/workspace/membership-state'
import { encodeOperation } from '#lib/workspace/operation-format'
import { doorLevelFor, signDoors } from '#lib/workspace/sign-doors'

/**
 * What a backup carries so that its person comes in again as a new device (V7). Only where their root is here and they are in by
 * this device: a relay key for the device to come, with a place at every door that this device gives it.
 */
export async function wayBackOf(
  state: MembershipState,
  { device, relay, root }: Pick<WorkspaceKeys, 'device' | 'relay' | 'root'>,
  { crypto, random }: Pick<Platform, 'crypto' | 'random'>,
): Promise<WayBack | undefined> {
  const own = state.devices.get(toHex(device.publicKey as DeviceId))
  const role = own?.active ? state.members.get(toHex(own.person))?.role : undefined
  if (!role || root?.stored.kind !== 'seed') return undefined
  const relaySeed = random.bytes(32)
  const key = (await crypto.signingKey(relaySeed)).publicKey as RelayKey
  const doors = await signDoors(state, [{ key, level: doorLevelFor(role, role) }], relay)
  return { rootSeed: root.stored.seed, relaySeed, doors }
}

/**
 * Has the root sign these keys in, as far as the log of `replica`, whose device is the root, lets it; false where the person is
 * not in any more, or another device in that log shows this relay key. The log of a backup is not the newest: others judge the
 * device by what they know.
 */
export async function comeBack(
  replica: Replica,
  workspaceId: WorkspaceId,
  keys: DeviceKeys & { readonly root: NonNullable<DeviceKeys['root']> },
  { doors }: WayBack,
): Promise<boolean> {
  const person = keys.root.publicKey as PersonId
  if (!replica.membership.current()?.members.has(toHex(person))) return false
  const { keys: publicKeys, deviceSignature } = await requestDevice(workspaceId, person, keys)
  const written = await replica.appendMade<never>(async (log) => {
    const secrets = secretsToHandOn(log.state, replica.keys) ?? []
    const boxes = secrets.map((secret) => boxEpoch(workspaceId, secret, [publicKeys.exchangeKey]))
    const operation = { type: 'device.add', person, keys: publicKeys, deviceSignature, doors, boxes } as const
    return ok({ channel: logChannelName, ...encodeOperation(operation) })
  })
  return written.ok && replica.membership.current()?.devices.get(toHex(publicKeys.device))?.active === true
}
