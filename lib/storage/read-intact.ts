import type { ChannelTag } from '#lib/base/ids'
import type { StorageError, StoredEntry, WorkspaceStore } from '#lib/storage/storage'

export interface IntactReading {
  readonly entries: readonly { readonly position: number; readonly entry: StoredEntry }[]
  /** What lies between them and could not be read; other holders have it. */
  readonly damaged: readonly (StorageError & { type: 'entries-damaged' })[]
}

/** All entries of a channel after `after` that are intact, and what is not. Rejects only if nothing can be read at all. */
export async function readIntact(store: WorkspaceStore, channel: ChannelTag, after: number): Promise<IntactReading> {
  const entries: { position: number; entry: StoredEntry }[] = []
  const damaged: (StorageError & { type: 'entries-damaged' })[] = []
  for (let position = after; ; ) {
    const rest = await store.readChannel(channel, position)
    if (rest.ok) return { entries: entries.concat(rest.value), damaged }
    if (rest.error.type !== 'entries-damaged') throw new Error(rest.error.type)
    damaged.push(rest.error)
    const before = await store.readChannel(channel, position, rest.error.first)
    if (before.ok) entries.push(...before.value)
    position = Math.max(rest.error.last, position + 1)
  }
}
