import { sameBytes } from '#lib/base/bytes'
import { createAsking } from '#lib/devices/ask-link'
import type { Asking } from '#lib/devices/linking-state'
import type { Platform } from '#lib/host/browser-platform'
import { loadPlaces } from '#lib/host/places'
import { keepWorkspace } from '#lib/session/keep-workspace'
import { createMailboxClient } from '#lib/sync/mailbox-client'
import { openRelayLink } from '#lib/transport/relay'
import type { KnownWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'
import type { GrantedWorkspace } from '#lib/workspace/pairing-message'

/** Makes this browser the new device of a linking (V1), at the relay of this page. */
export function askToBeLinked(platform: Platform, vault: () => Vault | undefined): Asking {
  const { crypto, clock, random, deviceName } = platform
  const came: KnownWorkspace[] = []

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
      const isKept = await keepWorkspace(opened(), workspaceId, keys, answer)
      if (isKept) came.push({ id: workspaceId, name })
      return isKept
    },
    async finish(personName, first) {
      const noted = await opened().updateProfile((before) => ({
        ...before,
        name: before.name || personName,
        ...(first ? { current: first } : {}),
        workspaces: [...before.workspaces.filter(({ id }) => !came.some((one) => sameBytes(one.id, id))), ...came],
      }))
      return noted.ok
    },
  })
}
