import type { EntryId } from '#lib/base/ids'
import type { FoldableEntry } from '#lib/document/segment'
import { readUpdate } from '#lib/document/update-reader'
import { type JudgeContext, type Judgement, judgeContent } from '#lib/replica/judge-content'

/** Looks at entries of a stretch one by one, each where it stands. */
export interface StretchJudge {
  /** Whether the next entry counts by itself; `held` where what it builds on is not judged here, or not any more. */
  judge(entry: FoldableEntry): Judgement['type']
}

/**
 * Tells whether entries count one by one: what a fold cannot show (S0). They are of one slot, follow each other and are in
 * the content index already, alone or folded; `heads` are those cited before the first.
 */
export function createStretchJudge(heads: readonly EntryId[], { copy, chain, structure }: JudgeContext): StretchJudge {
  const { index } = copy
  let slot: number | undefined
  let next = 0
  const nextClock = (client: number): number => (client === slot ? next : index.nextClock(client))
  const then = { ...copy, index: { ...index, nextClock } }
  const passed = { ...chain, heads, parts: undefined }
  return {
    judge({ header, body }) {
      if (slot === undefined) {
        const view = body.payload.length > 0 ? readUpdate(body.payload) : undefined
        const block = typeof view === 'object' ? view.blocks[0] : undefined
        if (block) [slot, next] = [block.client, block.structs[0]?.clock ?? 0]
      }
      passed.judged = header.seq - 1
      const judgement = judgeContent({ header }, body, { copy: then, chain: passed, structure })
      if (judgement.type !== 'accepted') return judgement.type
      next = judgement.content?.accepted.ranges.at(-1)?.end ?? next
      passed.heads = judgement.heads
      return judgement.type
    },
  }
}
