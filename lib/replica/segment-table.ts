import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { MAX_SEGMENT_ENTRIES, MAX_SEQ } from '#lib/protocol/limits'
import { decodeSealedSegment, encodeSealedSegment, type SealedSegment } from '#lib/protocol/sealed-segment'
import type { Commit, WorkspaceStore } from '#lib/storage/storage'

/** A segment on this device's disk. */
export interface HeldSegment {
  readonly from: number
  readonly to: number
  /** Id of the entry at `to`. */
  readonly lastId: EntryId
  /** The segment's own. */
  readonly id: EntryId
  /** Its entries are not here: the segment stands in their place. */
  readonly covers: boolean
}

/** The segments of one chain. */
export interface ChainSegments {
  readonly channel: ChannelTag
  /** Rising, no two overlap. */
  readonly held: readonly HeldSegment[]
  /** Own entries up to here were folded or found not worth it. */
  readonly examined: number
  /**
   * None is believed again: one did not stand for its entries, or the chain parts where one stood. The number of the last
   * entry before it, from which on the chain is as its entries say; `undefined` otherwise.
   */
  readonly doubtedAfter: number | undefined
}

/** Segments by chain (S0): those on disk, and those that wait in memory. What is on disk changes by `records` and `put`. */
export interface SegmentTable {
  chain(tag: ChainTag): ChainSegments | undefined
  chains(): Iterable<readonly [ChainTag, ChainSegments]>
  /** The segment that begins there. */
  at(tag: ChainTag, from: number): HeldSegment | undefined
  /** The segment that stands in the place of that entry. */
  coverAt(tag: ChainTag, seq: number): HeldSegment | undefined
  /** The first that stands in the place of any entry from `from` to `to`. */
  coverIn(tag: ChainTag, from: number, to: number): HeldSegment | undefined
  /** The id of the last entry that a segment stands for, if `seq` is one. */
  endId(tag: ChainTag, seq: number): EntryId | undefined
  /** Where the next segment after `seq` begins. */
  nextFrom(tag: ChainTag, seq: number): number | undefined
  read(tag: ChainTag, from: number): Promise<SealedSegment | undefined>
  /** What to commit so that `put` is true. `sealed` is new; `dropped` are gone. */
  records(
    tag: ChainTag,
    segments: ChainSegments,
    change?: { readonly sealed?: SealedSegment; readonly dropped?: readonly HeldSegment[] },
  ): NonNullable<Commit['records']>
  put(tag: ChainTag, segments: ChainSegments): void
  /** Rises with every `put`. */
  readonly version: number
  /** Keeps it in memory, sealed as it came, unless there is no room for more of that device or at all. */
  offer(sealed: SealedSegment, device: DeviceId): void
  offered(tag: ChainTag, from: number): SealedSegment | undefined
  withdraw(tag: ChainTag, from: number): void
  /** Chains with a segment in waiting. */
  waiting(): readonly { readonly channel: ChannelTag; readonly chain: ChainTag }[]
}

const INDEX = 'segments/'
const MAX_HELD = 2 ** 20
const MAX_OFFERED_BYTES = 32 * 1_048_576
const MAX_DEVICE_BYTES = 8 * 1_048_576
/** What one costs beside its box. */
const OFFER_BYTES = 2048

/** Where sealed segments stand, one a record. */
export const SEGMENT_RECORDS = 'segment/'

const segmentKey = (tag: ChainTag, from: number): string => `${SEGMENT_RECORDS}${toHex(tag)}/${from}`

const encodeIndex = ({ channel, held, examined, doubtedAfter }: ChainSegments): Uint8Array =>
  writeAll((writer) => {
    writer.raw(channel)
    writer.varUint(doubtedAfter ?? 0)
    writer.varUint(examined)
    writer.list(held, ({ from, to, lastId, id, covers }) => {
      writer.varUint(from)
      writer.varUint(to - from + 1)
      writer.raw(lastId)
      writer.raw(id)
      writer.byte(covers ? 1 : 0)
    })
  })

const decodeIndex = (bytes: Uint8Array) =>
  readAll(bytes, (reader): ChainSegments => {
    const channel = reader.take(16) as ChannelTag
    const doubtedAfter = reader.varUint(MAX_SEQ) || undefined
    const examined = reader.varUint(MAX_SEQ)
    const held = reader.list(MAX_HELD, () => {
      const from = reader.varUint(MAX_SEQ)
      const to = from + reader.varUint(MAX_SEGMENT_ENTRIES) - 1
      const [lastId, id] = [reader.take(32) as EntryId, reader.take(32) as EntryId]
      return { from, to, lastId, id, covers: reader.byte() === 1 }
    })
    return { channel, held, examined, doubtedAfter }
  })

