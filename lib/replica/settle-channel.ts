import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { ChainAuthor } from '#lib/log/find-chain'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { acceptContent, passEntry } from '#lib/replica/accept-entry'
import { acceptOperation } from '#lib/replica/accept-operation'
import { type ChainCopy, type ChannelCopy, createChainCopy } from '#lib/replica/channel-copy'
import { storedToEntry } from '#lib/replica/entry-record'
import type { PlacedLine } from '#lib/replica/fork-table'
import { founderOf } from '#lib/replica/founder'
import type { JudgeContext } from '#lib/replica/judge-content'
import type { Obstacle } from '#lib/replica/judge-structure'
import { authorOf, openPlaced, type PlacedEntry } from '#lib/replica/receive-run'
import { createForkReckoning, fitsPrefix } from '#lib/replica/reckon-forks'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { type SegmentContext, settleSegment } from '#lib/replica/settle-segment'

/** What judging stored entries brought forth; the replica tells it to whoever listens. */
export interface SettleReport {
  onUpdate(copy: ChannelCopy, chain: ChainCopy, seq: number, update: Uint8Array, isFolded: boolean): void
  onOperation(): void
  onRefused(type: 'void' | 'opaque' | 'held-back', chain: ChainAuthor, reason: string): void
  /** A life of this device came to its end there (E2): void, forked, or held back. */
  onLifeOver(channel: ChannelTag, chain: Pick<ChainCopy, 'device' | 'life'>): void
  /** The copy was built anew: what was shown of it may not count any more (E11, W4). */
  onRebuilt(channel: ChannelTag): void
  /** A segment carried the chain further (S0). */
  onCovered(chain: ChainTag): void
}

