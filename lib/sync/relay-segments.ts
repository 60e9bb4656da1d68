/** Brings own segments to a relay, one of each chain at a time, in order (S0, R5). */
import { toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { segmentBlobOf } from '#lib/protocol/blob'
import type { StoredFrame } from '#lib/protocol/relay-frames'
import type { EntrySource } from '#lib/sync/entry-source'
import type { RelayMemory } from '#lib/sync/relay-memory'
import type { RoadFrame } from '#lib/sync/relay-road'

export interface RelaySegments {
  /** The relay has been read to its end: now it shows what it lacks. */
  caughtUp(): void
  /** A new own segment of this chain is on disk. */
  folded(chain: ChainTag): void
  stored(frame: StoredFrame): void
  /** What the relay declined is tried again on the next connection. */
  stop(): void
}

export interface RelaySegmentsOptions {
  readonly source: Pick<EntrySource, 'heads' | 'nextSegment'>
  readonly isOwn: (chain: ChainTag) => boolean
  readonly memory: () => RelayMemory
  readonly send: (frame: RoadFrame) => void
  /** A segment is on the relay's disk, at this cursor. */
  readonly onStored: (cursor: number) => void
}

export function createRelaySegments({ source, isOwn, memory, send, onStored }: RelaySegmentsOptions): RelaySegments {
  let isOpen = false
  /** By the hash of a blob. */
  const sent = new Map<string, { readonly chain: ChainTag; readonly to: number }>()
  const busy = new Set<string>()

  const put = async (chain: ChainTag): Promise<void> => {
    const key = toHex(chain)
    if (!isOpen || busy.has(key)) return
    busy.add(key)
    const next = await source.nextSegment(chain, (memory().segments.get(key) ?? 0) + 1)
    if (!next || !isOpen) return void busy.delete(key)
    const { bytes, hash } = segmentBlobOf(next.bytes)
    sent.set(toHex(hash), { chain, to: next.to })
    send({ type: 'put', blobs: [bytes] })
  }

  return {
    caughtUp() {
      isOpen = true
      for (const { lane, chain } of source.heads()) if (lane === 'content' && isOwn(chain)) void put(chain)
    },
    folded: (chain) => void put(chain),
    stored({ items }) {
      for (const { hash, cursor } of items) {
        const item = sent.get(toHex(hash))
        if (!item || !sent.delete(toHex(hash))) continue
        memory().segments.set(toHex(item.chain), item.to)
        busy.delete(toHex(item.chain))
        onStored(cursor)
        void put(item.chain)
      }
    },
    stop() {
      isOpen = false
      sent.clear()
      busy.clear()
    },
  }
}
