import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { decodeAcknowledgement } from '#lib/document/acknowledgement'
import type { ChainAuthor } from '#lib/log/find-chain'
import { entryKind } from '#lib/protocol/entry-kind'
import { acceptContent, passEntry } from '#lib/replica/accept-entry'
import { acceptOperation } from '#lib/replica/accept-operation'
import { type ChainCopy, type ChannelCopy, createChainCopy } from '#lib/replica/channel-copy'
import type { JudgeContext } from '#lib/replica/judge-content'
import type { Obstacle } from '#lib/replica/judge-structure'
import { authorOf, type PlacedEntry } from '#lib/replica/receive-run'
import type { EndReckoning } from '#lib/replica/reckon-ends'
import { fitsPrefix } from '#lib/replica/reckon-forks'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** What judging entries brought forth. */
export interface JudgeReport {
  onUpdate(copy: ChannelCopy, chain: ChainCopy, seq: number, update: Uint8Array, isFolded: boolean): void
  onOperation(): void
  onRefused(type: 'void' | 'opaque' | 'held-back', chain: ChainAuthor, reason: string): void
  /** A life of this device came to its end there (E2): void, forked, or held back. */
  onLifeOver(channel: ChannelTag, chain: Pick<ChainCopy, 'device' | 'life'>): void
}

/** Judges entries one after the other, each chain as far as it can be followed, and notes what the next one waits for. */
export interface EntryJudge {
  /** The chain in this copy, made on first use. */
  chainIn(copy: ChannelCopy, tag: ChainTag, author: ChainAuthor): ChainCopy
  judgedIn(copy: ChannelCopy, tag: ChainTag): number
  contextOf(copy: ChannelCopy, chain: ChainCopy): JudgeContext
  /** Number of the newest entry that may be judged, of a chain or a line of the log. */
  goalOf(copy: ChannelCopy, tag: ChainTag): number
  /** The id that counts at a place of a chain, or of a line of the log; `undefined` where any does. */
  expectedId(copy: ChannelCopy, tag: ChainTag, seq: number): EntryId | undefined
  /** Judges what continues the chain; the first that has to wait ends it. Resolves to whether anything was, or more may be now. */
  judge(copy: ChannelCopy, chain: ChainCopy, entries: readonly PlacedEntry[], goal?: number): Promise<boolean>
  /** Channels (hex) whose copy Yjs left half-changed: to be built anew. */
  readonly broken: Set<string>
}

/** `report` is asked for anew each time: while a channel is read back from disk nothing is news. */
export function createEntryJudge(
  core: ReplicaCore,
  isOwn: (author: ChainAuthor) => boolean,
  ends: Pick<EndReckoning, 'speak'>,
  report: () => JudgeReport,
): EntryJudge {
  const broken = new Set<string>()
  /** Entries (hex) that Yjs refused although they passed: never tried again. */
  const refusedByYjs = new Set<string>()
  /** The entry that has to wait spoke for what was held back: that comes first. */
  let isRaised = false
  const isLog = (tag: ChannelTag): boolean => sameBytes(tag, core.logChannel)
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

  const goalOf = (copy: ChannelCopy, tag: ChainTag): number => {
    const line = isLog(copy.tag) ? core.forks.line(tag) : undefined
    return line ? line.from + line.ids.length - 1 : core.heads.goal(tag)
  }

  /** `false`: it has to wait. */
  async function judgeOne(copy: ChannelCopy, chain: ChainCopy, { entry, content }: PlacedEntry): Promise<boolean> {
    const wait = (obstacle: Obstacle): boolean => {
      core.obstacles.set(toHex(chain.tag), obstacle)
      return false
    }
    const refuse = (reason: string): boolean => {
      report().onRefused('void', chain, reason)
      if (isOwn(chain)) report().onLifeOver(copy.tag, chain)
      return true
    }
    if (content === 'no-secret') return wait({ type: 'secret', epoch: entry.header.epoch })
    if (content === 'opaque') {
      passEntry(copy, chain, entry)
      copy.opaque = true
      chain.opaque = true
      report().onRefused('opaque', chain, 'newer-version')
      return true
    }
    if (isLog(copy.tag)) {
      const verdict = await acceptOperation(core, copy, chain, entry, content)
      if (verdict.type === 'held') return wait(verdict.obstacle)
      if (verdict.type === 'void') return refuse(verdict.reason)
      report().onOperation()
      return true
    }
    if (refusedByYjs.has(toHex(entry.id))) return wait({ type: 'nothing' })
    for (const { chain: other, seq } of content.dependencies) {
      if (!core.idAt(other, seq)) await core.recallIds(other, seq, seq)
    }
    const verdict = acceptContent(entry, content, contextOf(copy, chain))
    if (verdict.type === 'held') {
      isRaised = (await ends.speak(copy, chain.tag, entry.header.seq, verdict.demands)) || isRaised
      return wait(verdict.obstacle)
    }
    if (verdict.type === 'rebuild') {
      refusedByYjs.add(toHex(entry.id))
      report().onRefused('void', chain, 'not-applicable')
      broken.add(toHex(copy.tag))
      return wait({ type: 'nothing' })
    }
    if (verdict.type === 'void') return refuse(verdict.reason)
    await ends.speak(copy, chain.tag, entry.header.seq, verdict.adopts)
    const acknowledged = content.kind === entryKind.acknowledge ? decodeAcknowledgement(content.payload) : undefined
    const known = acknowledged?.ok ? acknowledged.value.filter((one) => authorOf(core, copy.tag, one.chain)) : []
    core.acknowledgements.note(copy.tag, chain.device, known)
    if (verdict.content) report().onUpdate(copy, chain, entry.header.seq, verdict.content.update, false)
    return true
  }

  return {
    broken,
    judgedIn,
    contextOf,
    goalOf,
    chainIn(copy, tag, author) {
      const key = toHex(tag)
      const known = copy.chains.get(key)
      if (known) return known
      const chain = createChainCopy(tag, author.device, author.life)
      copy.chains.set(key, chain)
      return chain
    },
    expectedId(copy, tag, seq) {
      const line = isLog(copy.tag) ? core.forks.line(tag) : undefined
      if (line) return line.ids[seq - line.from]
      return core.forks.tree(tag) ? core.countedId(tag, seq) : undefined
    },
    async judge(copy, chain, entries, goal = goalOf(copy, chain.tag)) {
      let moved = false
      isRaised = false
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
      return moved || isRaised
    },
  }
}
