import { createAsking } from '#lib/devices/ask-link'
import type { Asking } from '#lib/devices/linking-state'
import type { Platform } from '#lib/host/browser-platform'
import { createEnterMailbox } from '#lib/host/enter-mailbox'
import { isIn, keepWorkspace } from '#lib/host/keep-workspace'
import { keepLink } from '#lib/host/link-record'
import { loadPlaces } from '#lib/host/places'
import { withWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'
import type { GrantedWorkspace } from '#lib/workspace/pairing-message'

/** Makes this browser the new device of a linking (V1), at the relay of this page. */
export function askToBeLinked(platform: Platform, opened: () => Vault): Asking {
  const { crypto, clock, random, deviceName } = platform

  return createAsking({
    crypto,
    clock,
    random,
    deviceName,
    openMailbox: createEnterMailbox(loadPlaces, clock, random),
    async ownKeys(id) {
      const keys = (await isIn(opened(), id)) ? await opened().loadWorkspaceKeys(id) : undefined
      return keys?.ok ? keys.value : undefined
    },
    createKeys: () => opened().createDeviceKeys(),
    async keep({ workspaceId, name }: GrantedWorkspace, keys, answer) {
      if (!(await keepWorkspace(opened(), workspaceId, keys, answer))) return false
      const noted = await opened().updateProfile((before) => withWorkspace(before, { id: workspaceId, name }))
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
