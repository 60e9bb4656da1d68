import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import type { StoredHead } from '#lib/storage/storage'
import type { Head } from '#lib/sync/entry-source'

/** Newest stored entry of every chain, and how far each is judged; small enough to stay in memory for 500 documents. */
export interface HeadTable {
  all(): readonly Head[]
  get(chain: ChainTag): Head | undefined
  set(head: Head): void
  /** Chains of one channel. */
  inChannel(channel: ChannelTag): readonly Head[]
  /** Number of the newest entry of the chain that was judged: accepted or void. */
  judged(chain: ChainTag): number
  /** Its id; `undefined` where none is judged. */
  judgedId(chain: ChainTag): EntryId | undefined
  /** `id` is that of the entry at `seq`. */
  setJudged(chain: ChainTag, seq: number, id: EntryId | undefined): void
  /** Number of the newest entry that may be judged: those after it are held back (E3, §5). */
  goal(chain: ChainTag): number
  /** `undefined`: everything that is stored. */
  setGoal(chain: ChainTag, seq: number | undefined): void
  /** The newest entry on the side of a fork that counts (E3); endless where no fork holds anything back. */
  forkGoal(chain: ChainTag): number
  /** Of a life whose author's standing ended unseen: the newest entry that counts all the same (W1). It may not be here yet. */
  limit(chain: ChainTag): number | undefined
  /** `undefined`: no such end. */
  setLimit(chain: ChainTag, seq: number | undefined): void
  /** Chains with a limit. */
  limited(): readonly Head[]
  /** Chains, of one channel or of all, with entries that are neither judged nor held back. */
  unjudged(channel?: ChannelTag): readonly Head[]
}

/** `logChannel` tells the log lane from content. Every stored entry counts as judged until it is said otherwise. */
export function createHeadTable(logChannel: ChannelTag, stored: readonly StoredHead[]): HeadTable {
  const logKey = toHex(logChannel)
  const heads = new Map<string, Head>()
  const judgedBy = new Map<string, { readonly seq: number; readonly id: EntryId | undefined }>()
  const goals = new Map<string, number>()
  const limits = new Map<string, number>()
  const byChannel = new Map<string, Set<string>>()
  /** Chains that are not judged to their end, or held back. */
  const behind = new Set<string>()

  const goalOf = (key: string): number =>
    Math.min(goals.get(key) ?? heads.get(key)?.seq ?? 0, limits.get(key) ?? Number.POSITIVE_INFINITY)
  const look = (key: string): void => {
    if ((judgedBy.get(key)?.seq ?? 0) < goalOf(key)) behind.add(key)
    else behind.delete(key)
  }
  const set = (head: Head): void => {
    const key = toHex(head.chain)
    heads.set(key, head)
    const channelKey = toHex(head.channel)
    const chains = byChannel.get(channelKey) ?? new Set()
    chains.add(key)
    byChannel.set(channelKey, chains)
    look(key)
  }
  const named = (keys: Iterable<string>): Head[] => [...keys].flatMap((key) => heads.get(key) ?? [])
  for (const head of stored) {
    judgedBy.set(toHex(head.chain), head)
    set({ ...head, lane: toHex(head.channel) === logKey ? 'log' : 'content' })
  }
  return {
    all: () => [...heads.values()],
    get: (chain) => heads.get(toHex(chain)),
    set,
    inChannel: (channel) => named(byChannel.get(toHex(channel)) ?? []),
    judged: (chain) => judgedBy.get(toHex(chain))?.seq ?? 0,
    judgedId: (chain) => judgedBy.get(toHex(chain))?.id,
    setJudged(chain, seq, id) {
      judgedBy.set(toHex(chain), { seq, id })
      look(toHex(chain))
    },
    goal: (chain) => goalOf(toHex(chain)),
    setGoal(chain, seq) {
      if (seq === undefined) goals.delete(toHex(chain))
      else goals.set(toHex(chain), seq)
      look(toHex(chain))
    },
    forkGoal: (chain) => goals.get(toHex(chain)) ?? Number.POSITIVE_INFINITY,
    limit: (chain) => (limits.size === 0 ? undefined : limits.get(toHex(chain))),
    setLimit(chain, seq) {
      if (seq === undefined) limits.delete(toHex(chain))
      else limits.set(toHex(chain), seq)
      look(toHex(chain))
    },
    limited: () => named(limits.keys()),
    unjudged(channel) {
      if (behind.size === 0) return []
      const all = named(behind)
      return channel ? all.filter((head) => toHex(head.channel) === toHex(channel)) : all
    },
  }
}
