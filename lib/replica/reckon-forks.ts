import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import type { Dependency } from '#lib/protocol/entry-body'
import { storedToEntry } from '#lib/replica/entry-record'
import type { Line } from '#lib/replica/fork-tree'
import {
  type ChainState,
  isLink,
  judgeStructure,
  type StructureContext,
  type VoidReason,
} from '#lib/replica/judge-structure'
import { authorOf, openPlaced } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'
import { createStanding, type Standing, type StandingEntry, type StandingSource } from '#lib/replica/standing'

const BATCH = 256
/** What makes an entry void without a look at what it builds on. */
const FORM: readonly VoidReason[] = ['channel-name', 'membership-heads', 'previous-life']

/** Says for each channel with forked chains which entries count now (E3), and whether that overturns what was judged. */
export interface ForkReckoning {
  /** Whether something judged does not count any more: then the copy must be built anew. */
  reckon(channel: ChannelTag): Promise<boolean>
  /** The lines of a chain in this channel changed: everything is walked anew. */
  forget(channel: ChannelTag): void
}

export function createForkReckoning(core: ReplicaCore): ForkReckoning {
  const standings = new Map<string, Standing>()

  const standingOf = (channel: ChannelTag): Standing => {
    const key = toHex(channel)
    const known = standings.get(key)
    if (known?.isCurrent()) return known
    const standing = createStanding(sourceOf(core, channel))
    standings.set(key, standing)
    return standing
  }

  return {
    forget: (channel) => void standings.delete(toHex(channel)),
    async reckon(channel) {
      if (!core.forks.isForked(channel) || sameBytes(channel, core.logChannel)) return false
      const standing = standingOf(channel)
      await standing.advance()
      let isOverturned = false
      for (const { chain } of core.heads.inChannel(channel)) {
        const goal = standing.goal(chain)
        const judged = core.heads.judged(chain)
        if (goal !== undefined && goal < judged) isOverturned = true
        core.heads.setGoal(chain, goal)
        const path = standing.path(chain)
        const tree = core.forks.tree(chain)
        if (!path || !tree) continue
        const before = core.forks.path(chain)
        const judgedIds = before.slice(0, Math.max(0, judged - tree.base + 2))
        if (judgedIds.some((id, i) => !sameId(id, path[i]))) isOverturned = true
        core.forks.setPath(chain, path)
      }
      return isOverturned
    },
  }
}

const sameId = (a: EntryId, b: EntryId | undefined): boolean => b !== undefined && sameBytes(a, b)

function sourceOf(core: ReplicaCore, channel: ChannelTag): StandingSource {
  const context = (isMet: StructureContext['isMet']): StructureContext => ({
    tagKey: core.keys.tagKey,
    channel,
    membership: core.membership,
    isMet,
  })
  const opened = new WeakMap<StandingEntry, Parameters<typeof judgeStructure>[0]>()
  const isLinkOf: StandingSource['isLink'] = (item, dependency, state) =>
    isLink(
      dependency,
      item.seq === 1,
      state,
      context(() => true),
    )
  /** Who builds on a branch is told alike in every order: only once it is here what an entry names, whatever its rights. */
  const isWhole = (item: StandingEntry, state: ChainState, isMet: StructureContext['isMet']): boolean =>
    item.body?.dependencies.every((dependency) => isLinkOf(item, dependency, state) || isMet(dependency)) ?? true
  return {
    trees: core.forks.inChannel(channel),
    chains: () => core.heads.inChannel(channel).map(({ chain }) => chain),
    authorOf: (chain) => authorOf(core, channel, chain),
    personOf: ({ device }) => core.membership.current()?.devices.get(toHex(device))?.person,
    async read(line, chain, from) {
      const entries: StandingEntry[] = []
      const rows = await core.store.readChain(chain, from, BATCH + core.forks.linesOf(chain))
      for (const row of rows.ok ? rows.value : []) {
        if (!isOnLine(core, line, chain, row.seq, row.id)) continue
        if (row.seq !== from + entries.length) break
        const entry = storedToEntry(row)
        const placed = entry.ok ? openPlaced(core, entry.value) : 'damaged'
        if (typeof placed === 'string' || placed.content === 'no-secret') break
        const item = { id: row.id, seq: row.seq, body: placed.content === 'opaque' ? undefined : placed.content }
        opened.set(item, placed.entry)
        entries.push(item)
        for (const { chain: other, seq } of item.body?.dependencies ?? []) await core.recallIds(other, seq, seq)
      }
      return entries
    },
    judge(item, state, isMet) {
      const entry = opened.get(item)
      if (!entry || !item.body) return { type: 'void', state }
      const verdict = judgeStructure(entry, item.body, state, context(isMet))
      if (verdict.type === 'held') return verdict
      const isForm = verdict.type === 'void' && FORM.includes(verdict.reason)
      if (!isForm && !isWhole(item, state, isMet)) return { type: 'held' }
      const { heads, name, admission } = verdict
      return { type: verdict.type, state: { device: state.device, life: state.life, heads, name, admission } }
    },
    isLink: isLinkOf,
    async hasId(chain, dependency) {
      await core.recallIds(chain, dependency.seq, dependency.seq)
      const id = core.idAt(chain, dependency.seq)
      return id !== undefined && fitsPrefix(id, dependency)
    },
  }
}

/** Whether a stored entry lies on a line; below the tree there is only one. */
function isOnLine(core: ReplicaCore, line: Line | undefined, chain: ChainTag, seq: number, id: EntryId): boolean {
  const tree = core.forks.tree(chain)
  if (!tree || !line || seq < tree.base) return true
  const expected = line.ids[seq - line.from]
  return expected !== undefined && sameBytes(expected, id)
}

export const fitsPrefix = (id: EntryId, { idPrefix }: Dependency): boolean =>
  sameBytes(id.subarray(0, idPrefix.length), idPrefix)
