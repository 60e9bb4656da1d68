import { toHex } from '#lib/base/bytes'
import { readRow } from '#lib/replica/read-row'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Head } from '#lib/sync/entry-source'

/** Whether chains are at rest: nothing was written on them for a day, by the times in their entries. */
export interface ChainRest {
  /** All of the chain is judged, and its newest entry is a day old. Reads that entry once. */
  isAtRest(head: Head): Promise<boolean>
  /** What could be folded of the chain as it stands was: it is asked for no more until something is written. */
  setFolded(head: Head): void
}

const REST_SECONDS = 86_400
/** For ever, as far as this run is concerned. */
const NEVER = Number.POSITIVE_INFINITY

export function createChainRest(core: ReplicaCore): ChainRest {
  /** By chain (hex): from when on it is at rest if nothing follows the entry at `seq`, in seconds since genesis. */
  const found = new Map<string, { readonly seq: number; readonly fromSeconds: number }>()

  async function restsFrom({ chain, seq }: Head): Promise<number> {
    const rows = await core.store.readChain(chain, seq, 1)
    const newest = rows.ok && rows.value[0] ? readRow(core, rows.value[0]) : undefined
    return newest ? newest.seconds + REST_SECONDS : NEVER
  }

  return {
    async isAtRest(head) {
      const createdAt = core.membership.current()?.createdAtSeconds
      if (createdAt === undefined || core.heads.judged(head.chain) < head.seq) return false
      const key = toHex(head.chain)
      const known = found.get(key)
      const fromSeconds = known?.seq === head.seq ? known.fromSeconds : await restsFrom(head)
      found.set(key, { seq: head.seq, fromSeconds })
      return core.clock.now() / 1000 - createdAt >= fromSeconds
    },
    setFolded: ({ chain, seq }) => void found.set(toHex(chain), { seq, fromSeconds: NEVER }),
  }
}
