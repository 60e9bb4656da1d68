/** The sealed part of an entry: canonical, padded, and never larger in memory than its kind allows (E1, E4, E10). */
import { compareBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import type { Result } from '#lib/base/result'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { entryKind } from '#lib/protocol/entry-kind'
import { isWellFormedTail } from '#lib/protocol/entry-tail'
import { deflateIfShorter, inflate } from '#lib/protocol/inflate'
import {
  DEFLATE_ABOVE_BYTES,
  MAX_DEPENDENCIES,
  MAX_KIND,
  MAX_MEMBERSHIP_HEADS,
  MAX_PAYLOAD_BYTES,
  MAX_SEQ,
  MAX_SNAPSHOT_PART_BYTES,
  MAX_TAIL_VALUE_BYTES,
  MAX_TAIL_VALUES,
} from '#lib/protocol/limits'
import { pad, paddedLength } from '#lib/protocol/padding'

/** One point of the causal frontier: an entry of another chain of the same channel (E4). */
export interface Dependency {
  readonly chain: ChainTag
  readonly seq: number
  /** First 16 bytes of the entry's id. */
  readonly idPrefix: Uint8Array
}

/** A typed value at the end of a body. Unknown even types may be ignored; unknown odd types make the entry opaque (E1). */
export interface TailValue {
  readonly type: number
  readonly value: Uint8Array
}

/** What the seal hides. */
export interface EntryBody {
  readonly kind: number
  /** 1–8 sorted heads of the membership log; written when they change (E4). */
  readonly membershipHeads?: readonly EntryId[]
  /** Up to 64, sorted by chain. */
  readonly dependencies: readonly Dependency[]
  /** Seconds since the workspace's genesis; shown, never decides (E6). */
  readonly seconds: number
  readonly payload: Uint8Array
  /** Sorted by type, each at most once. */
  readonly tail: readonly TailValue[]
}

const HAS_HEADS = 1
const IS_DEFLATED = 2

/** The padded bytes to seal. Sorts the lists; throws where a limit is passed or a list names something twice. */
export function encodeBody(body: EntryBody): Uint8Array {
  const heads = body.membershipHeads?.toSorted(compareBytes)
  const dependencies = body.dependencies.toSorted((a, b) => compareBytes(a.chain, b.chain))
  const tail = body.tail.toSorted((a, b) => a.type - b.type)
  const problem = problemOf({ ...body, ...(heads && { membershipHeads: heads }), dependencies, tail })
  if (problem) throw new RangeError(problem)

  const packed = body.payload.length > DEFLATE_ABOVE_BYTES ? deflateIfShorter(body.payload) : body.payload
  return pad(
    writeAll((writer) => {
      writer.varUint(body.kind)
      writer.byte((heads ? HAS_HEADS : 0) | (packed === body.payload ? 0 : IS_DEFLATED))
      if (heads) writer.list(heads, writer.raw)
      writer.list(dependencies, ({ chain, seq, idPrefix }) => {
        writer.raw(chain)
        writer.varUint(seq)
        writer.raw(idPrefix)
      })
      writer.varInt(body.seconds)
      writer.sized(packed)
      writer.list(tail, ({ type, value }) => {
        writer.varUint(type)
        writer.sized(value)
      })
    }),
  )
}

/** What opened bytes say; safe on hostile ones, since a member may be hostile too. */
export const decodeBody = (bytes: Uint8Array): Result<EntryBody, Malformed> =>
  readAll(bytes, (reader) => {
    const kind = reader.varUint(MAX_KIND)
    const flags = reader.byte()
    if (flags > (HAS_HEADS | IS_DEFLATED)) return reader.fail('unknown flags')
    const heads = flags & HAS_HEADS ? reader.list(MAX_MEMBERSHIP_HEADS, () => reader.take(32) as EntryId) : undefined
    const dependencies = reader.list(MAX_DEPENDENCIES, () => readDependency(reader))
    const seconds = reader.varInt()
    const packed = reader.sized(maxPayloadBytes(kind))
    const tail = reader.list(MAX_TAIL_VALUES, () => readTailValue(reader))

    const used = bytes.length - reader.remaining()
    if (paddedLength(used) !== bytes.length) return reader.fail('not a padded length')
    if (reader.rest().some((byte) => byte !== 0)) return reader.fail('pad is not zero')

    const payload = flags & IS_DEFLATED ? unpack(packed, kind, reader) : packed
    const body = { kind, ...(heads && { membershipHeads: heads }), dependencies, seconds, payload, tail }
    const problem = problemOf(body)
    return problem ? reader.fail(problem) : body
  })

/** The most that a payload of a kind may hold. */
const maxPayloadBytes = (kind: number): number =>
  kind === entryKind.snapshot ? MAX_SNAPSHOT_PART_BYTES : MAX_PAYLOAD_BYTES

function readDependency(reader: ByteReader): Dependency {
  return { chain: reader.take(16) as ChainTag, seq: reader.varUint(MAX_SEQ), idPrefix: reader.take(16) }
}

function readTailValue(reader: ByteReader): TailValue {
  return { type: reader.varUint(MAX_KIND), value: reader.sized(MAX_TAIL_VALUE_BYTES) }
}

function unpack(packed: Uint8Array, kind: number, reader: ByteReader): Uint8Array {
  const payload = inflate(packed, maxPayloadBytes(kind)) ?? reader.fail('does not inflate')
  const hadReason = payload.length > DEFLATE_ABOVE_BYTES && packed.length < payload.length
  return hadReason ? payload : reader.fail('deflated without reason')
}

/** The limits and orders that encoder and decoder hold alike. */
function problemOf({ kind, membershipHeads, dependencies, payload, tail }: EntryBody): string | undefined {
  if (!(Number.isInteger(kind) && kind >= 0 && kind <= MAX_KIND)) return 'kind out of range'
  if (membershipHeads) {
    if (membershipHeads.length < 1 || membershipHeads.length > MAX_MEMBERSHIP_HEADS) return 'number of heads'
    if (!rises(membershipHeads, compareBytes)) return 'heads not sorted'
  }
  if (dependencies.length > MAX_DEPENDENCIES) return 'number of dependencies'
  if (dependencies.some(({ seq }) => seq < 1 || seq > MAX_SEQ)) return 'dependency out of range'
  if (!rises(dependencies, (a, b) => compareBytes(a.chain, b.chain))) return 'dependencies not sorted'
  if (payload.length > maxPayloadBytes(kind)) return 'payload too long'
  if (tail.length > MAX_TAIL_VALUES) return 'number of tail values'
  if (!rises(tail, (a, b) => a.type - b.type)) return 'tail not sorted'
  if (tail.some(({ value }) => value.length > MAX_TAIL_VALUE_BYTES)) return 'tail value too long'
  return tail.every(isWellFormedTail) ? undefined : 'tail value malformed'
}

/** Whether each item stands strictly after the one before it. */
function rises<T>(items: readonly T[], compare: (a: T, b: T) => number): boolean {
  return items.every((item, i) => {
    const before = items[i - 1]
    return before === undefined || compare(before, item) < 0
  })
}
