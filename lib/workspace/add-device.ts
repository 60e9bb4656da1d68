import { concat, toHex } from '#lib/base/bytes'
import type { EpochSecret, PersonId, Signature, WorkspaceId } from '#lib/base/ids'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { tag } from '#lib/crypto/hash'
import { encodeWith } from '#lib/protocol/format'
import { boxEpoch } from '#lib/workspace/epoch'
import { hasGoodKeys } from '#lib/workspace/good-keys'
import { type DeviceKeys, deviceKeysFormat, publicKeysOf } from '#lib/workspace/keys'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { DeviceAdd } from '#lib/workspace/operation'
import type { RequestedDevice } from '#lib/workspace/pairing-message'
import { doorLevelFor, signDoors } from '#lib/workspace/sign-doors'

/** The new device's consent to belong to `person`; `device` is its signing key (V1). */
export const signDeviceKeys = async (
  workspaceId: WorkspaceId,
  person: PersonId,
  keys: DeviceKeys,
  device: SigningKey,
): Promise<Signature> => (await device.sign(deviceMessage(workspaceId, person, keys))) as Signature

/** What a new device shows of itself to become one of `person`'s, with its consent (V1). */
export async function requestDevice(
  workspaceId: WorkspaceId,
  person: PersonId,
  own: Parameters<typeof publicKeysOf>[0] & { readonly device: SigningKey },
): Promise<RequestedDevice> {
  const keys = publicKeysOf(own)
  return { workspaceId, keys, deviceSignature: await signDeviceKeys(workspaceId, person, keys, own.device) }
}

/** Whether the new device's keys are admissible and it consents; that its author is the person, the log shows. */
export const isDeviceAddSigned = async (
  crypto: Crypto,
  workspaceId: WorkspaceId,
  { person, keys, deviceSignature }: Pick<DeviceAdd, 'person' | 'keys' | 'deviceSignature'>,
): Promise<boolean> =>
  hasGoodKeys([], keys, undefined) &&
  crypto.verify(keys.device, deviceMessage(workspaceId, person, keys), deviceSignature)

/**
 * The operation that brings in a device that consented: with a place at every relay's door signed by `relayKey`, and the
 * secrets of the epoch in which one writes now (`secretsToHandOn`). The new device stands where its person does.
 */
export async function createDeviceAdd(
  state: MembershipState,
  { person, keys, deviceSignature }: Pick<DeviceAdd, 'person' | 'keys' | 'deviceSignature'>,
  relayKey: SigningKey,
  epochSecrets: readonly EpochSecret[],
): Promise<DeviceAdd> {
  const role = state.members.get(toHex(person))?.role
  const doors = await signDoors(state, [{ key: keys.relayKey, level: doorLevelFor(role, role) }], relayKey)
  const boxes = epochSecrets.map((secret) => boxEpoch(state.workspaceId, secret, [keys.exchangeKey]))
  return { type: 'device.add', person, keys, deviceSignature, doors, boxes }
}

/** What a new device signs. */
export const deviceMessage = (workspaceId: WorkspaceId, person: PersonId, keys: DeviceKeys): Uint8Array =>
  concat(tag('device'), workspaceId, person, encodeWith(deviceKeysFormat, keys))
