import { toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { decodeChannelCheckpoint, encodeChannelCheckpoint } from '#lib/replica/channel-checkpoint'
import { type ChannelCopy, createChannelCopy } from '#lib/replica/channel-copy'
import { storedToEntry } from '#lib/replica/entry-record'
import type { StorageError, WorkspaceStore } from '#lib/storage/storage'

/** When caches are written: while entries keep coming, in a pause, or because this is the end. */
export type Occasion = 'busy' | 'quiet' | 'end'

/** Entries judged since the last checkpoint after which the next one is worth its bytes. */
const CHECKPOINT_AFTER: Record<Occasion, number> = { busy: 256, quiet: 16, end: 1 }
/** Channels kept in memory beside those that are open. */
const KEPT_CHANNELS = 12

/** Loads channels from disk when they are needed and puts them back when they are not; memory stays bounded. */
export interface ChannelShelf {
  /** `replay` takes the stored entries after the checkpoint, if that may be used, in the order of their commits. */
  load(
    tag: ChannelTag,
    mayUseCheckpoint: boolean,
    replay: (channel: ChannelCopy, entries: readonly SealedEntry[]) => Promise<void>,
  ): Promise<Result<ChannelCopy, StorageError>>
  loaded(tag: ChannelTag): ChannelCopy | undefined
  /** Forgets the copy: the next load starts from disk, without the checkpoint when `rebuild`. */
  drop(tag: ChannelTag, rebuild: boolean): Promise<void>
  /** An open channel is never put back. */
  hold(tag: ChannelTag): () => void
  /** Writes checkpoints that are due and puts back what nobody uses. */
  tidy(occasion: Occasion): Promise<void>
}

/** The record that holds a channel's checkpoint. */
export const checkpointKey = (tag: ChannelTag): string => `checkpoint/${toHex(tag)}`

/** `mayKeep` tells whether a channel's copy follows from its entries one after the other. */
export function createChannelShelf(store: WorkspaceStore, mayKeep: (channel: ChannelTag) => boolean): ChannelShelf {
  const copies = new Map<string, { copy: ChannelCopy; position: number }>()
  const holders = new Map<string, number>()

  async function save(held: { copy: ChannelCopy; position: number }): Promise<void> {
    const bytes = mayKeep(held.copy.tag) && encodeChannelCheckpoint(held.copy, await newestPosition(held))
    if (!bytes) return
    const saved = await store.commit({ entries: [], records: [{ key: checkpointKey(held.copy.tag), value: bytes }] })
    if (saved.ok) held.copy.sinceCheckpoint = 0
  }

  async function newestPosition(held: { copy: ChannelCopy; position: number }): Promise<number> {
    const rows = await store.readChannel(held.copy.tag, held.position)
    if (rows.ok) held.position = rows.value.at(-1)?.position ?? held.position
    return held.position
  }

  return {
    async load(tag, mayUseCheckpoint, replay) {
      const key = toHex(tag)
      const known = copies.get(key)
      if (known) {
        copies.delete(key)
        copies.set(key, known)
        return ok(known.copy)
      }
      const saved = mayUseCheckpoint ? await store.record(checkpointKey(tag)) : ok(undefined)
      const checkpoint = saved.ok && saved.value ? decodeChannelCheckpoint(tag, saved.value) : undefined
      const copy = checkpoint?.copy ?? createChannelCopy(tag)
      const rows = await store.readChannel(tag, checkpoint?.position ?? 0)
      if (!rows.ok) return err(rows.error)
      const entries = rows.value
        .map((row) => storedToEntry(row.entry))
        .flatMap((entry) => (entry.ok ? [entry.value] : []))
      copies.set(key, { copy, position: rows.value.at(-1)?.position ?? checkpoint?.position ?? 0 })
      await replay(copy, entries)
      return ok(copy)
    },
    loaded: (tag) => copies.get(toHex(tag))?.copy,
    async drop(tag, rebuild) {
      copies.delete(toHex(tag))
      if (rebuild) await store.commit({ entries: [], records: [{ key: checkpointKey(tag), value: undefined }] })
    },
    hold(tag) {
      const key = toHex(tag)
      holders.set(key, (holders.get(key) ?? 0) + 1)
      let held = true
      return () => {
        if (!held) return
        held = false
        holders.set(key, (holders.get(key) ?? 1) - 1)
      }
    },
    async tidy(occasion) {
      for (const held of [...copies.values()]) {
        if (held.copy.sinceCheckpoint >= CHECKPOINT_AFTER[occasion]) await save(held)
      }
      const idle = [...copies].filter(([key]) => !holders.get(key))
      for (const [key, held] of idle.slice(0, Math.max(0, idle.length - KEPT_CHANNELS))) {
        if (held.copy.sinceCheckpoint > 0) await save(held)
        copies.delete(key)
        held.copy.close()
      }
    },
  }
}
