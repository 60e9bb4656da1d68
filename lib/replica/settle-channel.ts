import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { ChainAuthor } from '#lib/log/find-chain'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { ChainCopy, ChannelCopy } from '#lib/replica/channel-copy'
import { founderOf } from '#lib/replica/founder'
import type { JudgeContext } from '#lib/replica/judge-content'
import { createEntryJudge, type JudgeReport } from '#lib/replica/judge-entries'
import { authorOf, openPlaced, type PlacedEntry } from '#lib/replica/receive-run'
import { createEndReckoning } from '#lib/replica/reckon-ends'
import { createForkReckoning } from '#lib/replica/reckon-forks'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { createChannelRetry } from '#lib/replica/retry-channel'
import { createSeenEnds } from '#lib/replica/seen-ends'

/** What judging stored entries brought forth; the replica tells it to whoever listens. */
export interface SettleReport extends JudgeReport {
  /** The copy was built anew: what was shown of it may not count any more (E11, W4). */
  onRebuilt(channel: ChannelTag): void
  /** A segment carried the chain further (S0). */
  onCovered(chain: ChainTag): void
}

/** The second half of the acceptance path (E8): mh, deps, E5 → E7 → apply. */
export interface Settling {
  load(tag: ChannelTag): Promise<ChannelCopy | undefined>
  /** The same, not unpacked where nothing needs it: to be read alone. */
  loadPacked(tag: ChannelTag): Promise<ChannelCopy | undefined>
  /** Judges entries that were just stored and follow each other on one chain, and whatever waited for them. */
  settle(copy: ChannelCopy, author: ChainAuthor, entries: readonly PlacedEntry[]): Promise<void>
  /** Judges entries that are about to be stored, as far as nothing speaks against it; they go to `settle` afterwards. */
  settleAhead(copy: ChannelCopy, author: ChainAuthor, entries: readonly PlacedEntry[]): Promise<void>
  /** Those could not be stored: the copy goes on without them, until they come again. */
  takeBack(copy: ChannelCopy, entries: readonly PlacedEntry[]): Promise<void>
  /** Lines of a chain parted or grew beyond each other (E3). */
  linesChanged(channel: ChannelTag): Promise<void>
  /** The log or the held secrets changed: looks at everything that may have waited for that. */
  retryAll(): Promise<void>
  /** Judges what of a chain waits, segments that were offered included. */
  retryChain(channel: ChannelTag): Promise<void>
  /** Builds a channel anew from what is on disk. */
  rebuild(channel: ChannelTag): Promise<void>
  chainOf(copy: ChannelCopy, tag: ChainTag, author: ChainAuthor): ChainCopy
  contextOf(copy: ChannelCopy, chain: ChainCopy): JudgeContext
}

