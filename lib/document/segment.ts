import { compareBytes, concat, sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { foldV2 } from '#lib/document/fold'
import { type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import type { Dependency, EntryBody } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { partOf } from '#lib/protocol/entry-tail'
import { bytesOf, type Format, record, sortedList, unsigned } from '#lib/protocol/format'
import { deflate, inflate } from '#lib/protocol/inflate'
import { MAX_DEPENDENCIES, MAX_MEMBERSHIP_HEADS, MAX_SEQ, MAX_SNAPSHOT_PART_BYTES } from '#lib/protocol/limits'
import type { OuterHeader } from '#lib/protocol/outer-header'
import { pad, paddedLength } from '#lib/protocol/padding'

/**
 * A segment stands for consecutive entries of one chain, folded into one update (S0). It is no link of the chain: the
 * entries stay what they are, and whoever holds them can recompute it byte for byte.
 */

export const MAX_SEGMENT_ENTRIES = 4096

/** An opened entry that is neither void, held back nor cut across. */
export interface FoldableEntry {
  readonly header: OuterHeader
  readonly id: EntryId
  readonly body: EntryBody
}

/** The membership heads that entries cite from `seq` on. */
export interface HeadsFrom {
  readonly seq: number
  readonly heads: readonly EntryId[]
}

/** What a segment says besides the header of its first entry. */
export interface Segment {
  /** How many entries it covers. */
  readonly count: number
  /** Id of the last of them. */
  readonly lastId: EntryId
  /** Rising; the first names the heads at the first entry. */
  readonly heads: readonly HeadsFrom[]
  /** The highest that any entry names per other chain, sorted by chain. */
  readonly dependencies: readonly Dependency[]
  /** The last entry's time to the minute, in seconds since genesis; shown, never decides. */
  readonly seconds: number
  /** The fold (V2) of exactly these payloads. */
  readonly payload: Uint8Array
}

/** Why entries cannot be one segment; a shorter run may be. */
export type SegmentError = {
  readonly type:
    | 'no-entries'
    | 'too-many-entries'
    | 'not-consecutive'
    | 'epoch-changes'
    | 'no-content-kind'
    | 'parts-cut'
    | 'too-many-dependencies'
    | 'too-long'
}

/** The segment of `entries`, which passed E7; `headsBefore` are those cited before the first. Linear in their size. */
export function buildSegment(
  entries: readonly FoldableEntry[],
  headsBefore: readonly EntryId[],
): Result<Segment, SegmentError> {
  const [first, last] = [entries[0], entries.at(-1)]
  if (!first || !last) return err({ type: 'no-entries' })
  if (entries.length > MAX_SEGMENT_ENTRIES) return err({ type: 'too-many-entries' })
  const updates = updatesOf(entries)
  if (!updates.ok) return updates
  const dependencies = highestDependencies(entries)
  if (dependencies.length > MAX_DEPENDENCIES) return err({ type: 'too-many-dependencies' })
  const payload = foldV2(updates.value)
  if (payload.length > MAX_SNAPSHOT_PART_BYTES) return err({ type: 'too-long' })
  const seconds = Math.floor(last.body.seconds / 60) * 60
  const heads = headChanges(entries, first.header.seq, headsBefore)
  return ok({ count: entries.length, lastId: last.id, heads, dependencies, seconds, payload })
}

/** Whether `segment` is what its author should have made of `entries`: if not, everybody can be shown (`dispute`). */
export function isFoldOf(
  segment: Segment,
  entries: readonly FoldableEntry[],
  headsBefore: readonly EntryId[],
): boolean {
  const built = buildSegment(entries, headsBefore)
  return built.ok && sameBytes(plainBytes(built.value), plainBytes(segment))
}

/** The updates of the entries in order, those in parts joined; entries without a payload give none. */
function updatesOf(entries: readonly FoldableEntry[]): Result<Uint8Array[], SegmentError> {
  const updates: Uint8Array[] = []
  let parts: Uint8Array[] = []
  for (const [i, { header, body }] of entries.entries()) {
    const before = entries[i - 1]
    if (before && (header.seq !== before.header.seq + 1 || !sameBytes(header.prev, before.id))) {
      return err({ type: 'not-consecutive' })
    }
    if (before && !sameBytes(header.epoch, before.header.epoch)) return err({ type: 'epoch-changes' })
    if (body.kind !== entryKind.update && body.kind !== entryKind.merge) return err({ type: 'no-content-kind' })
    const part = partOf(body.tail)
    if (part ? part.index !== parts.length + 1 : parts.length > 0) return err({ type: 'parts-cut' })
    if (part) parts.push(body.payload)
    if (part?.index === part?.count) {
      const update = part ? concat(...parts) : body.payload
      if (update.length > 0) updates.push(update)
      parts = []
    }
  }
  if (parts.length > 0) return err({ type: 'parts-cut' })
  return ok(updates)
}

function highestDependencies(entries: readonly FoldableEntry[]): Dependency[] {
  const highest = new Map<string, Dependency>()
  for (const dependency of entries.flatMap(({ body }) => body.dependencies)) {
    const chain = toHex(dependency.chain)
    if (dependency.seq > (highest.get(chain)?.seq ?? 0)) highest.set(chain, dependency)
  }
  return [...highest.values()].sort((a, b) => compareBytes(a.chain, b.chain))
}

function headChanges(entries: readonly FoldableEntry[], seq: number, before: readonly EntryId[]): HeadsFrom[] {
  const changes: HeadsFrom[] = [{ seq, heads: before }]
  for (const { header, body } of entries) {
    const heads = body.membershipHeads
    const last = changes.at(-1)
    if (!heads || (last && sameHeads(heads, last.heads))) continue
    if (header.seq === seq) changes.pop()
    changes.push({ seq: header.seq, heads })
  }
  return changes
}

const sameHeads = (a: readonly EntryId[], b: readonly EntryId[]): boolean => sameBytes(concat(...a), concat(...b))

const dependency: Format<Dependency> = record<Dependency>({
  chain: bytesOf<ChainTag>(16),
  seq: unsigned(MAX_SEQ),
  idPrefix: bytesOf(16),
})
const dependencies = sortedList(dependency, MAX_DEPENDENCIES, ({ chain }) => chain)
const heads = sortedList(bytesOf<EntryId>(32), MAX_MEMBERSHIP_HEADS, (head) => head)

const segmentBytes = ({ count, lastId, heads: changes, dependencies: named, seconds }: Segment, packed: Uint8Array) =>
  writeAll((writer) => {
    writer.varUint(count)
    writer.raw(lastId)
    writer.list(changes, (change) => {
      writer.varUint(change.seq)
      heads.write(writer, change.heads)
    })
    dependencies.write(writer, named)
    writer.varInt(seconds)
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
    let before = 0
    const changes = reader.list(count, (): HeadsFrom => {
      const seq = reader.varUint(MAX_SEQ)
      if (seq <= before) return reader.fail('heads not sorted')
      before = seq
      return { seq, heads: heads.read(reader) }
    })
    const named = dependencies.read(reader)
    const seconds = reader.varInt()
    const packed = reader.sized(MAX_SNAPSHOT_PART_BYTES)
    if (paddedLength(bytes.length - reader.remaining()) !== bytes.length) return reader.fail('not a padded length')
    if (reader.rest().some((byte) => byte !== 0)) return reader.fail('pad is not zero')
    const payload = inflate(packed, MAX_SNAPSHOT_PART_BYTES) ?? reader.fail('does not inflate')
    return { count, lastId, heads: changes, dependencies: named, seconds, payload }
  })
