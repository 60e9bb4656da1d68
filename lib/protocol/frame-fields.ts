/** Fields that several frames share. */

import { compareBytes } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { ByteReader } from '#lib/protocol/byte-reader'
import type { ByteWriter } from '#lib/protocol/byte-writer'
import { readSeq } from '#lib/protocol/outer-header'

/** Chains or channels in one frame; a longer list goes in several frames. */
export const MAX_LISTED = 1024

/** First 8 bytes of an entry's id: enough to tell two branches apart on a link. */
export const ID_PREFIX_BYTES = 8

/** The newest place of one chain. */
export interface HeadClaim {
  readonly chain: ChainTag
  readonly seq: number
  /** First 8 bytes of the entry's id. */
  readonly idPrefix: Uint8Array
}

/** Everything of a chain from `from` up to the newest that the other side holds. */
export interface WantItem {
  readonly chain: ChainTag
  readonly from: number
}

/** The part of a sorted list that a frame speaks about: tags above `after` up to `until`, both optional, 16 bytes. */
export interface TagRange {
  readonly after?: Uint8Array
  readonly until?: Uint8Array
}

/** Whether a frame with this range speaks about `tag`. */
export const isInRange = (range: TagRange, tag: Uint8Array): boolean =>
  (!range.after || compareBytes(tag, range.after) > 0) && (!range.until || compareBytes(tag, range.until) <= 0)

/** A list in the order of its tags (E1); no tag may stand in it twice. */
export function writeSorted<Item>(
  writer: ByteWriter,
  items: readonly Item[],
  tagOf: (item: Item) => Uint8Array,
  writeItem: (item: Item) => void,
): void {
  writer.list(
    items.toSorted((a, b) => compareBytes(tagOf(a), tagOf(b))),
    writeItem,
  )
}

/** A list that is sorted by its tags, each once, at most `MAX_LISTED` items. */
export function readSorted<Item>(
  reader: ByteReader,
  tagOf: (item: Item) => Uint8Array,
  readItem: () => Item,
): readonly Item[] {
  let last: Uint8Array | undefined
  return reader.list(MAX_LISTED, () => {
    const item = readItem()
    if (last && compareBytes(last, tagOf(item)) >= 0) reader.fail('list out of order')
    last = tagOf(item)
    return item
  })
}

export function writeRange(writer: ByteWriter, range: TagRange): void {
  writer.byte((range.after ? 1 : 0) | (range.until ? 2 : 0))
  if (range.after) writer.raw(range.after)
  if (range.until) writer.raw(range.until)
}

export function readRange(reader: ByteReader): TagRange {
  const flags = readByte(reader, 3)
  const after = flags & 1 ? reader.take(16) : undefined
  const until = flags & 2 ? reader.take(16) : undefined
  return { ...(after && { after }), ...(until && { until }) }
}

/** One byte up to `max`. */
export function readByte(reader: ByteReader, max: number): number {
  const value = reader.byte()
  return value > max ? reader.fail('unknown value') : value
}

export const writeHeads = (writer: ByteWriter, heads: readonly HeadClaim[]): void =>
  writeSorted(writer, heads, chainOf, ({ chain, seq, idPrefix }) => {
    writer.raw(chain)
    writer.varUint(seq)
    writer.raw(idPrefix)
  })

export const readHeads = (reader: ByteReader): readonly HeadClaim[] =>
  readSorted(reader, chainOf, () => ({
    chain: reader.take(16) as ChainTag,
    seq: readSeq(reader),
    idPrefix: reader.take(ID_PREFIX_BYTES),
  }))

export const writeWants = (writer: ByteWriter, wants: readonly WantItem[]): void =>
  writeSorted(writer, wants, chainOf, ({ chain, from }) => {
    writer.raw(chain)
    writer.varUint(from)
  })

export const readWants = (reader: ByteReader): readonly WantItem[] =>
  readSorted(reader, chainOf, () => ({ chain: reader.take(16) as ChainTag, from: readSeq(reader) }))

const chainOf = (item: { readonly chain: ChainTag }): Uint8Array => item.chain
