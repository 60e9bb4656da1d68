import { systemRandom } from '#lib/crypto/system-random'
import { type Restoring, restoreBackup } from '#lib/host/restore-backup'
import { addWrittenWorkspace, type backUp, backupPorts, openMemoryVault } from '#lib/testing/backed-up-profile'
import type { Vault } from '#lib/vault/vault'

/** What stands in the workspace of `deskProfile`. */
export const desk = { name: 'Harbour Desk', pages: 2, text: 'tide tables', piece: systemRandom.bytes(300) }

/** A reading that nobody stops or watches. */
export const reading = () => ({ signal: new AbortController().signal, onRead: () => {} })

/** A profile of one workspace. */
export async function deskProfile() {
  const vault = await openMemoryVault()
  return { vault, keys: await addWrittenWorkspace(vault, desk) }
}

export const restore = (vault: Vault, { file, code }: Awaited<ReturnType<typeof backUp>>): Promise<Restoring> =>
  restoreBackup(file, code, vault, backupPorts, reading())

/** Each workspace's name and outcome, and what ended it all. */
export const outcomes = ({ workspaces, error }: Restoring) => [
  workspaces.map(({ name, outcome }) => `${name} ${outcome}`),
  error,
]
