import type { ChainTag } from '#lib/base/ids'
import type { ReplicaCore } from '#lib/replica/replica-core'

/**
 * Whether segments of a chain may stand for its entries: nothing in its channel parts (E3), since who builds on which branch is
 * told from entries alone, and none of its segments was found false (S0).
 */
export function isStraight({ forks, heads, segments }: ReplicaCore, chain: ChainTag): boolean {
  const channel = heads.get(chain)?.channel
  return !(channel && forks.isForked(channel)) && segments.chain(chain)?.doubtedAfter === undefined
}
