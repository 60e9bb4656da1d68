import type { WorkspaceId } from '#lib/base/ids'
import { changeWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'

/**
 * Keeps the line of a workspace in the profile true, so that it can be told unopened. Told of every change of the log, it
 * writes only what is news.
 */
export interface WorkspaceMemory {
  /** The name that the log has now, whoever gave it. */
  name(name: string): Promise<void>
  /** Whoever is not in, not yet or no more, may follow another invitation to it. */
  standing(isIn: boolean): Promise<void>
}

export function createWorkspaceMemory(
  vault: Pick<Vault, 'updateProfile'>,
  id: WorkspaceId,
  onProfile: () => Promise<void>,
): WorkspaceMemory {
  let named = ''
  let noted: boolean | undefined
  return {
    async name(name) {
      if (name === named) return
      named = name
      await vault.updateProfile((before) => changeWorkspace(before, id, (line) => ({ ...line, name })))
      await onProfile()
    },
    async standing(isIn) {
      if (isIn === noted) return
      noted = isIn
      await vault.updateProfile((before) =>
        changeWorkspace(before, id, ({ isOut: _, ...line }) => (isIn ? line : { ...line, isOut: true })),
      )
    },
  }
}
