import { sameBytes } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import type { Vault } from '#lib/vault/vault'

/**
 * Notes in the profile whether this device is in the workspace: whoever is not, not yet or no more, may follow another
 * invitation to it. Told of every change of the log; writes only what is news.
 */
export function createStandingMemory(vault: Vault, workspaceId: WorkspaceId): (isIn: boolean) => Promise<void> {
  let noted: boolean | undefined
  return async (isIn) => {
    if (isIn === noted) return
    noted = isIn
    await vault.updateProfile((before) => ({
      ...before,
      workspaces: before.workspaces.map((known) => {
        if (!sameBytes(known.id, workspaceId)) return known
        const { isOut: _, ...rest } = known
        return isIn ? rest : { ...rest, isOut: true }
      }),
    }))
  }
}
