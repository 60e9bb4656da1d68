/**
 * Fields that frames are made of. The readers throw on the first broken promise of length, order or count;
 * `decodeFrame` is their only caller and turns that into a typed error, so nothing else may call them.
 */

import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { compareBytes } from '#lib/base/bytes'
import type { ChainTag, ChannelTag } from '#lib/base/ids'

/** Chains or channels in one frame; a longer list goes in several frames. */
export const MAX_LISTED = 1024

/** First 8 bytes of an entry's id: enough to tell two branches apart on a link. */
export const ID_PREFIX_BYTES = 8

/** The part of a sorted list that a frame speaks about: tags above `after` up to `until`, both optional. */
export interface TagRange {
  readonly after?: Uint8Array
  readonly until?: Uint8Array
}

/** Ends the reading of a frame; never leaves `decodeFrame`. */
export function malformed(reason: string): never {
  throw new Error(reason)
}

/** Exactly `size` bytes, a view into the frame. */
export function take(decoder: decoding.Decoder, size: number): Uint8Array {
  if (size > decoder.arr.length - decoder.pos) malformed('short')
  return decoding.readUint8Array(decoder, size)
}

/** One byte up to `max`. */
export function takeByte(decoder: decoding.Decoder, max = 255): number {
  const value = take(decoder, 1)[0] ?? 0
  return value > max ? malformed('value') : value
}

/** A count up to `max`. */
export function takeCount(decoder: decoding.Decoder, max: number): number {
  const value = decoding.readVarUint(decoder)
  return value > max ? malformed('count') : value
}

/** Length-prefixed bytes of at most `max`. */
export const takeBytes = (decoder: decoding.Decoder, max: number): Uint8Array => take(decoder, takeCount(decoder, max))

/** All that is left. */
export const takeRest = (decoder: decoding.Decoder): Uint8Array => take(decoder, decoder.arr.length - decoder.pos)

export const takeChain = (decoder: decoding.Decoder): ChainTag => take(decoder, 16) as ChainTag
export const takeChannel = (decoder: decoding.Decoder): ChannelTag => take(decoder, 16) as ChannelTag

/** Fixed-size bytes; a wrong size is a bug of the caller. */
export function put(encoder: encoding.Encoder, bytes: Uint8Array, size: number): void {
  if (bytes.length !== size) throw new Error(`expected ${size} bytes, got ${bytes.length}`)
  encoding.writeUint8Array(encoder, bytes)
}

/** A list in the order of its tags, each once (E1). */
export function putSorted<Item>(
  encoder: encoding.Encoder,
  items: readonly Item[],
  tagOf: (item: Item) => Uint8Array,
  putItem: (item: Item) => void,
): void {
  encoding.writeVarUint(encoder, items.length)
  for (const item of items.toSorted((a, b) => compareBytes(tagOf(a), tagOf(b)))) putItem(item)
}

/** The list that {@link putSorted} wrote. */
export function takeSorted<Item>(
  decoder: decoding.Decoder,
  tagOf: (item: Item) => Uint8Array,
  takeItem: () => Item,
): readonly Item[] {
  const items: Item[] = []
  let last: Uint8Array | undefined
  for (let left = takeCount(decoder, MAX_LISTED); left > 0; left--) {
    const item = takeItem()
    if (last && compareBytes(last, tagOf(item)) >= 0) malformed('order')
    last = tagOf(item)
    items.push(item)
  }
  return items
}

export function putRange(encoder: encoding.Encoder, range: TagRange): void {
  encoding.writeUint8(encoder, (range.after ? 1 : 0) | (range.until ? 2 : 0))
  if (range.after) put(encoder, range.after, 16)
  if (range.until) put(encoder, range.until, 16)
}

export function takeRange(decoder: decoding.Decoder): TagRange {
  const flags = takeByte(decoder, 3)
  const after = flags & 1 ? take(decoder, 16) : undefined
  const until = flags & 2 ? take(decoder, 16) : undefined
  return { ...(after && { after }), ...(until && { until }) }
}

/** Whether a frame with this range speaks about `tag`. */
export const isInRange = (range: TagRange, tag: Uint8Array): boolean =>
  (!range.after || compareBytes(tag, range.after) > 0) && (!range.until || compareBytes(tag, range.until) <= 0)
