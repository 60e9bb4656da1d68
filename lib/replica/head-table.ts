import { toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { StoredHead } from '#lib/storage/storage'
import type { Head } from '#lib/sync/entry-source'

/** Newest stored entry of every chain, and how far each is judged; small enough to stay in memory for 500 documents. */
export interface HeadTable {
  all(): readonly Head[]
  get(chain: ChainTag): Head | undefined
  set(head: Head): void
  /** Chains of one channel. */
  inChannel(channel: ChannelTag): readonly Head[]
  judged(chain: ChainTag): number
  setJudged(chain: ChainTag, seq: number): void
  /** Chains that hold entries which are not judged yet. */
  unjudged(): readonly Head[]
}

/** `logChannel` tells the log lane from content. Every stored entry counts as judged until it is said otherwise. */
export function createHeadTable(logChannel: ChannelTag, stored: readonly StoredHead[]): HeadTable {
  const logKey = toHex(logChannel)
  const heads = new Map<string, Head>()
  const judgedBy = new Map<string, number>()
  const byChannel = new Map<string, Set<string>>()
  const set = (head: Head): void => {
    const key = toHex(head.chain)
    heads.set(key, head)
    const channelKey = toHex(head.channel)
    const chains = byChannel.get(channelKey) ?? new Set()
    chains.add(key)
    byChannel.set(channelKey, chains)
  }
  for (const head of stored) {
    set({ ...head, lane: toHex(head.channel) === logKey ? 'log' : 'content' })
    judgedBy.set(toHex(head.chain), head.seq)
  }
  return {
    all: () => [...heads.values()],
    get: (chain) => heads.get(toHex(chain)),
    set,
    inChannel: (channel) =>
      [...(byChannel.get(toHex(channel)) ?? [])].flatMap((key) => {
        const head = heads.get(key)
        return head ? [head] : []
      }),
    judged: (chain) => judgedBy.get(toHex(chain)) ?? 0,
    setJudged: (chain, seq) => void judgedBy.set(toHex(chain), seq),
    unjudged: () => [...heads.values()].filter((head) => (judgedBy.get(toHex(head.chain)) ?? 0) < head.seq),
  }
}
