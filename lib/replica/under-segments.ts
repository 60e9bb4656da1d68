import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { ChainAuthor } from '#lib/log/find-chain'
import type { OuterHeader } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { SealedSegment } from '#lib/protocol/sealed-segment'
import type { CoverFill, Filling } from '#lib/replica/fill-cover'
import { authorOf, type SegmentsUnder } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { ReplicaEvents } from '#lib/replica/replica-events'
import type { Settling } from '#lib/replica/settle-channel'
import type { Reception } from '#lib/sync/entry-source'

/** What runs have to do with segments that stand in their places (S0), and what follows where one told no truth. */
export interface UnderSegments extends SegmentsUnder {
  /** A segment is not the fold of entries that are here (S1): what is shown of those stays. */
  doubt(sealed: SealedSegment): Promise<void>
  /** Whether entries came beside segments since this was asked: runs that wait for those may be of use now. */
  hasFilled(): boolean
}

export interface UnderSegmentsEvents extends Pick<ReplicaEvents, 'onRefused' | 'onCovered'> {
  tellOfFork(author: ChainAuthor): void
  /** A life of this device cannot go on (E2). */
  onLifeOver(channel: ChannelTag, author: ChainAuthor): void
  beginLives(): Promise<void>
}

export function createUnderSegments(
  core: ReplicaCore,
  settling: Settling,
  covers: CoverFill,
  isOwn: (author: ChainAuthor) => boolean,
  events: UnderSegmentsEvents,
): UnderSegments {
  let isFilled = false

  /** What a fill of covered places needs to judge: the channel with that chain as it stands. */
  async function coverContext(run: readonly SealedEntry[]) {
    const header = run[0]?.header
    const copy = header && (await settling.load(header.channel))
    const author = header && authorOf(core, header.channel, header.chain)
    return copy && author ? settling.contextOf(copy, settling.chainOf(copy, header.chain, author)) : undefined
  }

  /** Believes no more segments of that chain; what was shown of them goes until their entries come. */
  async function distrust(channel: ChannelTag, chain: ChainTag, after: number): Promise<boolean> {
    if (!(await covers.distrust(chain, after))) return false
    await settling.rebuild(channel)
    for (const head of core.heads.inChannel(channel)) {
      const author = authorOf(core, channel, head.chain)
      if (author && isOwn(author) && core.heads.judged(head.chain) < head.seq) events.onLifeOver(channel, author)
    }
    await events.beginLives()
    events.onCovered(chain)
    return true
  }

  async function doubt({ header, count }: SealedSegment): Promise<void> {
    const { channel, chain, seq } = header
    const author = authorOf(core, channel, chain)
    const to = seq + count - 1
    if (author) events.onRefused({ type: 'void', device: author.device, reason: 'segment-differs' })
    if (core.segments.coverIn(chain, to + 1, Number.MAX_SAFE_INTEGER)) await distrust(channel, chain, to)
    else await covers.distrust(chain, to)
  }

  /** Only so much of it counts: then a segment may reach further, and its entries are judged (E3, W1). */
  const isBounded = ({ channel, chain }: OuterHeader): boolean =>
    core.forks.isForked(channel) || core.heads.limit(chain) !== undefined

  /** Entries for which a segment stands come beside it (S0); what is left takes the usual way. */
  async function fillCover(
    run: readonly SealedEntry[],
    author: ChainAuthor,
  ): Promise<Reception | readonly SealedEntry[]> {
    return outcomeOf(await covers.take(run, () => coverContext(run)), run, author)
  }

  async function outcomeOf(
    filling: Filling,
    run: readonly SealedEntry[],
    author: ChainAuthor,
  ): Promise<Reception | readonly SealedEntry[]> {
    const header = run[0]?.header
    isFilled ||= filling.type === 'gathered' || filling.type === 'filled'
    switch (filling.type) {
      case 'beside':
        return filling.run
      case 'gathered':
        return { type: 'known' }
      case 'gap':
        return header ? { type: 'waiting', from: filling.from, covered: true } : { type: 'known' }
      case 'failed':
        return { type: 'waiting' }
      case 'filled':
        if (filling.outcome !== 'true' && header) {
          if (filling.outcome === 'other-entries') events.tellOfFork(author)
          else if (filling.outcome === 'false')
            events.onRefused({ type: 'void', device: author.device, reason: 'segment-differs' })
          await distrust(header.channel, header.chain, filling.cover.to)
        } else if (header && isBounded(header)) {
          core.obstacles.delete(toHex(header.chain))
          await settling.retryChain(header.channel)
          await events.beginLives()
        }
        return filling.run.length > 0 ? fillCover(filling.run, author) : { type: 'known' }
      case 'conflict':
        if (!header || !(await distrust(header.channel, header.chain, filling.after))) {
          return { type: 'waiting' }
        }
        return run
    }
  }

  return {
    fill: fillCover,
    async part(run, seq, author) {
      const filling = run[0] && covers.parting(run[0].header.chain, seq)
      return filling ? outcomeOf(filling, run, author) : run
    },
    doubt,
    hasFilled() {
      const was = isFilled
      isFilled = false
      return was
    },
  }
}
