import { concat, fromHex, toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import type { WorkspaceStore } from '#lib/storage/storage'

/**
 * Operations whose keys and signatures were found good here. Checking a key takes about a millisecond, so that is done
 * once, not at every start. Kept in one sealed local record: a cache of this device's own verdicts.
 */
export interface ProofTable {
  has(id: EntryId): boolean
  add(id: EntryId): void
  /** Writes what is new. */
  save(): Promise<void>
}

const RECORD = 'proofs'
const ID_BYTES = 32

export async function loadProofTable(store: WorkspaceStore): Promise<ProofTable> {
  const record = await store.record(RECORD)
  const bytes = (record.ok && record.value) || new Uint8Array(0)
  const ids = new Set<string>()
  for (let at = 0; at + ID_BYTES <= bytes.length; at += ID_BYTES) ids.add(toHex(bytes.subarray(at, at + ID_BYTES)))
  let saved = ids.size
  return {
    has: (id) => ids.has(toHex(id)),
    add: (id) => void ids.add(toHex(id)),
    async save() {
      const { size } = ids
      if (size === saved) return
      const value = concat(...[...ids].map((id) => fromHex(id) ?? new Uint8Array(ID_BYTES)))
      const done = await store.commit({ entries: [], records: [{ key: RECORD, value }] })
      if (done.ok) saved = size
    },
  }
}