export function createSettling(
  core: ReplicaCore,
  isOwn: (author: ChainAuthor) => boolean,
  report: SettleReport,
): Settling {
  const reckoning = createForkReckoning(core)
  const ends = createEndReckoning(core)
  const endings = createSeenEnds(core)
  /** While a channel is read back from disk nothing is news, but for operations: each device judges anew what it holds. */
  const silent: SettleReport = { ...report, onUpdate() {}, onRefused() {} }
  let tell = report
  const isLog = (tag: ChannelTag): boolean => sameBytes(tag, core.logChannel)
  const judge = createEntryJudge(core, isOwn, ends, () => tell)
  const { broken, chainIn, judgedIn } = judge
  const { retry, mayMove } = createChannelRetry(core, judge, {
    onUpdate: (copy, chain, seq, update) => tell.onUpdate(copy, chain, seq, update, true),
    onCovered: ({ tag }) => tell.onCovered(tag),
  })

  /** As `loadPacked`, and ready to change. */
  async function load(tag: ChannelTag): Promise<ChannelCopy | undefined> {
    const copy = await loadPacked(tag)
    if (!copy || copy.unpack()) return copy
    await core.shelf.drop(tag, true)
    return load(tag)
  }

  /** A channel with everything that can be judged of it; packed as its checkpoint left it where that was all. */
  async function loadPacked(tag: ChannelTag): Promise<ChannelCopy | undefined> {
    const loaded = core.shelf.loaded(tag)
    if (loaded) return loaded
    const before = tell
    tell = silent
    let isReadable = true
    let isOverturned = false
    const copy = await core.shelf.load(tag, !core.forks.isForked(tag), async (fresh, entries) => {
      if (fresh.chains.size === 0) core.acknowledgements.forget(tag)
      for (const { tag: chain, device, life } of fresh.chains.values())
        core.authors.set(toHex(chain), { device, life, channel: tag })
      await reckoning.reckon(tag)
      for (const head of core.heads.inChannel(tag)) {
        core.obstacles.delete(toHex(head.chain))
        const judged = judgedIn(fresh, head.chain)
        await core.recallIds(head.chain, judged, judged)
        core.heads.setJudged(head.chain, judged, core.countedId(head.chain, judged))
      }
      for (const { tag: branch } of isLog(tag) ? core.forks.branches(tag) : [])
        core.heads.setJudged(branch, 0, undefined)
      isOverturned = await ends.reckon(fresh)
      endLives(tag)
      if (isOverturned) return
      const isAll = entries.length === 0 && core.heads.unjudged(tag).length === 0
      if (isAll && !core.forks.isForked(tag) && core.segments.waiting().length === 0) return
      isReadable = fresh.unpack()
      if (!isReadable) return
      for (const entry of entries) await replay(fresh, entry)
      await retry(fresh)
    })
    tell = before
    if (!isReadable || isOverturned || broken.delete(toHex(tag))) {
      await core.shelf.drop(tag, true)
      const again = await loadPacked(tag)
      if (isOverturned) report.onRebuilt(tag)
      return again
    }
    return copy.ok ? copy.value : undefined
  }

  async function replay(copy: ChannelCopy, entry: SealedEntry): Promise<void> {
    const { chain: tag, seq } = entry.header
    const author = authorOf(core, copy.tag, tag) ?? founderOf(core, entry)
    if (!core.forks.tree(tag)) core.ids.set(tag, seq, entry.id)
    const expected = judge.expectedId(copy, tag, seq)
    if (!author || (expected && !sameBytes(expected, entry.id)) || judgedIn(copy, tag) + 1 !== seq) return
    if (!mayMove(copy, tag)) return
    const placed = openPlaced(core, entry)
    if (typeof placed !== 'string') await judge.judge(copy, chainIn(copy, tag, author), [placed])
  }

  async function rebuild(tag: ChannelTag): Promise<void> {
    broken.delete(toHex(tag))
    await core.shelf.drop(tag, true)
    await load(tag)
    report.onRebuilt(tag)
  }

  /** Own chains (hex) of which it was told that some entries are held back. */
  const told = new Set<string>()

  /**
   * Lives of this device that cannot go on: their chain parted, some of it is held back, or the right to write ended unseen.
   * In the log nothing is.
   */
  function endLives(tag: ChannelTag): void {
    if (!core.forks.isForked(tag) && core.heads.limited().length === 0) return
    for (const { chain, seq } of core.heads.inChannel(tag)) {
      const author = authorOf(core, tag, chain)
      const isLost = core.forks.tree(chain) || core.heads.forkGoal(chain) < seq
      if (!author || !isOwn(author) || !(isLost || core.heads.limit(chain) !== undefined)) continue
      report.onLifeOver(tag, author)
      const key = toHex(chain)
      if (!isLost || isLog(tag) || told.has(key)) continue
      told.add(key)
      report.onRefused('held-back', author, 'losing-side-of-a-fork')
    }
  }

  /** Channels (hex) of which something is shown that was not stored: where a chain forks, it may never count again. */
  const shownOnly = new Set<string>()

  /** Channels (hex) in which something had to wait before it was stored: it may have spoken for what is held back (W1). */
  const heldAhead = new Set<string>()

  /** What follows from new entries in a channel: what counts is reckoned anew, then everything that can be is judged. */
  async function follow(copy: ChannelCopy): Promise<void> {
    const isForked = core.forks.isForked(copy.tag)
    const isBranchLost = isForked && (await reckoning.reckon(copy.tag))
    const isOverturned = (await ends.reckon(copy)) || isBranchLost
    endLives(copy.tag)
    if ((isForked && shownOnly.delete(toHex(copy.tag))) || isOverturned) return rebuild(copy.tag)
    await retry(copy)
    if (broken.has(toHex(copy.tag))) await rebuild(copy.tag)
  }

  async function retryAll(): Promise<void> {
    const log = await load(core.logChannel)
    if (log) await retry(log)
    for (const channel of core.forks.channels()) {
      const copy = isLog(channel) ? undefined : await load(channel)
      if (copy) await follow(copy)
    }
    for (const channel of await endings.changed()) {
      const copy = core.shelf.loaded(channel) ? await load(channel) : undefined
      if (copy) await follow(copy)
      else await loadPacked(channel)
    }
    await endings.settled()
    const channels = new Map<string, ChannelTag>()
    for (const head of [...core.heads.unjudged(), ...core.segments.waiting()]) {
      const type = core.obstacles.get(toHex(head.chain))?.type
      if (type === 'dependency' || type === 'reference' || type === 'nothing') continue
      channels.set(toHex(head.channel), head.channel)
    }
    for (const channel of channels.values()) {
      const copy = await load(channel)
      if (copy && !isLog(channel)) await follow(copy)
    }
  }

  return {
    load,
    loadPacked,
    contextOf: judge.contextOf,
    chainOf: chainIn,
    async settle(copy, author, entries) {
      const [first] = entries
      if (!first) return
      const { chain: tag, seq } = first.entry.header
      if (core.forks.isForked(copy.tag)) await (isLog(copy.tag) ? retry(copy) : follow(copy))
      else if (await ends.reckon(copy)) await rebuild(copy.tag)
      else {
        const chain = chainIn(copy, tag, author)
        const hasMoved = await judge.judge(copy, chain, entries)
        const isHeldAhead = heldAhead.delete(toHex(copy.tag))
        if (hasMoved || isHeldAhead || chain.judged >= seq || core.segments.waiting().length > 0) await follow(copy)
        else if (broken.has(toHex(copy.tag))) await rebuild(copy.tag)
      }
      if (isLog(copy.tag)) await retryAll()
    },
    async settleAhead(copy, author, entries) {
      const [first] = entries
      if (!first || isLog(copy.tag) || core.forks.isForked(copy.tag) || ends.isInDoubt(author)) return
      const chain = chainIn(copy, first.entry.header.chain, author)
      await judge.judge(copy, chain, entries, Number.POSITIVE_INFINITY)
      if (chain.judged < first.entry.header.seq) heldAhead.add(toHex(copy.tag))
    },
    async takeBack(copy, entries) {
      const [first] = entries
      shownOnly.add(toHex(copy.tag))
      if (first) core.heads.setJudged(first.entry.header.chain, 0, undefined)
      await core.shelf.drop(copy.tag, false)
      await load(copy.tag)
    },
    async linesChanged(channel) {
      reckoning.forget(channel)
      if (isLog(channel)) {
        await core.shelf.drop(channel, true)
        await load(channel)
        endLives(channel)
        return retryAll()
      }
      const copy = await load(channel)
      if (copy) await follow(copy)
    },
    retryAll,
    async retryChain(channel) {
      const copy = await load(channel)
      if (copy) await follow(copy)
    },
    rebuild,
  }
}
