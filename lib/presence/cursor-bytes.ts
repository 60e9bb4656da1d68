/**
 * A caret or selection as bytes: two Yjs relative positions, each naming a place by the item beside it, so that it holds
 * while others write. About 30 bytes; what comes back is plain data in the form that Yjs reads from JSON.
 */

import type { Result } from '#lib/base/result'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'

/** A place between items, as `Y.createRelativePositionFromJSON` takes it. */
export interface RelativePlace {
  readonly type?: ItemId | null
  readonly tname?: string | null
  readonly item?: ItemId | null
  /** Which side of the item it keeps to; 0 or more is right. */
  readonly assoc?: number
}

export interface ItemId {
  readonly client: number
  readonly clock: number
}

/** A selection; `anchor` and `head` are the same place for a caret. */
export interface Cursor {
  readonly anchor: RelativePlace
  readonly head: RelativePlace
}

const MAX_NAME_BYTES = 128
const has = { type: 1, tname: 2, item: 4, left: 8 } as const

/** Throws for numbers that are none; a cursor of this device's own editor has none such. */
export const encodeCursor = ({ anchor, head }: Cursor): Uint8Array =>
  writeAll((writer) => {
    for (const place of [anchor, head]) writePlace(writer, place)
  })

/** From hostile bytes. */
export const decodeCursor = (bytes: Uint8Array): Result<Cursor, Malformed> =>
  readAll(bytes, (reader) => ({ anchor: readPlace(reader), head: readPlace(reader) }))

function writePlace(writer: ByteWriter, { type, tname, item, assoc = 0 }: RelativePlace): void {
  const named = typeof tname === 'string'
  writer.byte((type ? has.type : 0) | (named ? has.tname : 0) | (item ? has.item : 0) | (assoc < 0 ? has.left : 0))
  if (type) writeItem(writer, type)
  if (named) writer.text(tname)
  if (item) writeItem(writer, item)
}

function readPlace(reader: ByteReader): RelativePlace {
  const flags = reader.byte()
  if (flags > (has.type | has.tname | has.item | has.left)) reader.fail('unknown flags')
  const type = flags & has.type ? readItem(reader) : undefined
  const tname = flags & has.tname ? reader.text(MAX_NAME_BYTES) : undefined
  const item = flags & has.item ? readItem(reader) : undefined
  const assoc = flags & has.left ? -1 : 0
  return { ...(type && { type }), ...(tname !== undefined && { tname }), ...(item && { item }), assoc }
}

function writeItem(writer: ByteWriter, { client, clock }: ItemId): void {
  writer.varUint(client)
  writer.varUint(clock)
}

const readItem = (reader: ByteReader): ItemId => ({ client: reader.varUint(), clock: reader.varUint() })
