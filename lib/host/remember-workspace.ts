import type { WorkspaceId } from '#lib/base/ids'
import { changeWorkspace, type KnownWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'

/**
 * Keeps the line of a workspace in the profile true, so that it can be told unopened. Told of every change of the log, it
 * writes only what is news; what could not be written, with the next change.
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

  /** What throws is a vault that was closed meanwhile. */
  const isWritten = (change: (line: KnownWorkspace) => KnownWorkspace): Promise<boolean> =>
    vault
      .updateProfile((before) => changeWorkspace(before, id, change))
      .then(
        ({ ok }) => ok,
        () => false,
      )

  return {
    async name(name) {
      if (name === named) return
      named = name
      if (await isWritten((line) => ({ ...line, name }))) await onProfile()
      else if (named === name) named = ''
    },
    async standing(isIn) {
      if (isIn === noted) return
      noted = isIn
      const isNoted = await isWritten(({ isOut: _, ...line }) => (isIn ? line : { ...line, isOut: true }))
      if (!isNoted && noted === isIn) noted = undefined
    },
  }
}
