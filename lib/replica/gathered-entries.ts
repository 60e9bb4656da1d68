import { toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

/** Entries in memory until all have come for which a segment stands (S0): those of one segment a chain, from its first on. */
export interface GatheredEntries {
  of(chain: ChainTag): readonly SealedEntry[]
  /** Instead of those before. Makes room by dropping what was kept longest; what has no room alone is not kept. */
  keep(chain: ChainTag, entries: readonly SealedEntry[]): void
  drop(chain: ChainTag): void
}

/** What an entry costs beside its box. */
const ENTRY_BYTES = 512

/** `maxBytes` are those of all chains together. */
export function createGatheredEntries(maxBytes: number): GatheredEntries {
  /** By chain (hex), those that were kept last at the end. */
  const kept = new Map<string, { readonly entries: readonly SealedEntry[]; readonly bytes: number }>()
  let keptBytes = 0

  const drop = (key: string): void => {
    keptBytes -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }

  return {
    of: (chain) => kept.get(toHex(chain))?.entries ?? [],
    keep(chain, entries) {
      drop(toHex(chain))
      const bytes = entries.reduce((size, { box }) => size + box.length + ENTRY_BYTES, 0)
      if (bytes > maxBytes) return
      for (const oldest of kept.keys()) {
        if (keptBytes + bytes <= maxBytes) break
        drop(oldest)
      }
      kept.set(toHex(chain), { entries, bytes })
      keptBytes += bytes
    },
    drop: (chain) => drop(toHex(chain)),
  }
}
