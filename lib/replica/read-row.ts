import type { EntryBody } from '#lib/protocol/entry-body'
import { storedToEntry } from '#lib/replica/entry-record'
import { openPlaced } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { StoredEntry } from '#lib/storage/storage'

/** What a stored entry says; `undefined` where it is damaged or this device cannot open it. */
export function readRow(core: ReplicaCore, row: StoredEntry): EntryBody | undefined {
  const entry = storedToEntry(row)
  const placed = entry.ok ? openPlaced(core, entry.value) : undefined
  return typeof placed === 'object' && typeof placed.content === 'object' ? placed.content : undefined
}
