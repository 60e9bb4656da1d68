import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { ChainAuthor } from '#lib/log/find-chain'
import { parseChannelName } from '#lib/protocol/channel-name'
import type { Dependency } from '#lib/protocol/entry-body'
import type { ChannelCopy } from '#lib/replica/channel-copy'
import { createFirstEntries } from '#lib/replica/first-entries'
import { reachOf } from '#lib/replica/reach-of'
import { authorOf } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Head } from '#lib/sync/entry-source'
import type { ContentChannelType } from '#lib/workspace/authorize'
import { cutsOf, devicesInDoubt, endsOf, hasEnd, isOutsider } from '#lib/workspace/ended-standing'
import type { End, MembershipState } from '#lib/workspace/membership-state'

/**
 * Says how far the chains count whose authors lost the right to write unseen (W1): a life that began without having seen
 * such an end counts up to what the cut names, or somebody who may write has built on or adopted. A channel in which
 * nobody's standing ended is not looked at.
 */
export interface EndReckoning {
  /** Limits the chains of a channel as the log stands now. `true`: something judged does not count any more. */
  reckon(copy: ChannelCopy): Promise<boolean>
  /** The entry at `at` of the chain `by`, next to be judged or judged just now, speaks for these. `true`: more may be judged. */
  speak(copy: ChannelCopy, by: ChainTag, at: number, dependencies: readonly Dependency[]): Promise<boolean>
  /** Whether what this device writes may be late: then it is stored and reckoned before it is shown. */
  isInDoubt(author: ChainAuthor): boolean
}

interface Limited {
  readonly head: Head
  readonly cuts: readonly Dependency[]
  readonly judged: number
}

