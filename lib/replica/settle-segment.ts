import { sameBytes, toHex } from '#lib/base/bytes'
import { restOfFold } from '#lib/document/rest-of-fold'
import { openSegment } from '#lib/document/seal-segment'
import type { Segment } from '#lib/document/segment'
import type { SealedSegment } from '#lib/protocol/sealed-segment'
import { acceptSegment, bodyOfSegment } from '#lib/replica/accept-entry'
import type { ChainCopy, ChannelCopy } from '#lib/replica/channel-copy'
import { type JudgeContext, judgeContent } from '#lib/replica/judge-content'
import type { Obstacle } from '#lib/replica/judge-structure'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { dropRest, restOfSegment } from '#lib/replica/rest-of-segment'

/** What judging needs of the channel's settling. */
export interface SegmentContext {
  contextOf(copy: ChannelCopy, chain: ChainCopy): JudgeContext
  /** The newest entry that may be judged. */
  goalOf(copy: ChannelCopy, chain: ChainCopy): number
  /** Yjs refused what passed: the copy has to be built anew. */
  onBroken(copy: ChannelCopy): void
  onUpdate(copy: ChannelCopy, chain: ChainCopy, seq: number, update: Uint8Array): void
  /** A chain now goes up to `seq` here, without its entries. */
  onCovered(chain: ChainCopy): void
}

/**
 * Moves a chain past the segment that begins where the chain is judged to, as if that were one entry (S0): whether it
 * stands on disk already or was offered just now. Of one that is acknowledged the first entries may be here: then what is new of
 * it is judged where those end. `false`: there is none, or it has to wait.
 */
export async function settleSegment(
  core: ReplicaCore,
  copy: ChannelCopy,
  chain: ChainCopy,
  context: SegmentContext,
): Promise<boolean> {
  const { tag } = chain
  const from = chain.judged + 1
  const held = core.segments.coverAt(tag, from)
  const offered = held ? undefined : (core.segments.offered(tag, from) ?? (await restOfSegment(core, tag)))
  const wait = (obstacle: Obstacle): false => {
    core.obstacles.set(toHex(tag), obstacle)
    return false
  }
  if (!held && !offered) return false
  if (offered && !isOfUse(core, copy, offered)) {
    core.segments.withdraw(tag, from)
    return false
  }
  if (held && (held.from !== from || held.to > context.goalOf(copy, chain))) return wait({ type: 'nothing' })
  const sealed = offered ?? (await core.segments.read(tag, from))
  const keys = sealed && core.keys.channelKeys(sealed.header.epoch, copy.tag)
  const opened = keys && openSegment(sealed, keys)
  if (!sealed || !opened?.ok) return refuse()
  const { seq: first } = sealed.header
  const payload = first < from ? restOfFold(opened.value.payload, copy.index.nextClock) : opened.value.payload
  if (!payload) return refuse()
  const segment = { ...opened.value, payload }
  const to = first + segment.count - 1
  await core.recallIds(tag, first - 1, first - 1)
  const before = core.countedId(tag, first - 1)
  if (before && !sameBytes(before, sealed.header.prev)) return refuse()
  for (const { chain: other, seq } of segment.dependencies) await core.recallIds(other, seq, seq)
  const place = { header: { ...sealed.header, seq: from } }
  const judgement = judgeContent(place, bodyOfSegment(segment), context.contextOf(copy, chain))
  const hasEntries = offered !== undefined && (core.heads.get(tag)?.seq ?? 0) >= from
  if (judgement.type === 'void' || (judgement.type === 'held' && hasEntries)) return refuse()
  if (judgement.type === 'held') return wait(judgement.obstacle)
  if (offered && !(await store(sealed, segment))) return false
  core.obstacles.delete(toHex(tag))
  if (!acceptSegment(segment, to, judgement, context.contextOf(copy, chain))) {
    context.onBroken(copy)
    return wait({ type: 'nothing' })
  }
  core.heads.setJudged(tag, to, segment.lastId)
  context.onUpdate(copy, chain, to, segment.payload)
  if (offered) context.onCovered(chain)
  return true

  /** Its entries are judged instead, one by one. */
  async function refuse(): Promise<false> {
    core.segments.withdraw(tag, from)
    if (offered && offered.header.seq < from) await dropRest(core, offered)
    return held ? wait({ type: 'nothing' }) : false
  }

  /** On disk before anything shows it (E12). */
  async function store(sealed: SealedSegment, segment: Segment): Promise<boolean> {
    const { channel } = sealed.header
    const known = core.segments.chain(tag) ?? { channel, held: [], examined: 0, doubtedAfter: undefined }
    const covering = { from, to, lastId: segment.lastId, id: sealed.id, covers: true }
    const after = { ...known, held: [...known.held, covering].sort((a, b) => a.from - b.from) }
    const records = core.segments.records(tag, after, { sealed })
    const stored = await core.store.commit({ entries: [], records })
    core.segments.withdraw(tag, from)
    if (!stored.ok) return false
    core.segments.put(tag, after)
    core.heads.set({ lane: 'content', channel, chain: tag, seq: to, id: segment.lastId })
    return true
  }
}

/**
 * Whether a segment that was offered stands for more than what is here and for nothing that is held back, in a channel whose
 * chains run straight.
 */
function isOfUse(core: ReplicaCore, copy: ChannelCopy, { header, count }: SealedSegment): boolean {
  const { chain, seq } = header
  if (core.forks.isForked(copy.tag) || core.segments.chain(chain)?.doubtedAfter !== undefined) return false
  const to = seq + count - 1
  return to > (core.heads.get(chain)?.seq ?? 0) && to <= (core.heads.limit(chain) ?? to)
}
