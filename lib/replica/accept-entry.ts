import { toHex } from '#lib/base/bytes'
import { applyAccepted } from '#lib/document/quiet-doc'
import type { Segment } from '#lib/document/segment'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { ChainCopy, ChannelCopy } from '#lib/replica/channel-copy'
import { type JudgeContext, type Judgement, judgeContent } from '#lib/replica/judge-content'
import { isLink } from '#lib/replica/judge-structure'

/**
 * Judges the next entry of a chain and, unless it is held, moves the chain past it: heads, dependencies, content index
 * and document. The only place that changes a channel's copy. `rebuild` means that Yjs refused an accepted update: the
 * copy is no longer trustworthy and must be loaded again (E11).
 */
export function acceptContent(
  entry: SealedEntry,
  body: EntryBody,
  context: JudgeContext,
): Judgement | { type: 'rebuild' } {
  const { copy, chain } = context
  const judgement = judgeContent(entry, body, context)
  if (judgement.type === 'held') return judgement
  if (judgement.type === 'accepted' && judgement.content) {
    if (!applyAccepted(copy.doc, judgement.content.update).ok) return { type: 'rebuild' }
    copy.index.add({ chain: chain.tag, seq: entry.header.seq }, judgement.content.accepted)
  } else if (judgement.type === 'void') {
    copy.index.addVoid(judgement.claims)
    copy.voids++
  }
  passEntry(copy, chain, entry)
  goOn(copy, chain, judgement)
  if (judgement.endorses) noteNamed(entry.header.seq, body, context)
  return judgement
}

/** What the chain goes on with. */
function goOn(copy: ChannelCopy, chain: ChainCopy, judgement: Exclude<Judgement, { type: 'held' }>): void {
  chain.heads = judgement.heads
  chain.name = judgement.name
  if (chain.name && !copy.name) copy.name = chain.name
  if (judgement.admission && !chain.admission) {
    chain.admission = judgement.admission
    chain.slots = judgement.slots
  }
  chain.parts = judgement.type === 'accepted' ? judgement.parts : undefined
}

/** What the chain builds on from now on, and speaks for (W1). An adopt does not build on what it keeps. */
function noteNamed(seq: number, body: EntryBody, { chain, structure }: JudgeContext): void {
  if (body.kind === entryKind.adopt) return
  for (const dependency of body.dependencies) {
    if (isLink(dependency, seq === 1, chain, structure)) continue
    const key = toHex(dependency.chain)
    chain.named.set(key, Math.max(dependency.seq, chain.named.get(key) ?? 0))
  }
}

/** What a segment would say if it were the next entry of its chain: it is judged as that (S0). */
export const bodyOfSegment = ({ heads, dependencies, seconds, payload }: Segment): EntryBody => ({
  kind: entryKind.update,
  membershipHeads: heads,
  dependencies,
  seconds,
  payload,
  tail: [],
})

/** Applies a segment that was judged as `accepted`, and moves its chain past all that it stands for. */
export function acceptSegment(
  segment: Segment,
  to: number,
  judgement: Extract<Judgement, { type: 'accepted' }>,
  context: JudgeContext,
): boolean {
  const { copy, chain } = context
  if (!judgement.content || !applyAccepted(copy.doc, judgement.content.update).ok) return false
  copy.index.add({ chain: chain.tag, seq: to }, judgement.content.accepted)
  chain.judged = to
  copy.sinceCheckpoint += segment.count
  goOn(copy, chain, judgement)
  if (judgement.endorses) noteNamed(to, bodyOfSegment(segment), context)
  return true
}

/** Counts an entry as judged, whatever the verdict: it is present for those that come after it (E8). */
export function passEntry(copy: ChannelCopy, chain: ChainCopy, entry: SealedEntry): void {
  chain.judged = entry.header.seq
  copy.sinceCheckpoint++
}
