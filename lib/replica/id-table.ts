import { toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'

/** Ids kept per chain; older ones are read from disk when somebody refers to them. */
const KEPT_PER_CHAIN = 1024

/** The ids of entries that are held, by place: what `prev` and dependencies are compared with. */
export interface IdTable {
  get(chain: ChainTag, seq: number): EntryId | undefined
  set(chain: ChainTag, seq: number, id: EntryId): void
  /** Forgets everything after that place. */
  cut(chain: ChainTag, after: number): void
}

export function createIdTable(): IdTable {
  const chains = new Map<string, Map<number, EntryId>>()
  return {
    get: (chain, seq) => chains.get(toHex(chain))?.get(seq),
    set(chain, seq, id) {
      const key = toHex(chain)
      const ids = chains.get(key) ?? new Map<number, EntryId>()
      chains.set(key, ids)
      ids.set(seq, id)
      const oldest = ids.size > KEPT_PER_CHAIN ? ids.keys().next().value : undefined
      if (oldest !== undefined) ids.delete(oldest)
    },
    cut(chain, after) {
      const ids = chains.get(toHex(chain))
      for (const seq of [...(ids?.keys() ?? [])]) if (seq > after) ids?.delete(seq)
    },
  }
}
