import { sameBytes } from '#lib/base/bytes'
import { createAsking } from '#lib/devices/ask-link'
import type { Asking } from '#lib/devices/linking-state'
import type { Platform } from '#lib/host/browser-platform'
import { loadPlaces } from '#lib/host/places'
import { keepWorkspace } from '#lib/session/keep-workspace'
import { createMailboxClient } from '#lib/sync/mailbox-client'
import { openRelayLink } from '#lib/transport/relay'
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
    async openMailbox({ mailboxKey, onState, onAnswer }) {
      const { origin, sync } = await loadPlaces()
      return createMailboxClient({
        connect: () => openRelayLink(sync),
        origin,
        mailboxKey,
        clock,
        random,
        onState,
        onAnswer,
      })
    },
    async known() {
      const profile = await opened().profile()
      return profile.ok ? profile.value.workspaces.map(({ id }) => id) : []
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
    async finish(personName, first) {
      const noted = await opened().updateProfile((before) => ({
        ...before,
        name: before.name || personName,
        ...(first ? { current: first } : {}),
      }))
      return noted.ok
    },
  })
}
