import { toHex } from '#lib/base/bytes'
import type { ChannelName, DeviceId } from '#lib/base/ids'
import { ok, type Result } from '#lib/base/result'
import type { Platform } from '#lib/host/browser-platform'
import { createHeldChannels } from '#lib/host/held-channels'
import type { HostNetwork } from '#lib/host/host-network'
import type { AppendFailure, ChannelAuthors, OpenedForTab } from '#lib/host/host-protocol'
import type { PresenceWatch } from '#lib/host/presence-watch'
import { createTabWatch } from '#lib/host/tab-watch'
import { channelTag } from '#lib/protocol/derive'
import { entryKind } from '#lib/protocol/entry-kind'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceKeys } from '#lib/vault/workspace-keys'

/** What tabs ask about channels, and what is kept of each tab while it is there. */
export interface TabDesk {
  open(name: ChannelName): Promise<OpenedForTab | undefined>
  append(name: ChannelName, update: Uint8Array): Promise<Result<void, AppendFailure>>
  authors(name: ChannelName): Promise<ChannelAuthors>
  notePending(tab: string, count: number): void
  showPresence(tab: string, shown: { channel: ChannelName | undefined; cursor: Uint8Array | undefined }): void
  close(): void
}

export interface TabDeskOptions {
  readonly replica: Pick<Replica, 'open' | 'append' | 'warm' | 'tidy' | 'writersIn'>
  readonly keys: WorkspaceKeys
  readonly platform: Platform
  readonly network: HostNetwork
  readonly presenceWatch: PresenceWatch
  mayWrite(name: ChannelName): boolean
  /** base64url; `undefined` for a device that the log does not know. */
  personOf(device: DeviceId): string | undefined
}

/** A page is shown before the leader makes itself ready for its first edit. */
const WARM_AFTER_MS = 300

export function createTabDesk({
  replica,
  keys,
  platform,
  network,
  presenceWatch,
  mayWrite,
  personOf,
}: TabDeskOptions): TabDesk {
  const { clock, tabs } = platform
  const heldChannels = createHeldChannels()
  const stopWatching = tabs.visibility.onChange(() => {
    if (tabs.visibility.visible()) return
    network.hidden()
    void replica.tidy('end')
  })

  /** A tab that is gone is nowhere and waits for nothing. */
  const tabWatch = createTabWatch(tabs.locks, toHex(keys.workspaceId), (tab) => {
    network.presence.show(tab, undefined, undefined)
    presenceWatch.show(tab, undefined)
    network.notePending(tab, 0)
  })

  return {
    async open(name) {
      const channel = await replica.open(name)
      if (!channel.ok) return undefined
      const { state, slots, opaque, release } = channel.value
      heldChannels.hold(name, release)
      clock.after(WARM_AFTER_MS, () => void replica.warm(name))
      return { state, clients: mayWrite(name) ? slots : [], newerVersion: opaque }
    },
    async append(name, update) {
      const appended = await replica.append({ channel: name, kind: entryKind.update, payload: update })
      return appended.ok ? ok(undefined) : appended
    },
    async authors(name) {
      const writers = await replica.writersIn(name)
      return writers.flatMap(({ device, clients }) => {
        const person = personOf(device)
        return person === undefined ? [] : clients.map((client) => [client, person] as const)
      })
    },
    notePending(tab, count) {
      tabWatch.note(tab)
      network.notePending(tab, count)
    },
    showPresence(tab, { channel: name, cursor }) {
      tabWatch.note(tab)
      const channel = name && channelTag(keys.tagKey, name)
      network.presence.show(tab, channel, cursor)
      presenceWatch.show(tab, channel)
    },
    close() {
      tabWatch.close()
      stopWatching()
    },
  }
}
