import { concat } from '#lib/base/bytes'
import type { PersonId, Signature, WorkspaceId } from '#lib/base/ids'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { tag } from '#lib/crypto/hash'
import { encodeWith } from '#lib/protocol/format'
import { hasGoodKeys } from '#lib/workspace/good-keys'
import { type DeviceKeys, deviceKeysFormat } from '#lib/workspace/keys'
import type { DeviceAdd } from '#lib/workspace/operation'

/** The new device's consent to belong to `person`; `device` is its signing key (V1). */
export const signDeviceKeys = async (
  workspaceId: WorkspaceId,
  person: PersonId,
  keys: DeviceKeys,
  device: SigningKey,
): Promise<Signature> => (await device.sign(deviceMessage(workspaceId, person, keys))) as Signature

/** Whether the new device's keys are admissible and it consents; that its author is the person, the log shows. */
export const isDeviceAddSigned = async (
  crypto: Crypto,
  workspaceId: WorkspaceId,
  { person, keys, deviceSignature }: DeviceAdd,
): Promise<boolean> =>
  hasGoodKeys([], keys, undefined) &&
  crypto.verify(keys.device, deviceMessage(workspaceId, person, keys), deviceSignature)

/** What a new device signs. */
export const deviceMessage = (workspaceId: WorkspaceId, person: PersonId, keys: DeviceKeys): Uint8Array =>
  concat(tag('device'), workspaceId, person, encodeWith(deviceKeysFormat, keys))
