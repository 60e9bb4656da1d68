import type { ChainTag, EntryId } from '#lib/base/ids'
import { openSegment } from '#lib/document/seal-segment'
import { MEMBERSHIP_HEADS_EVERY } from '#lib/protocol/limits'
import { readRow } from '#lib/replica/read-row'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** The membership heads that the entry at `to` cites. */
export interface KnownHeads {
  readonly to: number
  readonly heads: readonly EntryId[]
}

/**
 * The membership heads that the entry before `from` cites, read back from disk: what stands there is at most 256 entries
 * away (E4), or a segment, or what is `known` of an entry before it. `undefined` where they cannot be told.
 */
export async function headsBefore(
  core: ReplicaCore,
  chain: ChainTag,
  from: number,
  known?: KnownHeads,
): Promise<readonly EntryId[] | undefined> {
  const least = Math.max(1, from - MEMBERSHIP_HEADS_EVERY)
  const segment = core.segments.chain(chain)?.held.findLast(({ to }) => to < from)
  const isKnown = known && known.to < from && known.to >= Math.max(least - 1, segment?.to ?? 0)
  const isFolded = segment && segment.to >= least - 1
  let heads = isKnown ? known.heads : isFolded ? await headsOf(core, chain, segment.from) : undefined
  const first = Math.max(least, ((isKnown ? known : segment)?.to ?? 0) + 1)
  const rows = first < from ? await core.store.readChain(chain, first, from - first) : undefined
  for (const row of rows?.ok ? rows.value : []) {
    if (row.seq < from) heads = readRow(core, row)?.membershipHeads ?? heads
  }
  return heads
}

async function headsOf(core: ReplicaCore, chain: ChainTag, from: number): Promise<readonly EntryId[] | undefined> {
  const sealed = await core.segments.read(chain, from)
  const keys = sealed && core.keys.channelKeys(sealed.header.epoch, sealed.header.channel)
  const opened = keys && openSegment(sealed, keys)
  return opened?.ok ? opened.value.heads : undefined
}
