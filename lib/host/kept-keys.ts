import type { Result } from '#lib/base/result'
import { createSerial } from '#lib/base/serial'
import type { HeldEpoch } from '#lib/replica/key-ring'
import type { Vault, VaultError } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** What this device is opened with the next time. One save at a time, so that none brings back keys that another replaced. */
export interface KeptKeys {
  replace(keys: WorkspaceKeys): Promise<Result<void, VaultError>>
  saveEpochs(epochs: readonly HeldEpoch[]): Promise<Result<void, VaultError>>
}

export function createKeptKeys(vault: Pick<Vault, 'saveWorkspaceKeys'>, first: WorkspaceKeys): KeptKeys {
  const serial = createSerial()
  let kept = first
  return {
    replace: (keys) =>
      serial(async () => {
        const saved = await vault.saveWorkspaceKeys(keys)
        if (saved.ok) kept = keys
        return saved
      }),
    saveEpochs: (epochs) => serial(() => vault.saveWorkspaceKeys({ ...kept, epochs })),
  }
}