/** The second half of the acceptance path (E8): mh, deps, E5 → E7 → apply. */
export interface Settling {
  load(tag: ChannelTag): Promise<ChannelCopy | undefined>
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

const BATCH = 256

export function createSettling(
  core: ReplicaCore,
  isOwn: (author: ChainAuthor) => boolean,
  report: SettleReport,
): Settling {
  const reckoning = createForkReckoning(core)
  /** While a channel is read back from disk nothing is news, but for operations: each device judges anew what it holds. */
  const silent: SettleReport = { ...report, onUpdate() {}, onRefused() {} }
  let tell = report
  /** Entries (hex) that Yjs refused although they passed: never tried again. */
  const refusedByYjs = new Set<string>()
  const isLog = (tag: ChannelTag): boolean => sameBytes(tag, core.logChannel)

  function chainIn(copy: ChannelCopy, tag: ChainTag, author: ChainAuthor): ChainCopy {
    const key = toHex(tag)
    const known = copy.chains.get(key)
    if (known) return known
    const chain = createChainCopy(tag, author.device, author.life)
    copy.chains.set(key, chain)
    return chain
  }

  const judgedIn = (copy: ChannelCopy, tag: ChainTag): number => copy.chains.get(toHex(tag))?.judged ?? 0

  const contextOf = (copy: ChannelCopy, chain: ChainCopy): JudgeContext => ({
    copy,
    chain,
    structure: {
      tagKey: core.keys.tagKey,
      channel: copy.tag,
      membership: core.membership,
      isMet(dependency) {
        const { chain: other, seq } = dependency
        const id = core.countedId(other, seq)
        const isThere = id ? fitsPrefix(id, dependency) : core.segments.coverAt(other, seq) !== undefined
        return isThere && judgedIn(copy, other) >= seq
      },
    },
  })

  /** `false`: it has to wait. */
  async function judgeOne(copy: ChannelCopy, chain: ChainCopy, { entry, content }: PlacedEntry): Promise<boolean> {
    const wait = (obstacle: Obstacle): boolean => {
      core.obstacles.set(toHex(chain.tag), obstacle)
      return false
    }
    const refuse = (reason: string): boolean => {
      tell.onRefused('void', chain, reason)
      if (isOwn(chain)) tell.onLifeOver(copy.tag, chain)
      return true
    }
    if (content === 'no-secret') return wait({ type: 'secret', epoch: entry.header.epoch })
    if (content === 'opaque') {
      passEntry(copy, chain, entry)
      copy.opaque = true
      chain.opaque = true
      tell.onRefused('opaque', chain, 'newer-version')
      return true
    }
    if (isLog(copy.tag)) {
      const verdict = await acceptOperation(core, copy, chain, entry, content)
      if (verdict.type === 'held') return wait(verdict.obstacle)
      if (verdict.type === 'void') return refuse(verdict.reason)
      tell.onOperation()
      return true
    }
    if (refusedByYjs.has(toHex(entry.id))) return wait({ type: 'nothing' })
    for (const { chain: other, seq } of content.dependencies) {
      if (!core.idAt(other, seq)) await core.recallIds(other, seq, seq)
    }
    const verdict = acceptContent(entry, content, contextOf(copy, chain))
    if (verdict.type === 'held') return wait(verdict.obstacle)
    if (verdict.type === 'rebuild') {
      refusedByYjs.add(toHex(entry.id))
      tell.onRefused('void', chain, 'not-applicable')
      broken.add(toHex(copy.tag))
      return wait({ type: 'nothing' })
    }
    if (verdict.type === 'void') return refuse(verdict.reason)
    if (verdict.content) tell.onUpdate(copy, chain, entry.header.seq, verdict.content.update, false)
    return true
  }
  /** Channels (hex) whose copy Yjs left half-changed. */
  const broken = new Set<string>()

  /** Judges what continues the chain; the first that has to wait ends it. */
  async function judge(
    copy: ChannelCopy,
    chain: ChainCopy,
    entries: readonly PlacedEntry[],
    goal = goalOf(copy, chain.tag),
  ): Promise<boolean> {
    let moved = false
    const key = toHex(chain.tag)
    for (const placed of entries) {
      const { seq } = placed.entry.header
      if (seq !== chain.judged + 1 || seq > goal) continue
      core.obstacles.delete(key)
      if (core.segments.offered(chain.tag, seq)) break
      if (!(await judgeOne(copy, chain, placed))) break
      moved = true
      core.heads.setJudged(chain.tag, chain.judged, placed.entry.id)
    }
    return moved
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

  const goalOf = (copy: ChannelCopy, tag: ChainTag): number => {
    const line = isLog(copy.tag) ? core.forks.line(tag) : undefined
    return line ? line.from + line.ids.length - 1 : core.heads.goal(tag)
  }

  /** The id that counts at a place of a chain, or of a line of the log. */
  function expectedId(copy: ChannelCopy, tag: ChainTag, seq: number) {
    const line = isLog(copy.tag) ? core.forks.line(tag) : undefined
    if (line) return line.ids[seq - line.from]
    return core.forks.tree(tag) ? core.countedId(tag, seq) : undefined
  }

  /** Judges what a chain, or a line of the log, has on disk beyond what is judged. */
  async function advance(copy: ChannelCopy, tag: ChainTag, stored: ChainTag): Promise<boolean> {
    const author = authorOf(core, copy.tag, stored)
    if (!author) return false
    const chain = chainIn(copy, tag, author)
    let moved = false
    for (;;) {
      if (!isLog(copy.tag) && (await settleSegment(core, copy, chain, segmentContext))) {
        moved = true
        continue
      }
      if (chain.judged >= goalOf(copy, tag) || core.segments.coverAt(tag, chain.judged + 1)) return moved
      if (core.segments.offered(tag, chain.judged + 1)) return moved
      const rows = await core.store.readChain(stored, chain.judged + 1, BATCH + core.forks.linesOf(stored))
      const placed: PlacedEntry[] = []
      for (const row of rows.ok ? rows.value : []) {
        const expected = expectedId(copy, tag, row.seq)
        if (expected && !sameBytes(expected, row.id)) continue
        const entry = storedToEntry(row)
        const opened = entry.ok ? openPlaced(core, entry.value) : 'damaged'
        if (typeof opened === 'string') break
        placed.push(opened)
      }
      if (placed.length === 0) core.obstacles.set(toHex(tag), { type: 'nothing' })
      if (!(await judge(copy, chain, placed))) return moved
      moved = true
    }
  }

  const segmentContext: SegmentContext = {
    contextOf,
    goalOf: (copy, { tag }) => goalOf(copy, tag),
    onBroken: ({ tag }) => void broken.add(toHex(tag)),
    onUpdate: (copy, chain, seq, update) => tell.onUpdate(copy, chain, seq, update, true),
    onCovered: ({ tag }) => tell.onCovered(tag),
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

  /** Judges whatever of the channel is stored and may have become judgeable, until nothing moves. */
  async function retry(copy: ChannelCopy): Promise<boolean> {
    let everMoved = false
    for (let moved = true; moved && !broken.has(toHex(copy.tag)); ) {
      moved = false
      for (const { tag, stored } of behindIn(copy)) {
        if (mayMove(copy, tag)) moved = (await advance(copy, tag, stored)) || moved
      }
      everMoved ||= moved
    }
    return everMoved
  }

  /** Chains of the channel, and in the log their branches, that are not judged to their end. */
  function behindIn(copy: ChannelCopy): { tag: ChainTag; stored: ChainTag }[] {
    const behind = core.heads.unjudged(copy.tag).map(({ chain }) => chain)
    const offered = core.segments.waiting().filter(({ channel }) => sameBytes(channel, copy.tag))
    const tags = new Map([...behind, ...offered.map(({ chain }) => chain)].map((chain) => [toHex(chain), chain]))
    const chains = [...tags.values()].map((chain) => ({ tag: chain, stored: chain }))
    if (!isLog(copy.tag) || !core.forks.isForked(copy.tag)) return chains
    const branches = core.forks.branches(copy.tag)
    for (const line of branches) beginBranch(copy, line)
    const begun = branches.filter(({ tag }) => copy.chains.has(toHex(tag)) && judgedIn(copy, tag) < goalOf(copy, tag))
    return [...chains, ...begun.map(({ tag, chain }) => ({ tag, stored: chain }))]
  }

  async function load(tag: ChannelTag): Promise<ChannelCopy | undefined> {
    const loaded = core.shelf.loaded(tag)
    if (loaded) return loaded
    const before = tell
    tell = silent
    const copy = await core.shelf.load(tag, !core.forks.isForked(tag), async (fresh, entries) => {
      await reckoning.reckon(tag)
      for (const head of core.heads.inChannel(tag)) {
        core.obstacles.delete(toHex(head.chain))
        const judged = judgedIn(fresh, head.chain)
        await core.recallIds(head.chain, judged, judged)
        core.heads.setJudged(head.chain, judged, core.countedId(head.chain, judged))
      }
      for (const { tag: branch } of isLog(tag) ? core.forks.branches(tag) : [])
        core.heads.setJudged(branch, 0, undefined)
      for (const entry of entries) await replay(fresh, entry)
      await retry(fresh)
    })
    tell = before
    if (broken.delete(toHex(tag))) {
      await core.shelf.drop(tag, true)
      return load(tag)
    }
    return copy.ok ? copy.value : undefined
  }

  async function replay(copy: ChannelCopy, entry: SealedEntry): Promise<void> {
    const { chain: tag, seq } = entry.header
    const author = authorOf(core, copy.tag, tag) ?? founderOf(core, entry)
    if (!core.forks.tree(tag)) core.ids.set(tag, seq, entry.id)
    const expected = expectedId(copy, tag, seq)
    if (!author || (expected && !sameBytes(expected, entry.id)) || judgedIn(copy, tag) + 1 !== seq) return
    if (!mayMove(copy, tag)) return
    const placed = openPlaced(core, entry)
    if (typeof placed !== 'string') await judge(copy, chainIn(copy, tag, author), [placed])
  }

  async function rebuild(tag: ChannelTag): Promise<void> {
    broken.delete(toHex(tag))
    await core.shelf.drop(tag, true)
    await load(tag)
    report.onRebuilt(tag)
  }

  /** Lives of this device that cannot go on: their chain parted, or some of it is held back. */
  function endLives(tag: ChannelTag): void {
    for (const { chain, seq } of core.heads.inChannel(tag)) {
      const author = authorOf(core, tag, chain)
      if (!author || !isOwn(author)) continue
      if (core.forks.tree(chain) || core.heads.goal(chain) < seq) report.onLifeOver(tag, author)
    }
  }

  /** What follows from new entries in a channel: forks are decided anew, then everything that can be is judged. */
  async function follow(copy: ChannelCopy): Promise<void> {
    if (core.forks.isForked(copy.tag)) {
      const overturned = await reckoning.reckon(copy.tag)
      endLives(copy.tag)
      for (const chain of overturned) {
        const author = authorOf(core, copy.tag, chain)
        if (author && isOwn(author)) report.onRefused('held-back', author, 'losing-side-of-a-fork')
      }
      if (overturned.length > 0) return rebuild(copy.tag)
    }
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
    contextOf,
    chainOf: chainIn,
    async settle(copy, author, entries) {
      const [first] = entries
      if (!first) return
      const { chain: tag, seq } = first.entry.header
      if (core.forks.isForked(copy.tag)) await (isLog(copy.tag) ? retry(copy) : follow(copy))
      else {
        const chain = chainIn(copy, tag, author)
        await judge(copy, chain, entries)
        if (chain.judged >= seq || core.segments.waiting().length > 0) await follow(copy)
        else if (broken.has(toHex(copy.tag))) await rebuild(copy.tag)
      }
      if (isLog(copy.tag)) await retryAll()
    },
    async settleAhead(copy, author, entries) {
      const [first] = entries
      if (!first || isLog(copy.tag) || core.forks.isForked(copy.tag)) return
      await judge(copy, chainIn(copy, first.entry.header.chain, author), entries, Number.POSITIVE_INFINITY)
    },
    async takeBack(copy, entries) {
      const [first] = entries
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
