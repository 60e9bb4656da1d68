import { sameBytes } from '#lib/base/bytes'
import { openSegment } from '#lib/document/seal-segment'
import { type FoldableEntry, isFoldOf } from '#lib/document/segment'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { type SealedSegment, segmentHeader } from '#lib/protocol/sealed-segment'
import { headsBefore, type KnownHeads } from '#lib/replica/heads-before'
import type { JudgeContext, Judgement } from '#lib/replica/judge-content'
import { createStretchJudge } from '#lib/replica/judge-stretch'
import { openPlaced } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** Whether a segment says what its entries say; `unsure` where these build on what does not count here any more. */
export type Truth = 'true' | 'false' | 'unsure'

/** Looks whether a segment is the fold of its entries (S0, S1), which are handed over one after the other. */
export interface SegmentCheck {
  /** The next entry, from the segment's first on. */
  take(entry: SealedEntry): Promise<void>
  /** The verdict, once all were taken. */
  truth(): Truth
  /** What its last entry cites, if it is true. */
  readonly end: KnownHeads
}

/**
 * `undefined` where it cannot be opened, or the heads before it cannot be told. In a copy where its chain is not judged so far
 * (E3) only the fold is compared: its entries are judged one by one once they count. `known` is of an entry before it.
 */
export async function beginSegmentCheck(
  core: ReplicaCore,
  sealed: SealedSegment,
  context: JudgeContext,
  known?: KnownHeads,
): Promise<SegmentCheck | undefined> {
  const { header, count, headerBytes } = sealed
  const keys = core.keys.channelKeys(header.epoch, header.channel)
  const segment = keys && openSegment(sealed, keys)
  const heads = await headsBefore(core, header.chain, header.seq, known)
  if (!segment?.ok || !heads) return undefined
  const judge = context.chain.judged < header.seq + count - 1 ? undefined : createStretchJudge(heads, context)
  const foldable: FoldableEntry[] = []
  let refused: Judgement['type'] | undefined
  let isReadable = true
  return {
    end: { to: header.seq + count - 1, heads: segment.value.heads },
    async take(entry) {
      const placed = openPlaced(core, entry)
      if (typeof placed === 'string' || typeof placed.content === 'string') {
        isReadable = false
        return
      }
      const one = { header: entry.header, id: entry.id, body: placed.content }
      foldable.push(one)
      for (const { chain, seq } of one.body.dependencies) await core.recallIds(chain, seq, seq)
      const verdict = refused ? undefined : judge?.judge(one)
      if (verdict && verdict !== 'accepted') refused = verdict
    },
    truth() {
      const [first] = foldable
      const isHeader = first !== undefined && sameBytes(segmentHeader(first.header, count), headerBytes)
      if (!isReadable || !isHeader || !isFoldOf(segment.value, foldable, heads)) return 'false'
      if (refused === 'held') return 'unsure'
      return refused ? 'false' : 'true'
    },
  }
}
