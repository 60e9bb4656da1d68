import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { type ClientRecord, decodeRecords, encodeRecords, type IndexedRange } from '#lib/document/index-records'
import type { Place } from '#lib/document/place'
import type { TypeName } from '#lib/document/roots'
import { type EntryPlace, rangeHolding, type StructRange, type VoidClaim } from '#lib/document/struct-range'

/**
 * Which entry wrote which struct of one channel, and where it stands: all that E7 needs of the causal past, so that an
 * entry is judged without a Y.Doc. Holds every entry that passed E7, held back (§5) or not. The clocks of a client are
 * contiguous from 0, and a client belongs to one chain.
 */
export interface ContentIndex {
  /** The clock that the next struct of `client` must have. */
  nextClock(client: number): number
  /**
   * Where the client's structs end for good: the lowest clock that a void entry of its chain claimed, else Infinity.
   * Nothing stands at or above it, so every reference there leads into a void entry.
   */
  limitOf(client: number): number
  /** The chain that first wrote under `client`. */
  ownerOf(client: number): ChainTag | undefined
  /** The entry that wrote a struct below `nextClock`. */
  entryAt(client: number, clock: number): EntryPlace | undefined
  /** The range that holds a struct below `nextClock`. */
  rangeAt(client: number, clock: number): StructRange | undefined
  /** Records the structs of an entry that passed E7. Entries of a chain come in order; a wrong clock or chain throws. */
  add(entry: EntryPlace, accepted: { readonly ranges: readonly StructRange[] }): void
  /** Records what a void entry names of its own slots (`claimsOf`). */
  addVoid(claims: readonly VoidClaim[]): void
  /** Everything, clients rising: for encoding. */
  records(): readonly ClientRecord[]
}

interface Slot {
  chain: ChainTag | undefined
  limit: number
  /** Parallel columns, so that a million ranges stay cheap. */
  readonly ends: number[]
  readonly seqs: number[]
  readonly places: (Place | undefined)[]
  /** Shared types by clock. */
  readonly types: Map<number, TypeName>
}

/** An empty index, or one holding the `records` of another. */
export function createContentIndex(records: readonly ClientRecord[] = []): ContentIndex {
  const slots = new Map<number, Slot>()
  const slotOf = (client: number): Slot => {
    const known = slots.get(client)
    if (known) return known
    const slot: Slot = {
      chain: undefined,
      limit: Number.POSITIVE_INFINITY,
      ends: [],
      seqs: [],
      places: [],
      types: new Map(),
    }
    slots.set(client, slot)
    return slot
  }
  const push = (slot: Slot, { end, seq, place, type }: IndexedRange): void => {
    if (type) slot.types.set(slot.ends.at(-1) ?? 0, type)
    slot.ends.push(end)
    slot.seqs.push(seq)
    slot.places.push(place)
  }
  for (const { client, chain, limit, ranges } of records) {
    const slot = slotOf(client)
    slot.chain = chain
    slot.limit = limit
    for (const range of ranges) push(slot, range)
  }

  const startOf = (slot: Slot, range: number): number => slot.ends[range - 1] ?? 0
  const find = (slot: Slot, clock: number): number => rangeHolding(slot.ends, (range) => slot.ends[range] ?? 0, clock)
  const nextClock = (client: number): number => slots.get(client)?.ends.at(-1) ?? 0

  return {
    nextClock,
    limitOf: (client) => slots.get(client)?.limit ?? Number.POSITIVE_INFINITY,
    ownerOf: (client) => slots.get(client)?.chain,
    entryAt(client, clock) {
      const slot = slots.get(client)
      const seq = slot?.seqs[find(slot, clock)]
      return slot?.chain && seq !== undefined ? { chain: slot.chain, seq } : undefined
    },
    rangeAt(client, clock) {
      const slot = slots.get(client)
      const range = slot ? find(slot, clock) : 0
      const end = slot?.ends[range]
      if (!slot || end === undefined) return undefined
      const start = startOf(slot, range)
      return { client, clock: start, end, place: slot.places[range], type: slot.types.get(start) }
    },
    add({ chain, seq }, { ranges }) {
      for (const { client, clock, end, place, type } of ranges) {
        const slot = slotOf(client)
        slot.chain ??= chain
        if (clock !== nextClock(client) || toHex(slot.chain) !== toHex(chain)) throw new Error('not the next range')
        const last = slot.ends.length - 1
        const continues = slot.seqs[last] === seq && slot.places[last]?.id === place?.id
        if (continues && !type && !slot.types.has(startOf(slot, last))) slot.ends[last] = end
        else push(slot, { end, seq, place, type })
      }
    },
    addVoid(claims) {
      for (const { client, clock, end } of claims) {
        const from = Math.max(clock, nextClock(client))
        if (from < end) slotOf(client).limit = Math.min(slotOf(client).limit, from)
      }
    },
    records() {
      const sorted = [...slots].sort(([a], [b]) => a - b)
      return sorted.map(([client, slot]) => ({
        client,
        chain: slot.chain,
        limit: slot.limit,
        ranges: slot.ends.map((end, range) => ({
          end,
          seq: slot.seqs[range] ?? 0,
          place: slot.places[range],
          type: slot.types.get(startOf(slot, range)),
        })),
      }))
    },
  }
}

/** Canonical bytes of everything the index holds. */
export const encodeContentIndex = (index: ContentIndex): Uint8Array => encodeRecords(index.records())

/** The index of `encodeContentIndex`; safe on hostile bytes. */
export function decodeContentIndex(bytes: Uint8Array): Result<ContentIndex, { readonly type: 'malformed' }> {
  const records = decodeRecords(bytes)
  const isCanonical = records !== undefined && sameBytes(encodeRecords(records), bytes)
  return isCanonical ? ok(createContentIndex(records)) : err({ type: 'malformed' })
}
