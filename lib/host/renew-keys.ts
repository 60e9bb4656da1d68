import { toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { Replica } from '#lib/replica/replica'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'
import { requestDevice } from '#lib/workspace/add-device'
import type { RequestedDevice } from '#lib/workspace/pairing-message'

export interface Renewal {
  readonly createDeviceKeys: Vault['createDeviceKeys']
  /** What this device is opened with from then on. */
  readonly saveKeys: Vault['saveWorkspaceKeys']
  readonly keys: WorkspaceKeys
  readonly replica: Pick<Replica, 'membership' | 'keys'>
  /** As for a device whose code was typed. */
  addDevice(device: RequestedDevice, name: string): Promise<Result<unknown, AppendFailure>>
  revokeDevice(device: string): Promise<Result<unknown, AppendFailure>>
}

/**
 * Gives this device keys of its own, since somebody else writes with those it has (E2): it goes on as another device of its
 * person. The old one stays on the list, for the copy. Gives what this device is opened with from now on. On an error it
 * is opened as before: where its keys could not be saved, the log has the new device added and revoked; where that was cut
 * short in between, as one more device of the person's that nobody has, which they can revoke.
 */
export async function renewKeys(renewal: Renewal): Promise<Result<WorkspaceKeys, AppendFailure>> {
  const { keys, replica } = renewal
  const record = replica.membership.current()?.devices.get(toHex(keys.device.publicKey))
  if (!record?.active) return err({ type: 'not-allowed' })
  const fresh = await renewal.createDeviceKeys()
  const requested = await requestDevice(keys.workspaceId, record.person, fresh)
  const added = await renewal.addDevice(requested, '')
  if (!added.ok) return added
  const renewed = { ...keys, ...fresh, epochs: replica.keys.epochs() }
  const saved = await renewal.saveKeys(renewed)
  if (saved.ok) return ok(renewed)
  await renewal.revokeDevice(toBase64Url(requested.keys.device))
  return err({ type: 'storage-failed' })
}
