import type { SealedSegment } from '#lib/protocol/sealed-segment'
import { storedToEntry } from '#lib/replica/entry-record'
import type { KnownHeads } from '#lib/replica/heads-before'
import { authorOf } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { beginSegmentCheck } from '#lib/replica/segment-check'
import type { Settling } from '#lib/replica/settle-channel'
import { isStraight } from '#lib/replica/straight-chain'
import type { UncomparedSegment } from '#lib/replica/uncompared-segments'

/**
 * `unsure`: entries are not here or not judged, or the segment cannot be opened here. `again`: the channel was built anew
 * meanwhile.
 */
export type Compared = 'same' | 'unlike' | 'unsure' | 'again'

/** One segment beside the entries that are held here (S1), a few milliseconds' worth at each step. */
export interface Comparison {
  /** `undefined`: there is more to do. */
  step(): Promise<Compared | undefined>
  /** What its last entry cites, if it is the same: with that the next segment of the chain is compared in less time. */
  readonly end: KnownHeads
}

const SLICE = 64

/** Whether all of the entries are here and judged, in a channel whose chains run straight (E3) and a chain that is not doubted. */
export const isComparable = (core: ReplicaCore, { chain, from, to }: UncomparedSegment): boolean =>
  isStraight(core, chain) && core.heads.judged(chain) >= to && core.segments.coverIn(chain, from, to) === undefined

/** `sealed` is comparable, and its author signed it; `known` is of an entry of its chain. */
export async function beginComparison(
  core: ReplicaCore,
  settling: Settling,
  sealed: SealedSegment,
  known?: KnownHeads,
): Promise<Comparison | undefined> {
  const { channel, chain, seq } = sealed.header
  const to = seq + sealed.count - 1
  const segment = { chain, from: seq, to, id: sealed.id }
  const copy = await settling.load(channel)
  const author = authorOf(core, channel, chain)
  const context = copy && author && settling.contextOf(copy, settling.chainOf(copy, chain, author))
  const check = context && (await beginSegmentCheck(core, sealed, context, known))
  if (!check || context.chain.judged < to) return undefined
  let next = seq
  return {
    end: check.end,
    async step() {
      if (core.shelf.loaded(channel) !== context.copy || !isComparable(core, segment)) return 'again'
      const rows = await core.store.readChain(chain, next, Math.min(SLICE, to - next + 1))
      if (!rows.ok || rows.value.length === 0) return 'unsure'
      for (const row of rows.value) {
        const entry = row.seq === next ? storedToEntry(row) : undefined
        if (!entry?.ok) return 'unsure'
        await check.take(entry.value)
        next++
      }
      if (next <= to) return undefined
      const truth = check.truth()
      return truth === 'true' ? 'same' : truth === 'false' ? 'unlike' : 'unsure'
    },
  }
}