/** Of one of which the first entries are here: where the others begin. */
const placeOf = ({ held }: ChainSegments, { id, header }: SealedSegment): number =>
  held.find((one) => sameBytes(one.id, id))?.from ?? header.seq

/** `names` are those of all records of the store. */
export async function loadSegmentTable(store: WorkspaceStore, names: readonly string[]): Promise<SegmentTable> {
  const chains = new Map<string, ChainSegments>()
  let version = 0
  /** By chain (hex) and first entry. */
  const offers = new Map<string, Map<number, { readonly sealed: SealedSegment; readonly device: string }>>()
  /** By device (hex). */
  const offeredBytes = new Map<string, number>()
  for (const key of names.filter((name) => name.startsWith(INDEX))) {
    const record = await store.record(key)
    const read = decodeIndex((record.ok && record.value) || new Uint8Array(0))
    if (read.ok) chains.set(key.slice(INDEX.length), read.value)
  }
  const heldOf = (tag: ChainTag): readonly HeldSegment[] =>
    chains.size === 0 ? [] : (chains.get(toHex(tag))?.held ?? [])
  const coverIn: SegmentTable['coverIn'] = (tag, from, to) =>
    heldOf(tag).find((one) => one.covers && one.from <= to && from <= one.to)
  const sizeOf = ({ box }: SealedSegment): number => box.length + OFFER_BYTES
  const bytesOf = (device: string): number => offeredBytes.get(device) ?? 0
  const count = (device: string, bytes: number): void => {
    if (bytesOf(device) + bytes === 0) offeredBytes.delete(device)
    else offeredBytes.set(device, bytesOf(device) + bytes)
  }
  const withdraw = (tag: ChainTag, from: number): void => {
    const key = toHex(tag)
    const waiting = offers.get(key)
    const offered = waiting?.get(from)
    if (!waiting || !offered) return
    waiting.delete(from)
    count(offered.device, -sizeOf(offered.sealed))
    if (waiting.size === 0) offers.delete(key)
  }

  return {
    chain: (tag) => chains.get(toHex(tag)),
    chains: () => [...chains].map(([key, segments]) => [tagOf(key), segments] as const),
    at: (tag, from) => heldOf(tag).find((one) => one.from === from),
    coverAt: (tag, seq) => coverIn(tag, seq, seq),
    coverIn,
    endId: (tag, seq) => heldOf(tag).find(({ to }) => to === seq)?.lastId,
    nextFrom: (tag, seq) => heldOf(tag).find(({ from }) => from > seq)?.from,
    async read(tag, from) {
      const record = await store.record(segmentKey(tag, from))
      const sealed = record.ok && record.value ? decodeSealedSegment(record.value) : undefined
      return sealed?.ok ? sealed.value : undefined
    },
    records: (tag, segments, { sealed, dropped = [] } = {}) => [
      { key: INDEX + toHex(tag), value: encodeIndex(segments) },
      ...(sealed ? [{ key: segmentKey(tag, placeOf(segments, sealed)), value: encodeSealedSegment(sealed) }] : []),
      ...dropped.map(({ from }) => ({ key: segmentKey(tag, from), value: undefined })),
    ],
    put(tag, segments) {
      chains.set(toHex(tag), segments)
      version++
    },
    get version() {
      return version
    },
    offer(sealed, author) {
      const { chain, seq } = sealed.header
      withdraw(chain, seq)
      const device = toHex(author)
      const size = sizeOf(sealed)
      const total = [...offeredBytes.values()].reduce((sum, bytes) => sum + bytes, size)
      if (total > MAX_OFFERED_BYTES || bytesOf(device) + size > MAX_DEVICE_BYTES) return
      const key = toHex(chain)
      offers.set(key, (offers.get(key) ?? new Map()).set(seq, { sealed, device }))
      count(device, size)
    },
    offered: (tag, from) => (offers.size === 0 ? undefined : offers.get(toHex(tag))?.get(from)?.sealed),
    withdraw,
    waiting: () =>
      [...offers.values()].flatMap((waiting) => {
        const [first] = waiting.values()
        return first ? [{ channel: first.sealed.header.channel, chain: first.sealed.header.chain }] : []
      }),
  }
}

const tagOf = (key: string): ChainTag => (fromHex(key) ?? new Uint8Array(16)) as ChainTag
