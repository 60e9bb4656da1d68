import type { ChainTag } from '#lib/base/ids'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { StoredEntry } from '#lib/storage/storage'

const PLACES_AT_ONCE = 64

/** Stored entries of a chain from one number to another, on all its lines. A few at a time: whoever opens them leaves the thread between. */
export async function* chainRows(
  core: Pick<ReplicaCore, 'store' | 'forks'>,
  chain: ChainTag,
  from: number,
  to: number,
): AsyncGenerator<StoredEntry> {
  const lines = core.forks.linesOf(chain)
  for (let next = from; next <= to; next += PLACES_AT_ONCE) {
    const rows = await core.store.readChain(chain, next, PLACES_AT_ONCE * lines)
    if (!rows.ok || rows.value.length === 0) return
    const end = Math.min(to, next + PLACES_AT_ONCE - 1)
    yield* rows.value.filter(({ seq }) => seq <= end)
  }
}
