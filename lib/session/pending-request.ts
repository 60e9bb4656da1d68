/** What a browser keeps of a request to be let in (I2): the same keys are shown again after a reload. */
import { sameBytes } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { keepWorkspace } from '#lib/host/keep-workspace'
import { withWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'
import type { PendingJoin } from '#lib/vault/workspace-keys'
import type { AdmissionAnswer } from '#lib/workspace/admission-answer'

const without = (ids: readonly WorkspaceId[], id: WorkspaceId): readonly WorkspaceId[] =>
  ids.filter((one) => !sameBytes(one, id))

/** False where it cannot be written. */
export async function keepRequest(vault: Vault, request: PendingJoin): Promise<boolean> {
  const { workspaceId: id, name } = request
  const saved = await vault.savePendingJoin(request)
  const noted = await vault.updateProfile((before) => ({
    ...before,
    name: before.name || name,
    pendingJoins: [...without(before.pendingJoins, id), id],
  }))
  return saved.ok && noted.ok
}

/** The link was taken back, refused, or the person does not want to come in. */
export async function dropRequest(vault: Vault, id: WorkspaceId): Promise<void> {
  await vault.clearPendingJoin(id)
  await vault.updateProfile((before) => ({ ...before, pendingJoins: without(before.pendingJoins, id) }))
}

/** The invitation of the newest request that was not answered yet. */
export async function newestInvitation(vault: Vault): Promise<string | undefined> {
  const profile = await vault.profile()
  const id = profile.ok ? profile.value.pendingJoins.at(-1) : undefined
  const request = id && (await vault.loadPendingJoin(id))
  return request?.ok ? request.value?.invitation : undefined
}

/**
 * Writes down what opens the workspace, and then that this profile is in it; false where it cannot. It counts as out until
 * the log says that it is in.
 */
export async function enterByAnswer(
  vault: Vault,
  { workspaceId: id, device, exchange, relay, root }: PendingJoin,
  answer: AdmissionAnswer,
  name: string,
): Promise<boolean> {
  if (!(await keepWorkspace(vault, id, { device, exchange, relay, root }, answer))) return false
  const noted = await vault.updateProfile((before) => ({
    ...withWorkspace(before, { id, name, isOut: true }),
    current: id,
    pendingJoins: without(before.pendingJoins, id),
  }))
  if (noted.ok) await vault.clearPendingJoin(id)
  return noted.ok
}
