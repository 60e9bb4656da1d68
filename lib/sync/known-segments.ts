/** Which segments somebody holds, by chain (S2). */
import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { ByteReader } from '#lib/protocol/byte-reader'
import type { ByteWriter } from '#lib/protocol/byte-writer'
import { MAX_SEGMENT_ENTRIES, MAX_SEQ } from '#lib/protocol/limits'
import type { Range } from '#lib/sync/held-ranges'

export interface KnownSegment extends Range {
  /** 32 bytes. */
  readonly id: Uint8Array
}

export interface KnownSegments {
  add(chain: ChainTag, segment: KnownSegment): void
  /** Rising by their first entries; an author may have made several that overlap. */
  of(chain: ChainTag): readonly KnownSegment[]
  chains(): readonly ChainTag[]
  forget(chain: ChainTag): void
  write(writer: ByteWriter): void
}

const MAX_CHAINS = 1_000_000
/** Of one chain; what goes beyond counts as not there. */
const MAX_OF_CHAIN = 4096

const tagOf = (key: string) => (fromHex(key) ?? new Uint8Array(16)) as ChainTag

export function createKnownSegments(): KnownSegments {
  const chains = new Map<string, KnownSegment[]>()
  const of = (chain: ChainTag): readonly KnownSegment[] => chains.get(toHex(chain)) ?? []
  return {
    of,
    add(chain, segment) {
      const known = chains.get(toHex(chain)) ?? []
      if (known.length >= MAX_OF_CHAIN) return
      const place = known.findLastIndex(({ from }) => from <= segment.from) + 1
      for (let i = place - 1; known[i]?.from === segment.from; i--)
        if (sameBytes(known[i]?.id ?? segment.id, segment.id)) return
      known.splice(place, 0, segment)
      chains.set(toHex(chain), known)
    },
    chains: () => [...chains.keys()].map(tagOf),
    forget: (chain) => void chains.delete(toHex(chain)),
    write: (writer) =>
      writer.list([...chains], ([key, segments]) => {
        writer.raw(tagOf(key))
        writer.list(segments, ({ from, to, id }) => {
          writer.varUint(from)
          writer.varUint(to - from + 1)
          writer.raw(id)
        })
      }),
  }
}

/** What `write` wrote. */
export function readKnownSegments(reader: ByteReader): KnownSegments {
  const known = createKnownSegments()
  reader.list(MAX_CHAINS, () => {
    const chain = reader.take(16) as ChainTag
    reader.list(MAX_OF_CHAIN, () => {
      const from = reader.varUint(MAX_SEQ)
      const to = from + reader.varUint(MAX_SEGMENT_ENTRIES) - 1
      known.add(chain, { from, to, id: reader.take(32) })
    })
  })
  return known
}
