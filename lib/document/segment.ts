import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { foldV1 } from '#lib/document/fold'
import { readUpdate } from '#lib/document/update-reader'
import { type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import type { Dependency, EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { bytesOf, type Format, record, sortedList, unsigned } from '#lib/protocol/format'
import { deflate, inflate } from '#lib/protocol/inflate'
import {
  MAX_DEPENDENCIES,
  MAX_MEMBERSHIP_HEADS,
  MAX_SEGMENT_ENTRIES,
  MAX_SEQ,
  MAX_SNAPSHOT_PART_BYTES,
} from '#lib/protocol/limits'
import type { OuterHeader } from '#lib/protocol/outer-header'
import { pad, paddedLength } from '#lib/protocol/padding'

/**
 * A segment stands for consecutive entries of one chain, folded into one update (S0). It is no link of the chain: the
 * entries stay what they are, and whoever holds them can recompute it byte for byte. It is judged as if it were one entry,
 * so it holds only what one entry might have said: one slot, one epoch, one set of membership heads, and nothing of other
 * chains that its first entry does not name.
 */

/** An opened entry that is neither void nor held back. */
export interface FoldableEntry {
  readonly header: OuterHeader
  readonly id: EntryId
  readonly body: EntryBody
}

/** What a segment says besides the header of its first entry. */
export interface Segment {
  /** How many entries it covers. */
  readonly count: number
  /** Id of the last of them. */
  readonly lastId: EntryId
  /** What all of them cite. */
  readonly heads: readonly EntryId[]
  /** What the first of them names of other chains, sorted by chain. */
  readonly dependencies: readonly Dependency[]
  /** The last entry's time to the minute, in seconds since genesis; shown, never decides. */
  readonly seconds: number
  /** The fold (V1) of exactly these payloads. */
  readonly payload: Uint8Array
}

/** Why an entry cannot be in a segment with those before it; where there are none, in no segment. */
export type Break =
  | 'not-consecutive'
  | 'epoch-changes'
  | 'not-foldable'
  | 'names-others'
  | 'heads-change'
  | 'slot-changes'

export type SegmentError = { readonly type: 'no-entries' | 'too-many-entries' | 'nothing-to-fold' | 'too-long' | Break }

/** Consecutive entries that one segment can stand for, gathered one by one. */
export interface Stretch {
  readonly entries: readonly FoldableEntry[]
  /** Takes the next entry, or tells why it cannot be taken. */
  add(entry: FoldableEntry): Break | undefined
}

/** `heads` are those that the entry before the first cites. */
export function createStretch(heads: readonly EntryId[]): Stretch {
  const entries: FoldableEntry[] = []
  let cited = heads
  let slot: number | undefined
  return {
    entries,
    add(entry) {
      const { header, body } = entry
      const before = entries.at(-1)
      const isNext = before && header.seq === before.header.seq + 1 && sameBytes(header.prev, before.id)
      if (before && !isNext) return 'not-consecutive'
      if (before && !sameBytes(header.epoch, before.header.epoch)) return 'epoch-changes'
      const isFoldable = body.kind === entryKind.update || body.kind === entryKind.merge
      if (!isFoldable || body.tail.length > 0) return 'not-foldable'
      if (before && body.dependencies.length > 0) return 'names-others'
      const own = body.membershipHeads ?? cited
      if (before && !sameHeads(own, cited)) return 'heads-change'
      const view = body.payload.length > 0 ? readUpdate(body.payload) : undefined
      if (typeof view === 'string' || (view && view.blocks.length > 1)) return 'not-foldable'
      const client = view?.blocks[0]?.client
      if (slot !== undefined && client !== undefined && client !== slot) return 'slot-changes'
      slot ??= client
      cited = own
      entries.push(entry)
      return undefined
    },
  }
}

/** The segment of `entries`, which passed E7; `headsBefore` are those cited before the first. Linear in their size. */
export function buildSegment(
  entries: readonly FoldableEntry[],
  headsBefore: readonly EntryId[],
): Result<Segment, SegmentError> {
  const [first, last] = [entries[0], entries.at(-1)]
  if (!first || !last) return err({ type: 'no-entries' })
  if (entries.length > MAX_SEGMENT_ENTRIES) return err({ type: 'too-many-entries' })
  const stretch = createStretch(headsBefore)
  for (const entry of entries) {
    const type = stretch.add(entry)
    if (type) return err({ type })
  }
  const updates = entries.map(({ body }) => body.payload).filter(({ length }) => length > 0)
  if (updates.length === 0) return err({ type: 'nothing-to-fold' })
  const payload = foldV1(updates)
  if (payload.length > MAX_SNAPSHOT_PART_BYTES) return err({ type: 'too-long' })
  return ok({
    count: entries.length,
    lastId: last.id,
    heads: first.body.membershipHeads ?? headsBefore,
    dependencies: first.body.dependencies,
    seconds: Math.floor(last.body.seconds / 60) * 60,
    payload,
  })
}

/** Whether `segment` is what its author should have made of `entries`. */
export function isFoldOf(
  segment: Segment,
  entries: readonly FoldableEntry[],
  headsBefore: readonly EntryId[],
): boolean {
  const built = buildSegment(entries, headsBefore)
  return built.ok && sameBytes(plainBytes(built.value), plainBytes(segment))
}

const sameHeads = (a: readonly EntryId[], b: readonly EntryId[]): boolean =>
  a.length === b.length && a.every((head, i) => sameBytes(head, b[i] ?? new Uint8Array()))

const dependency: Format<Dependency> = record<Dependency>({
  chain: bytesOf<ChainTag>(16),
  seq: unsigned(MAX_SEQ),
  idPrefix: bytesOf(16),
})
const dependencies = sortedList(dependency, MAX_DEPENDENCIES, ({ chain }) => chain)
const heads = sortedList(bytesOf<EntryId>(32), MAX_MEMBERSHIP_HEADS, (head) => head)

const segmentBytes = (segment: Segment, packed: Uint8Array) =>
  writeAll((writer) => {
    writer.varUint(segment.count)
    writer.raw(segment.lastId)
    heads.write(writer, segment.heads)
    dependencies.write(writer, segment.dependencies)
    writer.varInt(segment.seconds)
    writer.sized(packed)
  })

const plainBytes = (segment: Segment): Uint8Array => segmentBytes(segment, segment.payload)

/** The padded bytes to seal. */
export const encodeSegment = (segment: Segment): Uint8Array => pad(segmentBytes(segment, deflate(segment.payload)))

/** What opened bytes say; safe on hostile ones. Whether it is true only the entries tell. */
export const decodeSegment = (bytes: Uint8Array): Result<Segment, Malformed> =>
  readAll(bytes, (reader) => {
    const count = reader.varUint(MAX_SEGMENT_ENTRIES)
    if (count === 0) return reader.fail('no entries')
    const lastId = reader.take(32) as EntryId
    const cited = heads.read(reader)
    const named = dependencies.read(reader)
    const seconds = reader.varInt()
    const packed = reader.sized(MAX_SNAPSHOT_PART_BYTES)
    if (paddedLength(bytes.length - reader.remaining()) !== bytes.length) return reader.fail('not a padded length')
    if (reader.rest().some((byte) => byte !== 0)) return reader.fail('pad is not zero')
    const payload = inflate(packed, MAX_SNAPSHOT_PART_BYTES) ?? reader.fail('does not inflate')
    return { count, lastId, heads: cited, dependencies: named, seconds, payload }
  })
