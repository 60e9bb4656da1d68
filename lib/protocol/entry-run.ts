/**
 * Runs: consecutive entries of one chain and epoch with everything left out that the reader can compute (docs/protocol.md
 * §3). Only the last carries its signature, which covers all by `prev` (E9).
 *
 *   flags ‖ lane name (51) or number ‖ seq ‖ prev (32), unless held or seq 1 ‖ count ‖ (salt ‖ box)… ‖ signature
 */
import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId, Signature } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { createLaneTable, type LaneTable } from '#lib/protocol/lane-table'
import { MAX_RUN_ENTRIES, MAX_SEQ } from '#lib/protocol/limits'
import {
  encodeHeader,
  LANE_NAME_BYTES,
  NO_ENTRY,
  type OuterHeader,
  readLaneName,
  readSeq,
} from '#lib/protocol/outer-header'
import { entryId, readBox, SALT_BYTES, type SealedEntry, SIGNATURE_BYTES } from '#lib/protocol/sealed-entry'

const NAMED = 1
const WITH_PREVIOUS = 2

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

/** Throws unless the entries follow each other in one lane, 1 to `MAX_RUN_ENTRIES`, the last signed. */
export function encodeRun(entries: readonly SealedEntry[], { lanes, receiverHoldsPrevious }: RunEncoding): Uint8Array {
  const [first] = entries
  const signature = entries.at(-1)?.signature
  if (!first || !signature || entries.length > MAX_RUN_ENTRIES) throw new Error('Not a signed run')
  if (!entries.every((entry, i) => follows(entry, entries[i - 1]))) throw new Error('Not consecutive entries of a lane')

  const name = laneName(first)
  const number = lanes.numberOf(name)
  const withPrevious = !receiverHoldsPrevious && first.header.seq > 1
  return writeAll((writer) => {
    writer.byte((number === undefined ? NAMED : 0) | (withPrevious ? WITH_PREVIOUS : 0))
    if (number === undefined) {
      lanes.add(name)
      writer.raw(name)
    } else writer.varUint(number)
    writer.varUint(first.header.seq)
    if (withPrevious) writer.raw(first.header.prev)
    writer.list(entries, ({ salt, box }) => {
      writer.raw(salt)
      writer.sized(box)
    })
    writer.raw(signature)
  })
}

/** Entries linked by construction, with computed ids, from hostile bytes; the signature is not checked. Linear. */
export function decodeRun(bytes: Uint8Array, context: RunContext): Result<readonly SealedEntry[], RunError> {
  const read = readAll(bytes, (reader): Result<readonly SealedEntry[], RunError> => {
    const flags = reader.byte()
    if (flags > (NAMED | WITH_PREVIOUS)) return reader.fail('unknown flags')
    const number = flags & NAMED ? undefined : reader.varUint()
    const name = number === undefined ? addName(reader, context.lanes) : context.lanes.nameOf(number)
    if (!name) {
      reader.rest()
      return err({ type: 'unknown-lane', number: number ?? 0 })
    }
    const lane = readAll(name, readLaneName)
    if (!lane.ok) return reader.fail(lane.error.reason)

    const seq = readSeq(reader)
    if (seq === 1 && flags & WITH_PREVIOUS) return reader.fail('a first entry has no prev')
    const { chain } = lane.value
    const held = (): EntryId | undefined => (seq === 1 ? NO_ENTRY : context.idAt(chain, seq - 1))
    const prev = flags & WITH_PREVIOUS ? (reader.take(32) as EntryId) : held()
    if (!prev) {
      reader.rest()
      return err({ type: 'missing-previous', chain, seq: seq - 1 })
    }
    if (seq > 1 && sameBytes(prev, NO_ENTRY)) return reader.fail('prev does not fit seq')
    return ok(readEntries(reader, { ...lane.value, seq, prev }))
  })
  return read.ok ? read.value : read
}

/** A run with nothing left out, that anybody can read at any time: what relays store as a blob. */
export const encodeStandaloneRun = (entries: readonly SealedEntry[]): Uint8Array =>
  encodeRun(entries, { lanes: createLaneTable(), receiverHoldsPrevious: false })

/** What `encodeStandaloneRun` wrote, from hostile bytes; a run that leaves anything out is malformed here. */
export function decodeStandaloneRun(bytes: Uint8Array): Result<readonly SealedEntry[], Malformed> {
  const run = decodeRun(bytes, { lanes: createLaneTable(), idAt: () => undefined })
  if (run.ok) return run
  return err(run.error.type === 'malformed' ? run.error : { type: 'malformed', reason: run.error.type })
}

/** What entries of one chain and epoch share: the first 51 bytes of their headers. */
export const laneName = (entry: SealedEntry): Uint8Array => entry.headerBytes.slice(0, LANE_NAME_BYTES)

function follows(entry: SealedEntry, before: SealedEntry | undefined): boolean {
  if (!before) return true
  return (
    entry.header.seq === before.header.seq + 1 &&
    sameBytes(entry.header.prev, before.id) &&
    sameBytes(laneName(entry), laneName(before))
  )
}

/** The sender numbered this name, so it counts even if the rest of the run cannot be read. */
function addName(reader: ByteReader, lanes: LaneTable): Uint8Array {
  const name = reader.take(LANE_NAME_BYTES)
  lanes.add(name)
  return name
}

function readEntries(reader: ByteReader, first: OuterHeader): readonly SealedEntry[] {
  const entries: SealedEntry[] = []
  let header = first
  for (let left = reader.varUint(MAX_RUN_ENTRIES); left > 0; left--) {
    if (header.seq > MAX_SEQ) return reader.fail('seq out of range')
    const headerBytes = encodeHeader(header)
    const salt = reader.take(SALT_BYTES)
    const box = readBox(reader)
    const id = entryId(headerBytes, salt, box)
    entries.push({ header, headerBytes, salt, box, id })
    header = { ...header, seq: header.seq + 1, prev: id }
  }
  const last = entries.pop() ?? reader.fail('empty run')
  entries.push({ ...last, signature: reader.take(SIGNATURE_BYTES) as Signature })
  return entries
}
