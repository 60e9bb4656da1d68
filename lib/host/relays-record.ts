import { readNote } from '#lib/host/note'
import { encodeWith } from '#lib/protocol/format'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { RelayPlace } from '#lib/workspace/operation'
import { relaysFormat } from '#lib/workspace/operation-format'

/** Where a newcomer finds the log that names the relays: as whoever let them in said. The log replaces it. */
const KEY = 'relays'

export const relaysRecord = (relays: readonly RelayPlace[]): { key: string; value: Uint8Array } => ({
  key: KEY,
  value: encodeWith(relaysFormat, relays),
})

export const readRelays = async (store: WorkspaceStore): Promise<readonly RelayPlace[]> =>
  (await readNote(store, KEY, relaysFormat)) ?? []
