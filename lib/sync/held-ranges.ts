/** Which entries of each chain somebody holds, as ranges of numbers. Entries from `from` to `to`, both included. */
import { fromHex, toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { ByteReader } from '#lib/protocol/byte-reader'
import type { ByteWriter } from '#lib/protocol/byte-writer'
import { MAX_SEQ } from '#lib/protocol/limits'

export interface Range {
  readonly from: number
  readonly to: number
}

export interface HeldRanges {
  add(chain: ChainTag, range: Range): void
  remove(chain: ChainTag, range: Range): void
  /** The last entry before the first one missing, of those from `begin` (1) on; `begin - 1` when that is. */
  heldTo(chain: ChainTag, begin?: number): number
  /** The first stretch from `begin` (1) to `last` that is not held. */
  firstMissing(chain: ChainTag, last: number, begin?: number): Range | undefined
  /** The newest held entry of each chain. */
  newest(): Iterable<{ readonly chain: ChainTag; readonly seq: number }>
  write(writer: ByteWriter): void
  /** By chain (hex): sorted, with a gap between any two. */
  readonly chains: ReadonlyMap<string, readonly Range[]>
}

const MAX_CHAINS = 1_000_000

/** Sorted, with a gap between any two. */
type Ranges = readonly Range[]

function withRange(ranges: Ranges, added: Range): Ranges {
  const before = ranges.filter(({ to }) => to < added.from - 1)
  const after = ranges.filter(({ from }) => from > added.to + 1)
  const touching = ranges.slice(before.length, ranges.length - after.length)
  const from = Math.min(added.from, touching[0]?.from ?? added.from)
  const to = Math.max(added.to, touching.at(-1)?.to ?? added.to)
  return [...before, { from, to }, ...after]
}

const withoutRange = (ranges: Ranges, removed: Range): Ranges =>
  ranges.flatMap(({ from, to }) => {
    const parts = [
      { from, to: Math.min(to, removed.from - 1) },
      { from: Math.max(from, removed.to + 1), to },
    ]
    return removed.to < from || to < removed.from ? [{ from, to }] : parts.filter((part) => part.from <= part.to)
  })

/** Empty, or a copy of its own of `like`. */
export function createHeldRanges(like?: HeldRanges): HeldRanges {
  const chains = new Map<string, Ranges>(like?.chains)
  const tagOf = (key: string) => (fromHex(key) ?? new Uint8Array(16)) as ChainTag

  return {
    chains,
    add: (chain, range) => void chains.set(toHex(chain), withRange(chains.get(toHex(chain)) ?? [], range)),
    remove(chain, range) {
      const left = withoutRange(chains.get(toHex(chain)) ?? [], range)
      if (left.length > 0) chains.set(toHex(chain), left)
      else chains.delete(toHex(chain))
    },
    heldTo(chain, begin = 1) {
      const range = chains.get(toHex(chain))?.find(({ to }) => to >= begin)
      return range && range.from <= begin ? range.to : begin - 1
    },
    firstMissing(chain, last, begin = 1) {
      let from = begin
      for (const range of chains.get(toHex(chain)) ?? []) {
        if (range.to < from) continue
        if (range.from > from) return from <= last ? { from, to: Math.min(last, range.from - 1) } : undefined
        from = range.to + 1
      }
      return from <= last ? { from, to: last } : undefined
    },
    *newest() {
      for (const [key, ranges] of chains) yield { chain: tagOf(key), seq: ranges.at(-1)?.to ?? 0 }
    },
    write: (writer) =>
      writer.list([...chains], ([key, ranges]) => {
        writer.raw(tagOf(key))
        writer.list(ranges, ({ from, to }) => {
          writer.varUint(from)
          writer.varUint(to)
        })
      }),
  }
}

/** What `write` wrote. */
export function readHeldRanges(reader: ByteReader): HeldRanges {
  const held = createHeldRanges()
  reader.list(MAX_CHAINS, () => {
    const chain = reader.take(16) as ChainTag
    reader.list(MAX_SEQ, () => {
      const from = reader.varUint(MAX_SEQ)
      held.add(chain, { from, to: reader.varUint(MAX_SEQ) })
    })
  })
  return held
}
