import { toHex } from '#lib/base/bytes'
import type { Clock } from '#lib/base/clock'
import type { ChannelName, TagKey } from '#lib/base/ids'
import type { AppendFailure, HostClient } from '#lib/host/host-protocol'
import { channelTag } from '#lib/protocol/derive'
import { type ChannelDoc, type ChannelDocOptions, createChannelDoc } from '#lib/session/channel-doc'
import type { UnsavedEdits } from '#lib/session/last-words'

/** A channel while somebody in this tab needs it. */
export interface UsedChannel {
  readonly doc: ChannelDoc
  /** Told when the document became another object. */
  readonly onReplaced: Set<() => void>
  release(): void
}

/** The channels that this tab has open, one document each, whoever uses them here. */
export interface OpenChannels {
  /** `undefined` when the leader has no such channel to give; `release` when done. */
  use(name: ChannelName): Promise<UsedChannel | undefined>
  /** The open document of a channel, by its tag in hex. */
  find(key: string): ChannelDoc | undefined
  /** Edits that are not on disk. */
  pending(): number
  /** Ends the wait for the first edit, here and in what is opened later. */
  letGo(): void
  /** Takes up what earlier tabs left: from this call on it counts as waiting here, also while its channel cannot be read. */
  adopt(edits: readonly UnsavedEdits[]): Promise<void>
  /** The leader changed: everything open catches up, and what could not be read is tried again. */
  reconcile(): Promise<void>
  flush(): Promise<void>
  unsaved(): readonly UnsavedEdits[]
  close(): void
}

export interface OpenChannelsOptions {
  readonly host: HostClient
  readonly tagKey: TagKey
  readonly clock: Clock
  readonly slot: number | undefined
  /** Sends nothing before `letGo`. */
  readonly held: boolean
  onPending(): void
  onTrouble(trouble: AppendFailure | undefined): void
  reenter(name: ChannelName): ChannelDocOptions['reenter']
}

interface OpenChannel {
  readonly name: ChannelName
  readonly doc: ChannelDoc
  readonly loaded: Promise<boolean>
  readonly replaced: Set<() => void>
  users: number
  pending: number
}

export function createOpenChannels(options: OpenChannelsOptions): OpenChannels {
  const open = new Map<string, OpenChannel>()
  /** What earlier tabs left in channels that are not read yet, by their tags. */
  const left = new Map<string, UnsavedEdits>()
  let { held } = options
  const keyOf = (name: ChannelName): string => toHex(channelTag(options.tagKey, name))

  /** A channel that nobody uses stays until its edits are on disk. */
  function closeIfDone(key: string): void {
    const channel = open.get(key)
    if (!channel || channel.users > 0 || channel.pending > 0) return
    open.delete(key)
    channel.doc.close()
  }

  /** It is found from now on: what is committed while it is being read must not pass it by. */
  function openOne(key: string, name: ChannelName): OpenChannel {
    const replaced = new Set<() => void>()
    const doc = createChannelDoc({
      name,
      host: options.host,
      clock: options.clock,
      slot: options.slot,
      held,
      onPending(count) {
        const channel = open.get(key)
        if (channel) channel.pending = count
        closeIfDone(key)
        options.onPending()
      },
      onReplaced: () => {
        for (const listener of [...replaced]) listener()
      },
      onTrouble: options.onTrouble,
      reenter: options.reenter(name),
    })
    const channel = { name, doc, loaded: doc.load(), replaced, users: 0, pending: 0 }
    open.set(key, channel)
    return channel
  }

  async function use(name: ChannelName): Promise<UsedChannel | undefined> {
    const key = keyOf(name)
    const used = open.get(key) ?? openOne(key, name)
    used.users++
    if (!(await used.loaded)) {
      if (open.get(key) === used) open.delete(key)
      used.doc.close()
      return undefined
    }
    const words = left.get(key)
    left.delete(key)
    if (words) await used.doc.adopt(words.updates)
    return {
      doc: used.doc,
      onReplaced: used.replaced,
      release() {
        used.users--
        void used.doc.flush()
        closeIfDone(key)
      },
    }
  }

  async function takeUpLeft(): Promise<void> {
    await Promise.all([...left.values()].map(async ({ channel }) => (await use(channel))?.release()))
  }

  return {
    use,
    find: (key) => open.get(key)?.doc,
    pending: () =>
      [...open.values()].reduce((sum, channel) => sum + channel.pending, 0) +
      [...left.values()].reduce((sum, { updates }) => sum + updates.length, 0),
    adopt(edits) {
      for (const { channel, updates } of edits) {
        const key = keyOf(channel)
        left.set(key, { channel, updates: [...(left.get(key)?.updates ?? []), ...updates] })
      }
      return takeUpLeft()
    },
    letGo() {
      held = false
      for (const { doc } of open.values()) doc.letGo()
    },
    async reconcile() {
      await Promise.all([...open.values()].map(({ doc }) => doc.reconcile()))
      await takeUpLeft()
    },
    async flush() {
      await Promise.all([...open.values()].map(({ doc }) => doc.flush()))
    },
    unsaved: () => [
      ...left.values(),
      ...[...open.values()].map(({ name, doc }) => ({ channel: name, updates: doc.unsaved() })),
    ],
    close() {
      for (const { doc } of open.values()) doc.close()
      open.clear()
    },
  }
}
