/**
 * Runs: consecutive entries of one chain with everything left out that the reader can compute (docs/protocol.md §3).
 * Only the last carries its signature, which covers all by `prev` (E9). Where a new epoch or version begins inside a
 * run, a further part names its lane.
 *
 *   flags ‖ lane: name (51) or number ‖ seq ‖ prev (32), unless held or seq 1 ‖ boxes ‖ further parts ‖ signature (64)
 *   boxes = count ‖ (salt ‖ box)…      further part = 0 ‖ name, or number + 1; ‖ boxes
 */
import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId, Signature } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'
import { createLaneTable, type LaneTable } from '#lib/protocol/lane-table'
import { MAX_RUN_ENTRIES, MAX_SEQ } from '#lib/protocol/limits'
import { encodeHeader, LANE_NAME_BYTES, NO_ENTRY, readLaneName, readSeq } from '#lib/protocol/outer-header'
import { entryId, readBox, SALT_BYTES, type SealedEntry, SIGNATURE_BYTES, skipBox } from '#lib/protocol/sealed-entry'

/** Flags of a run: it begins with its lane's name; `prev` of its first entry follows. */
export const NAMED = 1
export const WITH_PREVIOUS = 2
const SEVERAL_PARTS = 4

/** How a sender shortens a run for one link. */
export interface RunEncoding {
  readonly lanes: LaneTable
  /** The receiver said that it holds exactly the entry that `prev` of the first one names. */
  readonly receiverHoldsPrevious: boolean
}

/** What a receiver fills a run in from. */
export interface RunContext {
  readonly lanes: LaneTable
  /** The id this device holds at a place, for a run whose `prev` was left out. */
  idAt(chain: ChainTag, seq: number): EntryId | undefined
}

/** `unknown-lane` and `missing-previous` say that this link lacks the context, not that anybody forged anything. */
export type RunError =
  | Malformed
  | { readonly type: 'unknown-lane'; readonly number: number }
  | { readonly type: 'missing-previous'; readonly chain: ChainTag; readonly seq: number }

/** What entries of one chain and epoch share: the first 51 bytes of their headers. */
export const laneName = (entry: SealedEntry): Uint8Array => entry.headerBytes.slice(0, LANE_NAME_BYTES)

/** Throws unless the entries follow each other in one chain, 1 to `MAX_RUN_ENTRIES`, the last signed. */
export function encodeRun(entries: readonly SealedEntry[], { lanes, receiverHoldsPrevious }: RunEncoding): Uint8Array {
  const signature = entries.at(-1)?.signature
  const [first, ...further] = entries.length > MAX_RUN_ENTRIES ? [] : partsOf(entries)
  if (!first || !signature) throw new Error('Not a signed run')

  const { seq, prev } = first.entries[0].header
  const number = lanes.numberOf(first.name)
  const withPrevious = !receiverHoldsPrevious && seq > 1
  return writeAll((writer) => {
    const several = further.length > 0 ? SEVERAL_PARTS : 0
    writer.byte((number === undefined ? NAMED : 0) | (withPrevious ? WITH_PREVIOUS : 0) | several)
    if (number === undefined) writeName(writer, first.name, lanes)
    else writer.varUint(number)
    writer.varUint(seq)
    if (withPrevious) writer.raw(prev)
    writeBoxes(writer, first.entries)
    if (several) writer.list(further, (part) => writeFurtherPart(writer, part, lanes))
    writer.raw(signature)
  })
}

/**
 * Entries linked by construction, with computed ids, from hostile bytes; the signature is not checked. Linear. Takes
 * note of the lanes that a run names even where the run itself cannot be put together.
 */
