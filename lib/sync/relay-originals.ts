/**
 * Brings from a relay the entries for which segments stand here, and looks whether the relay has those that it was told
 * to leave out (S0, R5): while nobody writes, a channel at a time and a page at a time.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { ChainTag, ChannelTag } from '#lib/base/ids'
import type { ChainRange } from '#lib/protocol/blob'
import { MAX_CHAIN_RANGES } from '#lib/protocol/chain-ranges'
import { MAX_SEQ } from '#lib/protocol/limits'
import type { PageFrame, ReadFilter } from '#lib/protocol/relay-frames'
import type { EntrySource } from '#lib/sync/entry-source'
import type { RelayMemory } from '#lib/sync/relay-memory'

export interface RelayOriginals {
  /** Everything else has been read on this connection. */
  begin(): void
  /** All of this channel was read: what did not come of what was left out is not there. */
  readWhole(channel: ChannelTag): void
  /** The connection is gone. */
  stop(): void
}

export interface RelayOriginalsOptions {
  readonly source: Pick<EntrySource, 'heads' | 'head' | 'covered'>
  readonly clock: Clock
  readonly memory: () => RelayMemory
  /** Whether nobody writes now. */
  readonly mayFill: () => boolean
  /** Resolves when what it brought was taken; `undefined` when the connection is gone. */
  readonly readPage: (
    filter: ReadFilter,
    after: number,
    without: readonly ChainRange[],
  ) => Promise<PageFrame | undefined>
  /** Memory has changed and may be saved. */
  readonly onProgress: () => void
}

/** How often it looks whether it may begin or go on. */
const LEISURE_MS = 60_000

export function createRelayOriginals(options: RelayOriginalsOptions): RelayOriginals {
  const { source, clock, memory } = options
  /** By channel (hex): how far it was read on this connection. */
  const cursors = new Map<string, number>()
  let visits = 0
  let stopTimer: Cancel = () => {}

  const isCovered = (chain: ChainTag): boolean => source.covered().some((place) => sameBytes(place.chain, chain))

  /** Channels of which something is covered or was left out, and not all was read. */
  const nextChannel = (): ChannelTag | undefined => {
    for (const { chain } of [...source.covered(), ...memory().leftOut.newest()]) {
      const channel = source.head(chain)?.channel
      if (channel && cursors.get(toHex(channel)) !== Number.POSITIVE_INFINITY) return channel
    }
    return undefined
  }

  /** The longest stretch of each chain that both hold, without its first entry, which a segment may name that ends there. */
  const heldIn = (channel: ChannelTag): readonly ChainRange[] =>
    source
      .heads()
      .filter((head) => sameBytes(head.channel, channel))
      .flatMap(({ chain }) => {
        const ranges = [...(memory().held.chains.get(toHex(chain)) ?? [])]
        const [longest] = ranges.sort((a, b) => b.to - b.from - (a.to - a.from))
        return longest && longest.from < longest.to ? [{ chain, from: longest.from + 1, to: longest.to }] : []
      })
      .slice(0, MAX_CHAIN_RANGES)

  const readWhole = (channel: ChannelTag): void => {
    for (const { chain } of [...memory().leftOut.newest()]) {
      const head = source.head(chain)
      if (!head || !sameBytes(head.channel, channel) || isCovered(chain)) continue
      memory().leftOut.remove(chain, { from: 1, to: MAX_SEQ })
      options.onProgress()
    }
  }

  async function fill(visit: number): Promise<void> {
    for (let channel = nextChannel(); channel && options.mayFill(); channel = nextChannel()) {
      const key = toHex(channel)
      const filter = { lane: 'content', channel } as const
      const page = await options.readPage(filter, cursors.get(key) ?? 0, heldIn(channel))
      if (!page || visit !== visits) return
      cursors.set(key, page.hasMore ? page.cursor : Number.POSITIVE_INFINITY)
      if (!page.hasMore) readWhole(channel)
    }
    stopTimer = clock.after(LEISURE_MS, () => void fill(visit))
  }

  return {
    begin() {
      const visit = ++visits
      stopTimer()
      stopTimer = clock.after(LEISURE_MS, () => void fill(visit))
    },
    readWhole,
    stop() {
      visits++
      stopTimer()
      cursors.clear()
    },
  }
}
