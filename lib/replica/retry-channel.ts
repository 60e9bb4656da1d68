import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import { type ChannelCopy, createChainCopy } from '#lib/replica/channel-copy'
import { storedToEntry } from '#lib/replica/entry-record'
import type { PlacedLine } from '#lib/replica/fork-table'
import type { EntryJudge } from '#lib/replica/judge-entries'
import { authorOf, openPlaced, type PlacedEntry } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { chainsHalfHeld } from '#lib/replica/rest-of-segment'
import { type SegmentContext, settleSegment } from '#lib/replica/settle-segment'

/** Comes back to what is stored and had to wait. */
export interface ChannelRetry {
  /** Judges whatever of the channel is stored and may have become judgeable, until nothing moves. */
  retry(copy: ChannelCopy): Promise<void>
  /** Whether what the chain's next entry waits for may have come. */
  mayMove(copy: ChannelCopy, tag: ChainTag): boolean
}

const BATCH = 256

export function createChannelRetry(
  core: ReplicaCore,
  judge: EntryJudge,
  events: Pick<SegmentContext, 'onUpdate' | 'onCovered'>,
): ChannelRetry {
  const isLog = (tag: ChannelTag): boolean => sameBytes(tag, core.logChannel)
  const segmentContext: SegmentContext = {
    ...events,
    contextOf: judge.contextOf,
    goalOf: (copy, { tag }) => judge.goalOf(copy, tag),
    onBroken: ({ tag }) => void judge.broken.add(toHex(tag)),
  }

  /** In the log every line counts: a branch goes on from how its chain stood where it parts, once that is judged. */
  function beginBranch(copy: ChannelCopy, { chain: stored, tag, from, parent }: PlacedLine): void {
    if (!parent || copy.chains.has(toHex(tag))) return
    const author = authorOf(core, copy.tag, stored)
    const before =
      copy.chains.get(toHex(parent)) ?? (from === 1 && author && createChainCopy(stored, author.device, author.life))
    if (!before || before.judged !== from - 1) return
    copy.chains.set(toHex(tag), { ...before, tag, named: new Map(before.named) })
  }

  /** Judges what a chain, or a line of the log, has on disk beyond what is judged. */
  async function advance(copy: ChannelCopy, tag: ChainTag, stored: ChainTag): Promise<boolean> {
    const author = authorOf(core, copy.tag, stored)
    if (!author) return false
    const chain = judge.chainIn(copy, tag, author)
    let moved = false
    for (;;) {
      if (!isLog(copy.tag) && (await settleSegment(core, copy, chain, segmentContext))) {
        moved = true
        continue
      }
      if (chain.judged >= judge.goalOf(copy, tag) || core.segments.coverAt(tag, chain.judged + 1)) return moved
      if (core.segments.offered(tag, chain.judged + 1)) return moved
      const rows = await core.store.readChain(stored, chain.judged + 1, BATCH + core.forks.linesOf(stored))
      const placed: PlacedEntry[] = []
      for (const row of rows.ok ? rows.value : []) {
        const expected = judge.expectedId(copy, tag, row.seq)
        if (expected && !sameBytes(expected, row.id)) continue
        const entry = storedToEntry(row)
        const opened = entry.ok ? openPlaced(core, entry.value) : 'damaged'
        if (typeof opened === 'string') break
        placed.push(opened)
      }
      if (placed.length === 0) core.obstacles.set(toHex(tag), { type: 'nothing' })
      if (!(await judge.judge(copy, chain, placed))) return moved
      moved = true
    }
  }

  function mayMove(copy: ChannelCopy, tag: ChainTag): boolean {
    const obstacle = core.obstacles.get(toHex(tag))
    switch (obstacle?.type) {
      case undefined:
        return true
      case 'secret':
        return core.keys.channelKeys(obstacle.epoch, copy.tag) !== undefined
      case 'membership':
        return obstacle.heads.every((head) => core.membership.has(head))
      case 'dependency':
        return (core.heads.get(obstacle.chain)?.seq ?? 0) >= obstacle.seq
      case 'reference':
        return obstacle.missing.every(
          ({ client, clock }) => copy.index.nextClock(client) > clock || copy.index.limitOf(client) <= clock,
        )
      case 'nothing':
        return false
    }
  }

  /** Chains of the channel, and in the log their branches, that are not judged to their end. */
  function behindIn(copy: ChannelCopy): { tag: ChainTag; stored: ChainTag }[] {
    const behind = core.heads.unjudged(copy.tag).map(({ chain }) => chain)
    const offered = core.segments.waiting().filter(({ channel }) => sameBytes(channel, copy.tag))
    const carriedOn = [...offered.map(({ chain }) => chain), ...chainsHalfHeld(core, copy.tag)]
    const tags = new Map([...behind, ...carriedOn].map((chain) => [toHex(chain), chain]))
    const chains = [...tags.values()].map((chain) => ({ tag: chain, stored: chain }))
    if (!isLog(copy.tag) || !core.forks.isForked(copy.tag)) return chains
    const branches = core.forks.branches(copy.tag)
    for (const line of branches) beginBranch(copy, line)
    const isBehind = (tag: ChainTag): boolean =>
      copy.chains.has(toHex(tag)) && judge.judgedIn(copy, tag) < judge.goalOf(copy, tag)
    const begun = branches.filter(({ tag }) => isBehind(tag))
    return [...chains, ...begun.map(({ tag, chain }) => ({ tag, stored: chain }))]
  }

  return {
    mayMove,
    async retry(copy) {
      for (let moved = true; moved && !judge.broken.has(toHex(copy.tag)); ) {
        moved = false
        for (const { tag, stored } of behindIn(copy)) {
          if (mayMove(copy, tag)) moved = (await advance(copy, tag, stored)) || moved
        }
      }
    },
  }
}