export function decodeRun(bytes: Uint8Array, context: RunContext): Result<readonly SealedEntry[], RunError> {
  const read = readAll(bytes, (reader) => {
    const flags = reader.byte()
    if (flags > (NAMED | WITH_PREVIOUS | SEVERAL_PARTS)) return reader.fail('unknown flags')
    const lane = flags & NAMED ? readName(reader, context.lanes) : lookUp(reader.varUint(), context.lanes)
    const seq = readSeq(reader)
    if (seq === 1 && flags & WITH_PREVIOUS) return reader.fail('a first entry has no prev')
    const prev = flags & WITH_PREVIOUS ? (reader.take(32) as EntryId) : undefined
    const parts = [{ lane, boxes: readBoxes(reader) }]
    if (flags & SEVERAL_PARTS) parts.push(...readFurtherParts(reader, context.lanes))
    return { seq, prev, parts, signature: reader.take(SIGNATURE_BYTES) as Signature }
  })
  return read.ok ? putTogether(read.value, context) : read
}

/** A run with nothing left out, that anybody can read at any time: what relays store as a blob. */
export const encodeStandaloneRun = (entries: readonly SealedEntry[]): Uint8Array =>
  encodeRun(entries, { lanes: createLaneTable(), receiverHoldsPrevious: false })

/** What `encodeStandaloneRun` wrote, from hostile bytes; a run that leaves anything out is malformed here. */
export function decodeStandaloneRun(bytes: Uint8Array): Result<readonly SealedEntry[], Malformed> {
  const run = decodeRun(bytes, { lanes: createLaneTable(), idAt: () => undefined })
  if (run.ok) return run
  return err(run.error.type === 'malformed' ? run.error : malformed(run.error.type))
}

/**
 * Lane, channel and chain of what `decodeStandaloneRun` would read, with the same verdict, without putting its entries together:
 * for whoever carries it.
 */
export function judgeStandaloneRun(bytes: Uint8Array): Result<ChainPlace, Malformed> {
  const flags = bytes[0] ?? 0
  if (flags & SEVERAL_PARTS) {
    const run = decodeStandaloneRun(bytes)
    return run.ok ? ok((run.value[0] as SealedEntry).header) : run
  }
  return readAll(bytes, (reader) => {
    if ((reader.byte() & ~WITH_PREVIOUS) !== NAMED) return reader.fail('a run that leaves something out')
    const place = readLaneName(reader)
    const seq = readSeq(reader)
    if (seq > 1 !== (flags & WITH_PREVIOUS) > 0) return reader.fail('prev does not fit seq')
    if (seq > 1 && sameBytes(reader.take(32), NO_ENTRY)) return reader.fail('prev does not fit seq')
    const count = reader.varUint(MAX_RUN_ENTRIES)
    if (count === 0 || seq + count - 1 > MAX_SEQ) return reader.fail('an empty run or too many entries')
    for (let left = count; left > 0; left--) {
      reader.skip(SALT_BYTES)
      skipBox(reader)
    }
    reader.skip(SIGNATURE_BYTES)
    return place
  })
}

interface Part {
  readonly name: Uint8Array
  readonly entries: [SealedEntry, ...SealedEntry[]]
}

/** The run cut where the lane's name changes; throws where entries do not follow each other in one chain. */
function partsOf(entries: readonly SealedEntry[]): Part[] {
  const parts: Part[] = []
  let before: SealedEntry | undefined
  for (const entry of entries) {
    if (before && !follows(entry, before)) throw new Error('Not consecutive entries of a chain')
    before = entry
    const name = laneName(entry)
    const part = parts.at(-1)
    if (part && sameBytes(part.name, name)) part.entries.push(entry)
    else parts.push({ name, entries: [entry] })
  }
  return parts
}

const follows = ({ header }: SealedEntry, before: SealedEntry): boolean =>
  header.seq === before.header.seq + 1 && sameBytes(header.prev, before.id) && isSameChain(header, before.header)

type ChainPlace = Pick<SealedEntry['header'], 'lane' | 'channel' | 'chain'>

const isSameChain = (a: ChainPlace, b: ChainPlace): boolean =>
  a.lane === b.lane && sameBytes(a.channel, b.channel) && sameBytes(a.chain, b.chain)

