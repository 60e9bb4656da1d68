import * as encoding from 'lib0/encoding'
import { utf8 } from '#lib/base/bytes'

/** The counterpart of `ByteReader`; callers keep numbers within the limits that decoders enforce. */
export interface ByteWriter {
  byte(value: number): void
  raw(bytes: Uint8Array): void
  /** A safe integer from 0 on; lib0's encoding, minimal. */
  varUint(value: number): void
  /** A safe integer of either sign. */
  varInt(value: number): void
  /** Bytes after their length. */
  sized(bytes: Uint8Array): void
  /** UTF-8 text after its length in bytes. */
  text(text: string): void
  /** Items after their number. */
  list<T>(items: readonly T[], writeItem: (item: T) => void): void
}

/** All that `write` wrote. Throws for numbers that are no safe integers: a bug of the caller. */
export function writeAll(write: (writer: ByteWriter) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  const varUint = (value: number): void => {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('Not an unsigned safe integer')
    encoding.writeVarUint(encoder, value)
  }
  const sized = (bytes: Uint8Array): void => encoding.writeVarUint8Array(encoder, bytes)
  write({
    byte: (value) => encoding.writeUint8(encoder, value),
    raw: (bytes) => encoding.writeUint8Array(encoder, bytes),
    varUint,
    varInt(value) {
      if (!Number.isSafeInteger(value)) throw new RangeError('Not a safe integer')
      encoding.writeVarInt(encoder, value === 0 ? 0 : value)
    },
    sized,
    text: (text) => sized(utf8(text)),
    list(items, writeItem) {
      varUint(items.length)
      for (const item of items) writeItem(item)
    },
  })
  return encoding.toUint8Array(encoder)
}
