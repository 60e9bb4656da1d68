import type { ChannelName, DeviceId, EntryId, WorkspaceId } from '#lib/base/ids'
import { err } from '#lib/base/result'
import { encodeState } from '#lib/document/encode-state'
import { createQuietDoc } from '#lib/document/quiet-doc'
import type { HostClient } from '#lib/host/host-protocol'
import type { WorkspaceRoad } from '#lib/host/workspace-road'
import { channelTag, slotClients } from '#lib/protocol/derive'
import type { Vault } from '#lib/vault/vault'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** The way of a tab to its workspace, which may exist in memory only, until its first edit. */
export interface DraftClient extends HostClient {
  /** `undefined` while nothing is written down. */
  road(): WorkspaceRoad | undefined
}

export interface DraftClientOptions {
  readonly vault: Pick<Vault, 'saveWorkspaceKeys' | 'updateProfile'>
  readonly keys: WorkspaceKeys
  /** Of a workspace that is written down. */
  readonly known: WorkspaceRoad | undefined
  openRoad(): WorkspaceRoad
  /** The keys of the draft are on disk. */
  onFounded(road: WorkspaceRoad): Promise<void>
}

export function createDraftClient({ vault, keys, known, openRoad, onFounded }: DraftClientOptions): DraftClient {
  let road = known
  let founding: Promise<WorkspaceRoad | undefined> | undefined

  /** Writes down the keys of the draft and opens it like any other; what waits in the tab follows. */
  async function found(): Promise<WorkspaceRoad | undefined> {
    const saved = await vault.saveWorkspaceKeys(keys)
    if (!saved.ok) return undefined
    const noted = await vault.updateProfile((before) => ({
      ...before,
      current: keys.workspaceId,
      workspaces: [...before.workspaces, { id: keys.workspaceId, name: '' }],
    }))
    if (!noted.ok) return undefined
    road = openRoad()
    await onFounded(road)
    return road
  }

  /** A founding that failed is tried anew by the next edit, or the next attempt to hand one over. */
  function real(): Promise<WorkspaceRoad | undefined> {
    if (road) return Promise.resolve(road)
    founding ??= found()
      .catch(() => undefined)
      .finally(() => {
        founding = undefined
      })
    return founding
  }

  return {
    road: () => road,
    open: async (name) => (road ? road.open(name) : emptyChannel(keys, name)),
    append: async (name, update) => (await real())?.append(name, update) ?? err({ type: 'storage-failed' }),
    authors: async (name) => (await road?.authors(name)) ?? [],
    run: async (command) => (await real())?.run(command) ?? err({ type: 'storage-failed' }),
    view: async () => road?.view(),
    reportPending: (count) => road?.reportPending(count),
    showPresence: (channel, cursor) => road?.showPresence(channel, cursor),
  }
}

/** A channel of a workspace that is not written down yet: empty, with the client ids that its founder will have (E7). */
function emptyChannel(keys: WorkspaceKeys, name: ChannelName) {
  const channel = channelTag(keys.tagKey, name)
  const device = keys.device.publicKey as DeviceId
  const admission = keys.workspaceId as WorkspaceId | EntryId
  return {
    state: encodeState(createQuietDoc()),
    clients: slotClients(device, admission, channel, 0),
    newerVersion: false,
  }
}
