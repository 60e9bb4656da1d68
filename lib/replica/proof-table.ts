import { concat, fromHex, toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import type { WorkspaceStore } from '#lib/storage/storage'

/**
 * Operations whose keys and signatures were found good here. Checking a key takes about a millisecond, so that is done
 * once, not at every start. Kept in one sealed local record: a cache of this device's own verdicts,
 * read when it is first asked.
 */
export interface ProofTable {
  has(id: EntryId): Promise<boolean>
  add(id: EntryId): Promise<void>
  /** Writes what is new. */
  save(): Promise<void>
}

const RECORD = 'proofs'
const ID_BYTES = 32

export function createProofTable(store: WorkspaceStore): ProofTable {
  let known: Promise<Set<string>> | undefined
  let saved = 0

  async function read(): Promise<Set<string>> {
    const record = await store.record(RECORD)
    const bytes = (record.ok && record.value) || new Uint8Array(0)
    const ids = new Set<string>()
    for (let at = 0; at + ID_BYTES <= bytes.length; at += ID_BYTES) ids.add(toHex(bytes.subarray(at, at + ID_BYTES)))
    saved = ids.size
    return ids
  }

  function all(): Promise<Set<string>> {
    known ??= read()
    return known
  }

  return {
    has: async (id) => (await all()).has(toHex(id)),
    add: async (id) => void (await all()).add(toHex(id)),
    async save() {
      const ids = known && (await known)
      if (!ids || ids.size === saved) return
      const { size } = ids
      const value = concat(...[...ids].map((id) => fromHex(id) ?? new Uint8Array(ID_BYTES)))
      const done = await store.commit({ entries: [], records: [{ key: RECORD, value }] })
      if (done.ok) saved = size
    },
  }
}
