import { sameBytes, toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { epochsOf } from '#lib/host/offline-replica'
import { relaysRecord } from '#lib/host/relays-record'
import { tagKey } from '#lib/protocol/derive'
import type { DeviceKeys } from '#lib/vault/device-keys'
import type { Vault } from '#lib/vault/vault'
import type { AdmissionAnswer } from '#lib/workspace/admission-answer'
import { encodeOperation } from '#lib/workspace/operation-format'

/** Whether this browser is in that workspace already. */
export async function isIn(vault: Pick<Vault, 'profile'>, id: WorkspaceId): Promise<boolean> {
  const profile = await vault.profile()
  return profile.ok && profile.value.workspaces.some((one) => !one.isOut && sameBytes(one.id, id))
}

/**
 * Writes down what opens a workspace that this device was let into; false where it cannot. The profile's list of
 * workspaces is the caller's.
 */
export async function keepWorkspace(
  vault: Vault,
  id: WorkspaceId,
  keys: DeviceKeys,
  { epochSecrets, genesis, relays }: Pick<AdmissionAnswer, 'epochSecrets' | 'genesis' | 'relays'>,
): Promise<boolean> {
  const [first] = epochSecrets
  if (!first) return false
  const store = await vault.storage.workspace(toHex(id))
  if (!store.ok) return false
  const placed = await store.value.commit({ entries: [], records: [relaysRecord(relays)] })
  store.value.close()
  if (!placed.ok) return false
  const saved = await vault.saveWorkspaceKeys({
    ...keys,
    workspaceId: id,
    genesis: encodeOperation(genesis).payload,
    tagKey: tagKey(first, id),
    epochs: epochsOf(id, epochSecrets),
  })
  return saved.ok
}
