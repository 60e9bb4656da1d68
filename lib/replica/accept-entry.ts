import { toHex } from '#lib/base/bytes'
import { applyAccepted } from '#lib/document/quiet-doc'
import type { EntryBody } from '#lib/protocol/entry-body'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { type ChainCopy, type ChannelCopy, slotsOf } from '#lib/replica/channel-copy'
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
  chain.heads = judgement.heads
  chain.name = judgement.name
  if (chain.name && !copy.name) copy.name = chain.name
  if (judgement.admission && !chain.admission) {
    chain.admission = judgement.admission
    chain.slots = slotsOf(chain, copy.tag, judgement.admission)
  }
  chain.parts = judgement.type === 'accepted' ? judgement.parts : undefined
  for (const dependency of body.dependencies) {
    if (isLink(dependency, entry.header.seq === 1, chain, context.structure)) continue
    const { chain: named, seq } = dependency
    const key = toHex(named)
    chain.named.set(key, Math.max(seq, chain.named.get(key) ?? 0))
  }
  return judgement
}

/** Counts an entry as judged, whatever the verdict: it is present for those that come after it (E8). */
export function passEntry(copy: ChannelCopy, chain: ChainCopy, entry: SealedEntry): void {
  chain.judged = entry.header.seq
  copy.sinceCheckpoint++
}
