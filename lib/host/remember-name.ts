import { sameBytes } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import type { Vault } from '#lib/vault/vault'

/** The switcher lists workspaces unopened: it shows the name that the log had last, whoever gave it. */
export function createNameMemory(
  vault: Vault,
  workspaceId: WorkspaceId,
  onProfile: () => Promise<void>,
): (name: string) => Promise<void> {
  let remembered = ''
  return async (name) => {
    if (name === remembered) return
    remembered = name
    await vault.updateProfile((before) => ({
      ...before,
      workspaces: before.workspaces.map((one) => (sameBytes(one.id, workspaceId) ? { ...one, name } : one)),
    }))
    await onProfile()
  }
}
