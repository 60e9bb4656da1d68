import type { EntryId } from '#lib/base/ids'
import type { FoldableEntry } from '#lib/document/segment'
import { readUpdate } from '#lib/document/update-reader'
import { type JudgeContext, judgeContent } from '#lib/replica/judge-content'

/**
 * Whether each of these entries counts by itself, judged where it stands: what a fold cannot show (S0). They are of one
 * slot and in the content index already, alone or folded; `heads` are those cited before the first.
 */
export function isSoundStretch(
  entries: readonly FoldableEntry[],
  heads: readonly EntryId[],
  { copy, chain, structure }: JudgeContext,
): boolean {
  const [first] = entries
  if (!first) return false
  const { index } = copy
  const [slot, start] = firstStruct(entries)
  let next = start
  const then = {
    ...copy,
    index: { ...index, nextClock: (client: number) => (client === slot ? next : index.nextClock(client)) },
  }
  const passed = { ...chain, judged: first.header.seq - 1, heads, parts: undefined }
  for (const { header, body } of entries) {
    const judgement = judgeContent({ header }, body, { copy: then, chain: passed, structure })
    if (judgement.type !== 'accepted') return false
    next = judgement.content?.accepted.ranges.at(-1)?.end ?? next
    passed.heads = judgement.heads
    passed.judged = header.seq
  }
  return true
}

/** Client and clock of the first struct that any of them holds. */
function firstStruct(entries: readonly FoldableEntry[]): [client: number | undefined, clock: number] {
  for (const { body } of entries) {
    const view = body.payload.length > 0 ? readUpdate(body.payload) : undefined
    const block = typeof view === 'object' ? view.blocks[0] : undefined
    if (block) return [block.client, block.structs[0]?.clock ?? 0]
  }
  return [undefined, 0]
}
