import { toHex } from '#lib/base/bytes'
import type { WorkspaceId } from '#lib/base/ids'
import { createRecovery } from '#lib/devices/recover'
import type { Recovery } from '#lib/devices/recovery-state'
import type { Platform } from '#lib/host/browser-platform'
import { createEnterMailbox } from '#lib/host/enter-mailbox'
import { isIn, keepWorkspace } from '#lib/host/keep-workspace'
import { keepKit, keptItemRecord } from '#lib/host/kit-record'
import { loadPlaces, syncAddress } from '#lib/host/places'
import { type RescuedWorkspace, rescueWorkspace } from '#lib/host/rescue-workspace'
import { openRelayLink } from '#lib/transport/relay'
import { type KnownWorkspace, withWorkspace } from '#lib/vault/profile'
import type { Vault } from '#lib/vault/vault'

/** Brings everything back from the words of a kit (V2), at the relay of this page and those that the items name. */
export function recover(platform: Platform, opened: () => Vault): Recovery {
  const { crypto, clock, random } = platform
  const came: (KnownWorkspace & { readonly personName: string })[] = []

  return createRecovery({
    crypto,
    clock,
    openMailbox: createEnterMailbox(loadPlaces, clock, random),
    async bringBack({ item, slot, card }, { exchangeKey, mailboxKeys }) {
      if (await isBack(opened(), item.workspaceId)) return true
      const places = await loadPlaces()
      const rescued = await rescueWorkspace(item, {
        crypto,
        clock,
        random,
        connect: (place) => openRelayLink(syncAddress(place.origin, places)),
      })
      if (!rescued.ok) return false
      const { workspaceId: id, genesis } = item
      const { keys, epochSecrets, relays, name, personName }: RescuedWorkspace = rescued.value
      if (!(await keepWorkspace(opened(), id, keys, { epochSecrets, genesis, relays }))) return false
      const store = await opened().storage.workspace(toHex(id))
      if (!store.ok) return false
      const mailboxKey = mailboxKeys[slot]
      if (!mailboxKey) return false
      const record = keptItemRecord({ exchangeKey, slot, card, mailboxKey, retired: [] })
      const noted = await store.value.commit({ entries: [], records: [record] })
      store.value.close()
      if (noted.ok) came.push({ id, name, personName })
      return noted.ok
    },
    async finish(kit, back) {
      const slots = back.map(({ item, slot }) => ({ workspaceId: item.workspaceId, slot }))
      if (!(await keepKit(opened().storage, { kit, slots, taken: [] }))) return false
      const [first] = came
      const noted = await opened().updateProfile((before) => ({
        ...came.reduce((profile, { id, name }) => withWorkspace(profile, { id, name }), before),
        name: before.name || (came.find(({ personName }) => personName !== '')?.personName ?? ''),
        ...(first ? { current: first.id } : {}),
      }))
      return noted.ok
    },
  })
}

/** Whether this browser is in with the person's root already: the words may be typed again for what did not come back. */
export async function isBack(vault: Vault, id: WorkspaceId): Promise<boolean> {
  const keys = await vault.loadWorkspaceKeys(id)
  return keys.ok && keys.value?.root !== undefined && (await isIn(vault, id))
}
