import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId } from '#lib/base/ids'
import { openEntry } from '#lib/log/seal-entry'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { acceptContent, passEntry } from '#lib/replica/accept-entry'
import { acceptOperation } from '#lib/replica/accept-operation'
import { type ChainCopy, type ChannelCopy, createChainCopy } from '#lib/replica/channel-copy'
import { storedToEntry } from '#lib/replica/entry-record'
import { founderOf } from '#lib/replica/founder'
import type { JudgeContext } from '#lib/replica/judge-content'
import { authorOf, type PlacedEntry } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** What judging stored entries brought forth; the replica tells it to whoever listens. */
export interface SettleReport {
  onUpdate(copy: ChannelCopy, chain: ChainCopy, seq: number, update: Uint8Array): void
  onOperation(): void
  onRefused(type: 'void' | 'opaque', copy: ChannelCopy, chain: ChainCopy, reason: string): void
  /** The copy cannot be trusted any more and must be built anew. */
  onRebuild(channel: ChannelTag): void
}

const BATCH = 256

/** The second half of the acceptance path (E8): mh, deps, E5 → E7 → apply. Works on entries that are on disk already. */
export interface Settling {
  /** Judges entries that follow each other on one chain; stops at the first that has to wait. */
  judge(
    copy: ChannelCopy,
    author: { device: DeviceId; life: number },
    entries: readonly PlacedEntry[],
  ): Promise<boolean>
  /** Judges whatever is stored and may have become judgeable, until nothing moves. */
  retryHeld(): Promise<void>
  loadChannel(tag: ChannelTag): Promise<ChannelCopy | undefined>
  contextOf(copy: ChannelCopy, chain: ChainCopy): JudgeContext
}

export function createSettling(core: ReplicaCore, report: SettleReport): Settling {
  /** While a channel is read back from disk nothing is news, but for operations: each device judges anew what it holds. */
  let tell = report
  const silent: SettleReport = { ...report, onUpdate() {}, onRefused() {} }
  const isLog = (tag: ChannelTag): boolean => toHex(tag) === toHex(core.logChannel)
  const isUnfinished = (tag: ChainTag): boolean => core.heads.judged(tag) < (core.heads.get(tag)?.seq ?? 0)

  function chainIn(copy: ChannelCopy, tag: ChainTag, author: { device: DeviceId; life: number }): ChainCopy {
    const key = toHex(tag)
    const known = copy.chains.get(key)
    if (known) return known
    const chain = createChainCopy(tag, author.device, author.life)
    copy.chains.set(key, chain)
    return chain
  }

  const contextOf = (copy: ChannelCopy, chain: ChainCopy): JudgeContext => ({
    channel: copy,
    chain,
    membership: core.membership,
    tagKey: core.keys.tagKey,
    judgedId: (tag, seq) => ((copy.chains.get(toHex(tag))?.judged ?? 0) >= seq ? core.idAt(tag, seq) : undefined),
  })

  /** `false`: it has to wait. */
  async function judgeOne(copy: ChannelCopy, chain: ChainCopy, placed: PlacedEntry): Promise<boolean> {
    const { entry, content } = placed
    if (content === 'no-secret') return false
    if (content === 'opaque') {
      passEntry(copy, chain, entry, chain.heads)
      copy.opaque = true
      tell.onRefused('opaque', copy, chain, 'newer-version')
      return true
    }
    if (isLog(copy.tag)) {
      const verdict = await acceptOperation(core, copy, chain, entry, content)
      if (verdict === 'held') return false
      if (verdict === 'accepted') tell.onOperation()
      else tell.onRefused('void', copy, chain, verdict.reason)
      return true
    }
    for (const dependency of content.dependencies)
      await core.recallIds(dependency.chain, dependency.seq, dependency.seq)
    const verdict = acceptContent(entry, content, contextOf(copy, chain))
    if (verdict.type === 'held') return false
    if (verdict.type === 'rebuild') {
      tell.onRebuild(copy.tag)
      return false
    }
    if (verdict.type === 'void') tell.onRefused('void', copy, chain, verdict.reason)
    else if (verdict.content) tell.onUpdate(copy, chain, entry.header.seq, verdict.content.update)
    return true
  }

  async function judge(
    copy: ChannelCopy,
    author: { device: DeviceId; life: number },
    entries: readonly PlacedEntry[],
  ): Promise<boolean> {
    const [first] = entries
    if (!first) return false
    const chain = chainIn(copy, first.entry.header.chain, author)
    let moved = false
    for (const placed of entries) {
      if (placed.entry.header.seq !== chain.judged + 1) continue
      if (!(await judgeOne(copy, chain, placed))) break
      moved = true
    }
    core.heads.setJudged(chain.tag, chain.judged)
    return moved
  }

  const placedFromDisk = (entry: SealedEntry): PlacedEntry | undefined => {
    const keys = core.keys.channelKeys(entry.header.epoch, entry.header.channel)
    if (!keys) return { entry, content: 'no-secret' }
    const opened = openEntry(entry, keys)
    if (opened.ok) return { entry, content: opened.value }
    return opened.error.type === 'opaque' ? { entry, content: 'opaque' } : undefined
  }

  async function loadChannel(tag: ChannelTag): Promise<ChannelCopy | undefined> {
    const loaded = core.shelf.loaded(tag)
    if (loaded) return loaded
    const copy = await core.shelf.load(tag, async (fresh, entries) => {
      tell = silent
      for (const entry of entries) {
        const author = authorOf(core, tag, entry.header.chain) ?? founderOf(core, entry)
        const placed = author && placedFromDisk(entry)
        core.ids.set(entry.header.chain, entry.header.seq, entry.id)
        if (author && placed) await judge(fresh, author, [placed])
      }
      tell = report
    })
    if (!copy.ok) return undefined
    for (const head of core.heads.inChannel(tag)) {
      core.heads.setJudged(head.chain, copy.value.chains.get(toHex(head.chain))?.judged ?? 0)
    }
    return copy.value
  }

  /** Judges what a chain has on disk beyond `judged`. */
  async function retryChain(channel: ChannelTag, tag: ChainTag): Promise<boolean> {
    const copy = await loadChannel(channel)
    const author = authorOf(core, channel, tag)
    if (!copy || !author) return false
    let moved = false
    while (isUnfinished(tag)) {
      const rows = await core.store.readChain(tag, core.heads.judged(tag) + 1, BATCH)
      if (!rows.ok) return moved
      const placed = rows.value.flatMap((row) => {
        const entry = storedToEntry(row)
        const opened = entry.ok && placedFromDisk(entry.value)
        return opened ? [opened] : []
      })
      if (!(await judge(copy, author, placed))) return moved
      moved = true
    }
    return moved
  }

  return {
    judge,
    loadChannel,
    contextOf,
    async retryHeld() {
      for (let moved = true; moved; ) {
        moved = false
        for (const head of core.heads.unjudged()) moved = (await retryChain(head.channel, head.chain)) || moved
      }
    },
  }
}
