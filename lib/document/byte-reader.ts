import { textFromUtf8 } from '#lib/base/bytes'

/** Thrown by a reader on damaged bytes and caught by the decoder that made it; never leaves this folder. */
export const DAMAGED = Symbol('damaged')

/** Walks hostile bytes; every method throws {@link DAMAGED} instead of reading past the end. */
export interface ByteReader {
  readonly position: number
  readonly atEnd: boolean
  byte(): number
  /** A minimal LEB128 integer of at most 2^53 − 1. */
  uint(): number
  /** The next `size` bytes, a view of the input. */
  bytes(size: number): Uint8Array
  /** A length and that many bytes of valid UTF-8. */
  text(): string
}

export function createByteReader(input: Uint8Array): ByteReader {
  let position = 0
  const byte = (): number => {
    const value = input[position]
    if (value === undefined) throw DAMAGED
    position++
    return value
  }
  const uint = (): number => {
    let value = 0
    let unit = 1
    for (;;) {
      const next = byte()
      value += (next & 127) * unit
      if (unit > 2 ** 49 || value > Number.MAX_SAFE_INTEGER) throw DAMAGED
      if (next < 128) {
        if (next === 0 && unit > 1) throw DAMAGED
        return value
      }
      unit *= 128
    }
  }
  const bytes = (size: number): Uint8Array => {
    if (size > input.length - position) throw DAMAGED
    position += size
    return input.subarray(position - size, position)
  }
  const text = (): string => {
    const found = textFromUtf8(bytes(uint()))
    if (found === undefined) throw DAMAGED
    return found
  }
  return {
    get position() {
      return position
    },
    get atEnd() {
      return position === input.length
    },
    byte,
    uint,
    bytes,
    text,
  }
}

/** What `read` makes of the whole of `input`, or `undefined` when the bytes are damaged or some are left over. */
export function readWhole<T>(input: Uint8Array, read: (reader: ByteReader) => T): T | undefined {
  try {
    const reader = createByteReader(input)
    const value = read(reader)
    return reader.atEnd ? value : undefined
  } catch (error) {
    if (error === DAMAGED) return undefined
    throw error
  }
}
