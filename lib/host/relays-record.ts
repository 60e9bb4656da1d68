import { decodeWith, encodeWith } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { RelayPlace } from '#lib/workspace/operation'
import { relaysFormat } from '#lib/workspace/operation-format'

/** Where a newcomer finds the log that names the relays: as whoever let them in said. The log replaces it. */
const KEY = 'relays'

export const relaysRecord = (relays: readonly RelayPlace[]): { key: string; value: Uint8Array } => ({
  key: KEY,
  value: encodeWith(relaysFormat, relays),
})

export async function readRelays(store: WorkspaceStore): Promise<readonly RelayPlace[]> {
  const record = await store.record(KEY)
  const relays = record.ok && record.value ? decodeWith(relaysFormat, record.value) : undefined
  return relays?.ok ? relays.value : []
}