export function createEndReckoning(core: ReplicaCore): EndReckoning {
  const first = createFirstEntries(core)
  let doubt: { readonly state: MembershipState; readonly devices: ReadonlySet<string> } | undefined
  /** For what each copy was reckoned, where nothing but the log and new chains can change it. */
  const reckoned = new WeakMap<ChannelCopy, { readonly state: MembershipState; readonly chains: number }>()

  function inDoubt(): ReadonlySet<string> {
    const state = core.membership.current()
    if (!state) return new Set()
    if (doubt?.state !== state) doubt = { state, devices: devicesInDoubt(state) }
    return doubt.devices
  }

  async function typeOf(copy: ChannelCopy, heads: readonly Head[]): Promise<ContentChannelType | undefined> {
    const name = copy.name ?? (await first.channelName(copy.tag, heads))
    const type = name && parseChannelName(name)?.type
    return type === 'log' ? undefined : type
  }

  /** What ended the author's standing and did not count at the heads that the life began with; `undefined`: nothing did. */
  async function unseenEnds(
    state: MembershipState,
    { channel, chain }: Head,
    { device }: ChainAuthor,
    type: ContentChannelType,
  ): Promise<readonly End[] | undefined> {
    const ends = endsOf(state, device, type)
    if (ends.length === 0) return isOutsider(state, device) ? [] : undefined
    const begun = await first.of(channel, chain)
    const heads = begun?.heads ?? []
    const mayHaveSeen = ends.some(({ operation }) => core.membership.covers(heads, [operation]))
    const seen = mayHaveSeen ? (core.membership.stateAt(heads)?.ends ?? []) : []
    const unseen = ends.filter((end) => !hasEnd(seen, end))
    return unseen.length > 0 ? unseen : undefined
  }

  async function limitedIn(
    copy: ChannelCopy,
    state: MembershipState,
    heads: readonly Head[],
  ): Promise<Map<string, Limited>> {
    const limited = new Map<string, Limited>()
    const devices = inDoubt()
    const doubtful = heads.flatMap((head) => {
      const author = authorOf(core, copy.tag, head.chain)
      return author && devices.has(toHex(author.device)) ? [{ head, author }] : []
    })
    const type = doubtful.length > 0 ? await typeOf(copy, heads) : undefined
    for (const { head, author } of type ? doubtful : []) {
      const ends = type && (await unseenEnds(state, head, author, type))
      if (!ends) continue
      const key = toHex(head.chain)
      const cuts = cutsOf(ends, head.chain).map(({ chain, seq, id }) => ({ chain, seq, idPrefix: id.slice(0, 16) }))
      limited.set(key, { head, cuts, judged: copy.chains.get(key)?.judged ?? 0 })
    }
    return limited
  }

  /** The least fixed point of W1 over what was said so far: by chain (hex), how far it counts. */
  async function limitsOf(copy: ChannelCopy, limited: ReadonlyMap<string, Limited>): Promise<Map<string, number>> {
    const limits = new Map<string, number>()
    const raise = async (key: string, mark: Dependency): Promise<boolean> => {
      const reach = await reachOf(core, mark)
      if (reach <= (limits.get(key) ?? 0)) return false
      limits.set(key, reach)
      return true
    }
    for (const [key, { cuts }] of limited) {
      limits.set(key, 0)
      for (const cut of cuts) await raise(key, cut)
    }
    const counts = (by: ChainTag, at: number): boolean =>
      at <= Math.min(limits.get(toHex(by)) ?? Number.POSITIVE_INFINITY, core.heads.forkGoal(by))
    for (let moved = true; moved; ) {
      moved = false
      for (const mark of copy.marks) {
        const key = toHex(mark.chain)
        if (limited.has(key) && counts(mark.by, mark.at)) moved = (await raise(key, mark)) || moved
      }
      for (const [key, { head, judged }] of limited) {
        if ((limits.get(key) ?? 0) >= judged) continue
        const speaker = [...copy.chains.values()].find(
          ({ tag, named, judged: at }) => (named.get(key) ?? 0) >= judged && toHex(tag) !== key && counts(tag, at),
        )
        const id = speaker && core.heads.judgedId(head.chain)
        if (!id) continue
        const mark = { chain: head.chain, seq: judged, idPrefix: id.slice(0, 16), by: speaker.tag, at: speaker.judged }
        copy.marks.push(mark)
        moved = (await raise(key, mark)) || moved
      }
    }
    return limits
  }

  /** Whether only the log or a new chain can change what was reckoned. */
  const isSettled = (copy: ChannelCopy, limited: ReadonlyMap<string, Limited>): boolean => {
    const isHere = ({ chain, seq }: Dependency): boolean =>
      seq <= (limited.get(toHex(chain))?.head.seq ?? Number.POSITIVE_INFINITY)
    return (
      !core.forks.isForked(copy.tag) &&
      copy.marks.every(isHere) &&
      [...limited.values()].every(({ head, cuts }) => first.isKnown(head.chain) && cuts.every(isHere))
    )
  }

  return {
    isInDoubt: ({ device }) => inDoubt().has(toHex(device)),
    async reckon(copy) {
      const state = sameBytes(copy.tag, core.logChannel) ? undefined : core.membership.current()
      if (!state) return false
      if (inDoubt().size === 0 && core.heads.limited().length === 0) return false
      const heads = core.heads.inChannel(copy.tag)
      const before = reckoned.get(copy)
      const isKnown = before?.state === state && before.chains === heads.length
      if (isKnown && !core.forks.isForked(copy.tag)) return false
      const limited = await limitedIn(copy, state, heads)
      const limits = limited.size > 0 ? await limitsOf(copy, limited) : new Map<string, number>()
      for (const { chain } of heads) {
        const limit = limits.get(toHex(chain))
        if (limit !== core.heads.limit(chain)) core.obstacles.delete(toHex(chain))
        core.heads.setLimit(chain, limit)
      }
      if (isSettled(copy, limited)) reckoned.set(copy, { state, chains: heads.length })
      else reckoned.delete(copy)
      return [...limited].some(([key, { judged }]) => judged > (limits.get(key) ?? 0))
    },
    async speak(copy, by, at, dependencies) {
      let isRaised = false
      for (const { chain, seq, idPrefix } of dependencies) {
        const isKnown = copy.marks.some(
          (mark) =>
            mark.at === at &&
            mark.seq === seq &&
            sameBytes(mark.by, by) &&
            sameBytes(mark.chain, chain) &&
            sameBytes(mark.idPrefix, idPrefix),
        )
        if (!isKnown) copy.marks.push({ chain, seq, idPrefix, by, at })
        const limit = core.heads.limit(chain)
        const reach = limit === undefined ? 0 : await reachOf(core, { chain, seq, idPrefix })
        if (limit === undefined || reach <= limit) continue
        core.heads.setLimit(chain, reach)
        core.obstacles.delete(toHex(chain))
        isRaised = true
      }
      return isRaised
    },
  }
}
