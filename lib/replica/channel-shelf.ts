import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import {
  type ChannelCheckpoint,
  decodeChannelCheckpoint,
  encodeChannelCheckpoint,
} from '#lib/replica/channel-checkpoint'
import { type ChannelCopy, createChannelCopy } from '#lib/replica/channel-copy'
import { storedToEntry } from '#lib/replica/entry-record'
import type { StorageError, WorkspaceStore } from '#lib/storage/storage'
import { decodeLogEntries, encodeLogEntries } from '#lib/workspace/log-bytes'
import type { MembershipLog } from '#lib/workspace/membership-log'

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

/** Entries of the log for which one may come that is not in its checkpoint: so writing it costs little for each. */
const LOG_SHARE = 32

/** The log, whose copy is its operations, and its channel. */
export interface KeptLog {
  readonly channel: ChannelTag
  readonly membership: MembershipLog
}

/** `mayKeep` tells whether a channel's copy follows from its entries one after the other. */
export function createChannelShelf(
  store: WorkspaceStore,
  { channel: logChannel, membership }: KeptLog,
  mayKeep: (channel: ChannelTag) => boolean,
): ChannelShelf {
  const isLog = (tag: ChannelTag): boolean => sameBytes(tag, logChannel)
  const copies = new Map<string, { copy: ChannelCopy; position: number }>()
  const holders = new Map<string, number>()

  async function save(held: { copy: ChannelCopy; position: number }): Promise<void> {
    if (!mayKeep(held.copy.tag)) return
    const operations = isLog(held.copy.tag) ? encodeLogEntries(membership.entries()) : undefined
    const bytes = encodeChannelCheckpoint(held.copy, await newestPosition(held), operations)
    if (!bytes) return
    const saved = await store.commit({ entries: [], records: [{ key: checkpointKey(held.copy.tag), value: bytes }] })
    if (saved.ok) held.copy.sinceCheckpoint = 0
  }

  async function newestPosition(held: { copy: ChannelCopy; position: number }): Promise<number> {
    const rows = await store.readChannel(held.copy.tag, held.position)
    if (rows.ok) held.position = rows.value.at(-1)?.position ?? held.position
    return held.position
  }

  const isDue = ({ tag, sinceCheckpoint }: ChannelCopy, occasion: Occasion): boolean =>
    sinceCheckpoint >= Math.max(CHECKPOINT_AFTER[occasion], isLog(tag) ? membership.size / LOG_SHARE : 0)

  /** The checkpoint on disk; of the log also what it holds, taken in as it was judged before. */
  async function kept(tag: ChannelTag): Promise<ChannelCheckpoint | undefined> {
    const saved = await store.record(checkpointKey(tag))
    const checkpoint = saved.ok && saved.value ? decodeChannelCheckpoint(tag, saved.value) : undefined
    if (!checkpoint || !isLog(tag)) return checkpoint
    const entries = checkpoint.operations && decodeLogEntries(checkpoint.operations)
    const isWhole = entries?.every((entry) => ['added', 'known'].includes(membership.add(entry).type))
    return isWhole ? checkpoint : undefined
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
      const checkpoint = mayUseCheckpoint ? await kept(tag) : undefined
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
        if (isDue(held.copy, occasion)) await save(held)
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
