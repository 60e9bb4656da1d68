import { sameBytes } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

/** Whether all entries are of `chain` and follow each other: numbers without gaps, each naming the one before it (E2). */
export function isLinkedRun(chain: ChainTag, run: readonly SealedEntry[]): boolean {
  return run.every(({ header }, i) => {
    const before = run[i - 1]
    const linked = !before || (header.seq === before.header.seq + 1 && sameBytes(header.prev, before.id))
    return linked && sameBytes(header.chain, chain)
  })
}
