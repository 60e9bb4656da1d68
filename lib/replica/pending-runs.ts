import { toHex } from '#lib/base/bytes'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

const MAX_PENDING_BYTES = 512 * 1024

/**
 * Runs that cannot be placed yet, because the log does not name their device or an entry before them is missing (E8).
 * Bounded: the oldest go first; whoever sent them will be asked again.
 */
export interface PendingRuns {
  keep(run: readonly SealedEntry[]): void
  /** Takes all out, to be tried again. */
  take(): readonly (readonly SealedEntry[])[]
}

const sizeOf = (run: readonly SealedEntry[]): number =>
  run.reduce((size, entry) => size + entry.headerBytes.length + entry.box.length + 96, 0)

export function createPendingRuns(): PendingRuns {
  const runs = new Map<string, { run: readonly SealedEntry[]; size: number }>()
  let bytes = 0
  return {
    keep(run) {
      const last = run.at(-1)
      if (!last) return
      const key = toHex(last.id)
      if (runs.has(key)) return
      const size = sizeOf(run)
      runs.set(key, { run, size })
      bytes += size
      for (const [oldest, held] of runs) {
        if (bytes <= MAX_PENDING_BYTES) break
        runs.delete(oldest)
        bytes -= held.size
      }
    },
    take() {
      const all = [...runs.values()].map((held) => held.run)
      runs.clear()
      bytes = 0
      return all
    },
  }
}
