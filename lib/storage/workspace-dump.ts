import { toHex } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'
import { readIntact } from '#lib/storage/read-intact'
import type { StorageError, StoredEntry, WorkspaceStore } from '#lib/storage/storage'

/** One piece of a whole workspace at rest, opened: the backup seals it anew. */
export type WorkspaceItem =
  | { readonly type: 'entries'; readonly entries: readonly StoredEntry[] }
  | { readonly type: 'record'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'damaged'; readonly error: StorageError }

const ITEM_ENTRIES = 512

/** Everything in a workspace: entries channel by channel in their order, then its records; damage is told in its place. */
export async function* dumpWorkspace(store: WorkspaceStore): AsyncGenerator<WorkspaceItem> {
  const channels = new Map((await store.heads()).map(({ channel }) => [toHex(channel), channel]))
  for (const channel of channels.values()) {
    const { entries, damaged } = await readIntact(store, channel, 0)
    for (let at = 0; at < entries.length; at += ITEM_ENTRIES)
      yield { type: 'entries', entries: entries.slice(at, at + ITEM_ENTRIES).map(({ entry }) => entry) }
    for (const error of damaged) yield { type: 'damaged', error }
  }
  for (const key of await store.recordKeys('')) {
    const record = await store.record(key)
    if (!record.ok) yield { type: 'damaged', error: record.error }
    else if (record.value) yield { type: 'record', key, value: record.value }
  }
}

/** Puts a dump into an empty workspace. Stops at the first item that cannot be written. */
export async function restoreWorkspace(
  store: WorkspaceStore,
  items: AsyncIterable<WorkspaceItem>,
): Promise<Result<void, StorageError>> {
  for await (const item of items) {
    if (item.type === 'damaged') continue
    const entries = item.type === 'entries' ? item.entries : []
    const records = item.type === 'record' ? [{ key: item.key, value: item.value }] : []
    const outcome = await store.commit({ entries, records })
    if (!outcome.ok) return err(outcome.error)
  }
  return ok(undefined)
}
