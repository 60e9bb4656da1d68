import { toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { type Place, placeIn } from '#lib/document/place'
import { TYPE_NAMES, type TypeName } from '#lib/document/roots'
import type { StructRange } from '#lib/document/struct-range'
import { type ByteReader, readAll } from '#lib/protocol/byte-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'
import { MAX_SEQ } from '#lib/protocol/limits'

/**
 * What a content index holds, as bytes: chains and places once each, in order of first use; equal ranges that follow one
 * another as one with a count, so that a keystroke costs next to nothing.
 */

/** What the index holds of one client. */
export interface ClientRecord {
  readonly client: number
  /** `undefined` while only void entries name the client. */
  readonly chain: ChainTag | undefined
  readonly limit: number
  readonly ranges: readonly IndexedRange[]
}

/** A range and the entry of the client's chain that wrote it; it begins where the one before it ends. */
export type IndexedRange = Omit<StructRange, 'client' | 'clock'> & { readonly seq: number }

const FORMAT = 1
const MAX_CLOCK = 2 ** 31
/** Bounds the memory that a few bytes can ask for. */
const MAX_RANGES = 4_000_000
const MAX_CLIENTS = 1_000_000
const MAX_KEY_BYTES = 1 << 25

/** One column of equal steps: `count` ranges of `length` structs, each by an entry `later` than the one before. */
interface Steps {
  count: number
  readonly length: number
  readonly later: number
  readonly place: number
  readonly type: number
}

const sameStep = (a: Steps, b: Steps): boolean =>
  a.length === b.length && a.later === b.later && a.place === b.place && a.type === b.type

/** A list that names each item once, by a key. */
function createNumbering<T>(): { readonly items: T[]; numberOf(key: string, item: T): number } {
  const items: T[] = []
  const numbers = new Map<string, number>()
  return {
    items,
    numberOf(key, item) {
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, items.length)
      return items.push(item) - 1
    },
  }
}

/** Numbers from 1 on; 0 stands for nothing. */
export function encodeRecords(records: readonly ClientRecord[]): Uint8Array {
  const chains = createNumbering<ChainTag>()
  const places = createNumbering<Place>()
  const clients = records.map(({ client, chain, limit, ranges }) => {
    const steps: Steps[] = []
    let [clock, seq] = [0, 0]
    for (const range of ranges) {
      const step = {
        count: 1,
        length: range.end - clock,
        later: range.seq - seq,
        place: range.place ? places.numberOf(range.place.id, range.place) + 1 : 0,
        type: range.type ? TYPE_NAMES.indexOf(range.type) + 1 : 0,
      }
      const last = steps.at(-1)
      if (last && sameStep(last, step)) last.count++
      else steps.push(step)
      clock = range.end
      seq = range.seq
    }
    const chainNumber = chain ? chains.numberOf(toHex(chain), chain) + 1 : 0
    return { client, chainNumber, limit: limit === Number.POSITIVE_INFINITY ? 0 : limit + 1, steps }
  })
  return writeAll((writer) => {
    writer.byte(FORMAT)
    writer.list(chains.items, (chain) => writer.raw(chain))
    writer.list(places.items, (place) => writePlace(writer, place))
    writer.list(clients, ({ client, chainNumber, limit, steps }) => {
      for (const number of [client, chainNumber, limit]) writer.varUint(number)
      writer.list(steps, ({ count, length, later, place, type }) => {
        for (const number of [count, length, later, place, type]) writer.varUint(number)
      })
    })
  })
}

/** The records of `encodeRecords`, or `undefined` for other bytes; safe on hostile input. */
export function decodeRecords(bytes: Uint8Array): ClientRecord[] | undefined {
  const read = readAll(bytes, (reader) => {
    if (reader.byte() !== FORMAT) reader.fail('unknown format')
    const chains = reader.list(MAX_CLIENTS, () => reader.take(16) as ChainTag)
    const places = reader.list(MAX_RANGES, () => readPlace(reader))
    const budget = { ranges: MAX_RANGES }
    let before = -1
    return reader.list(MAX_CLIENTS, (): ClientRecord => {
      const client = reader.varUint()
      if (client <= before) reader.fail('clients out of order')
      before = client
      const chain = pick(reader, chains, reader.varUint())
      const limit = reader.varUint(MAX_CLOCK + 1)
      const ranges = readRanges(reader, places, budget)
      if (!chain && ranges.length > 0) reader.fail('ranges of nobody')
      if (limit > 0 && limit - 1 < (ranges.at(-1)?.end ?? 0)) reader.fail('limit too low')
      return { client, chain, limit: limit === 0 ? Number.POSITIVE_INFINITY : limit - 1, ranges }
    })
  })
  return read.ok ? read.value : undefined
}

function readRanges(reader: ByteReader, places: readonly Place[], budget: { ranges: number }): IndexedRange[] {
  const ranges: IndexedRange[] = []
  let [end, seq] = [0, 0]
  for (let steps = reader.varUint(MAX_RANGES); steps > 0; steps--) {
    const count = reader.varUint(budget.ranges)
    const length = reader.varUint(MAX_CLOCK)
    const later = reader.varUint(MAX_SEQ)
    const place = pick(reader, places, reader.varUint())
    const type = pick(reader, TYPE_NAMES, reader.varUint())
    budget.ranges -= count
    if (count === 0 || length === 0 || (type && length > 1)) reader.fail('empty range')
    if (end + count * length > MAX_CLOCK || seq + count * later > MAX_SEQ) reader.fail('range too long')
    for (let i = 0; i < count; i++) {
      end += length
      seq += later
      if (seq === 0) reader.fail('no entry')
      ranges.push({ end, seq, place, type })
    }
  }
  return ranges
}

/** The item of a number from 1 on, or `undefined` for 0. */
function pick<T>(reader: ByteReader, items: readonly T[], number: number): T | undefined {
  return number === 0 ? undefined : (items[number - 1] ?? reader.fail('no such item'))
}

function writePlace(writer: ByteWriter, { holder, key }: Place): void {
  const type: TypeName | undefined = 'root' in holder ? undefined : holder.type
  writer.byte((type ? TYPE_NAMES.indexOf(type) + 1 : 0) * 2 + (key === undefined ? 0 : 1))
  if ('root' in holder) writer.text(holder.root)
  else for (const number of [holder.client, holder.clock]) writer.varUint(number)
  if (key !== undefined) writer.text(key)
}

function readPlace(reader: ByteReader): Place {
  const kind = reader.byte()
  const type = pick(reader, TYPE_NAMES, kind >> 1)
  const holder = type
    ? { client: reader.varUint(), clock: reader.varUint(MAX_CLOCK), type }
    : { root: reader.text(MAX_KEY_BYTES) }
  return placeIn(holder, kind % 2 === 1 ? reader.text(MAX_KEY_BYTES) : undefined)
}
