import { toHex } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { claimsOf } from '#lib/document/content-rule'
import { applyAccepted } from '#lib/document/quiet-doc'
import type { EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { type ChainCopy, type ChannelCopy, slotsOf } from '#lib/replica/channel-copy'
import { type JudgeContext, type Judgement, judgeContent } from '#lib/replica/judge-content'

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
  const { channel, chain } = context
  const judgement = judgeContent(entry, body, context)
  if (judgement.type === 'held') return judgement
  const place = { chain: chain.tag, seq: entry.header.seq }
  if (judgement.type === 'accepted' && judgement.content) {
    if (!applyAccepted(channel.doc, judgement.content.update).ok) return { type: 'rebuild' }
    channel.index.add(place, judgement.content.accepted)
  } else if (judgement.type === 'void' && body.kind === entryKind.update) {
    channel.index.addVoid(claimsOf(body.payload, new Set(chain.slots)))
  }
  passEntry(channel, chain, entry, judgement.heads)
  for (const { chain: named, seq } of body.dependencies) {
    const key = toHex(named)
    chain.named.set(key, Math.max(seq, chain.named.get(key) ?? 0))
  }
  if (judgement.type === 'void') {
    channel.voids++
    chain.parts = undefined
    return judgement
  }
  chain.parts = judgement.parts
  if (judgement.name) channel.name = judgement.name
  if (judgement.admission) {
    chain.admission = judgement.admission
    chain.slots = slotsOf(chain, channel.tag, judgement.admission)
  }
  return judgement
}

/** Counts an entry as judged, whatever the verdict: it is present for those that come after it (E8). */
export function passEntry(channel: ChannelCopy, chain: ChainCopy, entry: SealedEntry, heads: readonly EntryId[]): void {
  chain.judged = entry.header.seq
  chain.heads = heads
  channel.sinceCheckpoint++
}