function writeName(writer: ByteWriter, name: Uint8Array, lanes: LaneTable): void {
  lanes.add(name)
  writer.raw(name)
}

function writeFurtherPart(writer: ByteWriter, { name, entries }: Part, lanes: LaneTable): void {
  const number = lanes.numberOf(name)
  writer.varUint(number === undefined ? 0 : number + 1)
  if (number === undefined) writeName(writer, name, lanes)
  writeBoxes(writer, entries)
}

const writeBoxes = (writer: ByteWriter, entries: readonly SealedEntry[]): void =>
  writer.list(entries, ({ salt, box }) => {
    writer.raw(salt)
    writer.sized(box)
  })

/** A lane's name, or the number for which this link knows none. */
type LaneFound = { readonly name: Uint8Array } | { readonly unknown: number }

interface Boxed {
  readonly salt: Uint8Array
  readonly box: Uint8Array
}

interface ReadPart {
  readonly lane: LaneFound
  readonly boxes: readonly Boxed[]
}

interface ReadRun {
  readonly seq: number
  /** Absent when it was left out. */
  readonly prev: EntryId | undefined
  readonly parts: readonly ReadPart[]
  readonly signature: Signature
}

function readName(reader: ByteReader, lanes: LaneTable): LaneFound {
  const name = reader.take(LANE_NAME_BYTES)
  if (lanes.numberOf(name) !== undefined) return reader.fail('a lane named twice')
  lanes.add(name)
  return { name }
}

function lookUp(number: number, lanes: LaneTable): LaneFound {
  const name = lanes.nameOf(number)
  return name ? { name } : { unknown: number }
}

function readBoxes(reader: ByteReader): readonly Boxed[] {
  const boxes = reader.list(MAX_RUN_ENTRIES, () => ({ salt: reader.take(SALT_BYTES), box: readBox(reader) }))
  return boxes.length > 0 ? boxes : reader.fail('empty run')
}

function readFurtherParts(reader: ByteReader, lanes: LaneTable): readonly ReadPart[] {
  const parts = reader.list(MAX_RUN_ENTRIES, () => {
    const number = reader.varUint()
    const lane = number === 0 ? readName(reader, lanes) : lookUp(number - 1, lanes)
    return { lane, boxes: readBoxes(reader) }
  })
  return parts.length > 0 ? parts : reader.fail('no further part')
}

/** Computes headers and ids one after the other, from the first `prev` on. */
function putTogether({ seq, prev, parts, signature }: ReadRun, context: RunContext): Result<SealedEntry[], RunError> {
  const entries: SealedEntry[] = []
  for (const { lane, boxes } of parts) {
    if ('unknown' in lane) return err({ type: 'unknown-lane', number: lane.unknown })
    const name = readAll(lane.name, readLaneName)
    if (!name.ok) return name
    const last = entries.at(-1)
    if (last && !isSameChain(name.value, last.header)) return err(malformed('parts of several chains'))
    if (last && sameBytes(lane.name, laneName(last))) return err(malformed('a part without reason'))

    for (const { salt, box } of boxes) {
      const place = seq + entries.length
      if (place > MAX_SEQ || entries.length === MAX_RUN_ENTRIES) return err(malformed('too many entries'))
      const before = entries.at(-1)?.id ?? prev ?? (seq === 1 ? NO_ENTRY : context.idAt(name.value.chain, seq - 1))
      if (!before) return err({ type: 'missing-previous', chain: name.value.chain, seq: seq - 1 })
      if (place > 1 && sameBytes(before, NO_ENTRY)) return err(malformed('prev does not fit seq'))
      const header = { ...name.value, seq: place, prev: before }
      const headerBytes = encodeHeader(header)
      entries.push({ header, headerBytes, salt, box, id: entryId(headerBytes, salt, box) })
    }
  }
  const last = entries.pop()
  return last ? ok([...entries, { ...last, signature }]) : err(malformed('empty run'))
}

const malformed = (reason: string): Malformed => ({ type: 'malformed', reason })
