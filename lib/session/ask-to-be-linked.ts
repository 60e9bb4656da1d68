import { sameBytes } from '#lib/base/bytes'
import { createAsking } from '#lib/devices/ask-link'
import type { Asking } from '#lib/devices/linking-state'
import type { Platform } from '#lib/host/browser-platform'
import { createEnterMailbox } from '#lib/host/enter-mailbox'
import { keepWorkspace } from '#lib/host/keep-workspace'
import { keepLink } from '#lib/host/link-record'
import { loadPlaces } from '#lib/host/places'
import type { Vault } from '#lib/vault/vault'
import type { GrantedWorkspace } from '#lib/workspace/pairing-message'

/** Makes this browser the new device of a linking (V1), at the relay of this page. */
export function askToBeLinked(platform: Platform, vault: () => Vault | undefined): Asking {
  const { crypto, clock, random, deviceName } = platform

  const opened = (): Vault => {
    const open = vault()
    if (!open) throw new Error('The profile is not open')
    return open
  }

  return createAsking({
    crypto,
    clock,
    random,
    deviceName,
    openMailbox: createEnterMailbox(loadPlaces, clock, random),
    async ownKeys(id) {
      const profile = await opened().profile()
      const isIn = profile.ok && profile.value.workspaces.some((one) => !one.isOut && sameBytes(one.id, id))
      const keys = isIn ? await opened().loadWorkspaceKeys(id) : undefined
      return keys?.ok ? keys.value : undefined
    },
    createKeys: () => opened().createDeviceKeys(),
    async keep({ workspaceId, name }: GrantedWorkspace, keys, answer) {
      if (!(await keepWorkspace(opened(), workspaceId, keys, answer))) return false
      const noted = await opened().updateProfile((before) => ({
        ...before,
        workspaces: [...before.workspaces.filter(({ id }) => !sameBytes(workspaceId, id)), { id: workspaceId, name }],
      }))
      return noted.ok
    },
    async finish({ personName, first, secret, places }) {
      const link = { secret, side: 'asker', name: '', places, isOut: false, toldKit: undefined } as const
      if (places.length > 0 && !(await keepLink(opened().storage, link))) return false
      const noted = await opened().updateProfile((before) => ({
        ...before,
        name: before.name || personName,
        ...(first ? { current: first } : {}),
      }))
      return noted.ok
    },
  })
}
