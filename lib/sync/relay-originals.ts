/**
 * Brings from a relay the entries for which segments stand here, and looks whether the relay has those that it was told
 * to leave out (S0, R5): while nobody writes, a channel at a time and a page at a time. Each channel is read once: what did
 * not come is not there, since the relay lost or dropped it (S3).
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { ChannelTag } from '#lib/base/ids'
import type { ChainRange } from '#lib/protocol/blob'
import { MAX_CHAIN_RANGES } from '#lib/protocol/chain-ranges'
import { MAX_SEQ } from '#lib/protocol/limits'
import type { PageFrame } from '#lib/protocol/relay-frames'
import type { EntrySource } from '#lib/sync/entry-source'
import type { RelayMemory } from '#lib/sync/relay-memory'

export interface RelayOriginals {
  /** Everything else has been read on this connection. */
  begin(): void
  /** All of this channel was read: what did not come of what was left out is not there. */
  readWhole(channel: ChannelTag): void
  /** A segment came there, or something was left out. */
  lookAgain(channel: ChannelTag): void
  /** The connection is gone. */
  stop(): void
}

export interface RelayOriginalsOptions {
  readonly source: Pick<EntrySource, 'heads' | 'head' | 'covered' | 'segments'>
  readonly clock: Clock
  readonly memory: () => RelayMemory
  /** Whether nobody writes now. */
  readonly mayFill: () => boolean
  /** Resolves when what it brought was taken; `undefined` when the connection is gone. */
  readonly readPage: (
    channel: ChannelTag,
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
  /** By channel (hex): how far it was read on this connection, if not to its end. */
  const cursors = new Map<string, number>()
  let visits = 0
  let stopTimer: Cancel = () => {}

  /** Channels of which something is covered or was left out, and not all was read. */
  const nextChannel = (): ChannelTag | undefined => {
    for (const { chain } of [...source.covered(), ...memory().leftOut.newest()]) {
      const channel = source.head(chain)?.channel
      if (channel && !memory().readWhole.has(toHex(channel))) return channel
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

  /** Of what was left out and did not come only that is left for which segments stand here: nobody could bring it. */
  const settleLeftOut = (): void => {
    const { leftOut, readWhole } = memory()
    for (const { chain } of [...leftOut.newest()]) {
      const head = source.head(chain)
      if (!head || !readWhole.has(toHex(head.channel))) continue
      const covers = source.segments(chain).filter(({ covers }) => covers)
      const kept = covers.filter(({ from, to }) => leftOut.heldTo(chain, from) >= to)
      leftOut.remove(chain, { from: 1, to: MAX_SEQ })
      for (const { from, to } of kept) leftOut.add(chain, { from, to })
    }
  }

  const readWhole = (channel: ChannelTag): void => {
    memory().readWhole.add(toHex(channel))
    cursors.delete(toHex(channel))
    settleLeftOut()
    options.onProgress()
  }

  async function fill(visit: number): Promise<void> {
    settleLeftOut()
    for (let channel = nextChannel(); channel && options.mayFill(); channel = nextChannel()) {
      const key = toHex(channel)
      const page = await options.readPage(channel, cursors.get(key) ?? 0, heldIn(channel))
      if (!page || visit !== visits) return
      if (page.hasMore) cursors.set(key, page.cursor)
      else readWhole(channel)
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
    lookAgain(channel) {
      cursors.delete(toHex(channel))
      memory().readWhole.delete(toHex(channel))
    },
    stop() {
      visits++
      stopTimer()
      cursors.clear()
    },
  }
}
