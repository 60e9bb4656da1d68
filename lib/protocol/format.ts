/**
 * Formats: the bytes of a value described once, so that writing and reading cannot disagree. Built from the few shapes
 * below; a reader of hostile bytes checks every length first and refuses whatever the writer would not have written.
 */
import { compareBytes } from '#lib/base/bytes'
import type { Result } from '#lib/base/result'
import { type ByteReader, type Malformed, readAll } from '#lib/protocol/byte-reader'
import { type ByteWriter, writeAll } from '#lib/protocol/byte-writer'

/** How values of one type stand in bytes. */
export interface Format<T> {
  write(writer: ByteWriter, value: T): void
  /** Stops the reading as malformed where the bytes do not hold such a value. */
  read(reader: ByteReader): T
}

/** The canonical bytes of `value`. Throws where it breaks the format's own limits: a bug of the caller. */
export function encodeWith<T>(format: Format<T>, value: T): Uint8Array {
  const bytes = writeAll((writer) => format.write(writer, value))
  const back = decodeWith(format, bytes)
  if (!back.ok) throw new RangeError(`Not encodable: ${back.error.reason}`)
  return bytes
}

/** The value that all of `bytes` hold; safe on hostile input. */
export const decodeWith = <T>(format: Format<T>, bytes: Uint8Array): Result<T, Malformed> =>
  readAll(bytes, (reader) => format.read(reader))

/** Exactly `size` bytes. */
export const bytesOf = <T extends Uint8Array>(size: number): Format<T> => ({
  write(writer, value) {
    if (value.length !== size) throw new RangeError(`Expected ${size} bytes, got ${value.length}`)
    writer.raw(value)
  },
  read: (reader) => reader.take(size) as T,
})

/** From `min` to `max` bytes after their length. */
export const sizedBytes = <T extends Uint8Array>(max: number, min = 0): Format<T> => ({
  write: (writer, value) => writer.sized(value),
  read(reader) {
    const value = reader.sized(max)
    return value.length < min ? reader.fail('too short') : (value as T)
  },
})

/** An integer from 0 to `max`. */
export const unsigned = (max: number): Format<number> => ({
  write: (writer, value) => writer.varUint(value),
  read: (reader) => reader.varUint(max),
})

/** Text of at most `maxBytes` in UTF-8 for which `isAllowed` holds. */
export const textWhere = (maxBytes: number, isAllowed: (text: string) => boolean): Format<string> => ({
  write: (writer, value) => writer.text(value),
  read(reader) {
    const value = reader.text(maxBytes)
    return isAllowed(value) ? value : reader.fail('text not allowed')
  },
})

export const yesOrNo: Format<boolean> = {
  write: (writer, value) => writer.byte(value ? 1 : 0),
  read(reader) {
    const value = reader.byte()
    return value > 1 ? reader.fail('neither yes nor no') : value === 1
  },
}

/** One of a fixed list, as its index: the order of `values` is part of the format. */
export const oneOf = <T extends string>(values: readonly T[]): Format<T> => ({
  write: (writer, value) => writer.byte(values.indexOf(value)),
  read: (reader) => values[reader.byte()] ?? reader.fail('unknown choice'),
})

export const optional = <T>(format: Format<T>): Format<T | undefined> => ({
  write(writer, value) {
    yesOrNo.write(writer, value !== undefined)
    if (value !== undefined) format.write(writer, value)
  },
  read: (reader) => (yesOrNo.read(reader) ? format.read(reader) : undefined),
})

/** Fields one after the other, in the order in which `fields` names them. */
export function record<T extends object>(fields: { readonly [K in keyof T]-?: Format<T[K]> }): Format<T> {
  const keys = Object.keys(fields) as (keyof T)[]
  return {
    write(writer, value) {
      for (const key of keys) fields[key].write(writer, value[key])
    },
    read(reader) {
      const value: Partial<T> = {}
      for (const key of keys) value[key] = fields[key].read(reader)
      return value as T
    },
  }
}

/** At most `max` values whose keys rise strictly; written in that order, whatever the order of the list. */
export const sortedList = <T>(item: Format<T>, max: number, keyOf: (value: T) => Uint8Array): Format<readonly T[]> => ({
  write: (writer, values) =>
    writer.list(
      values.toSorted((a, b) => compareBytes(keyOf(a), keyOf(b))),
      (value) => item.write(writer, value),
    ),
  read(reader) {
    let last: Uint8Array | undefined
    return reader.list(max, () => {
      const value = item.read(reader)
      const key = keyOf(value)
      if (last && compareBytes(last, key) >= 0) return reader.fail('list not sorted')
      last = key
      return value
    })
  },
})

/** Up to `max` values in an order that means something. */
export const listOf = <T>(item: Format<T>, max: number): Format<readonly T[]> => ({
  write: (writer, values) => writer.list(values, (value) => item.write(writer, value)),
  read: (reader) => reader.list(max, () => item.read(reader)),
})

/** Number and format of each type of a union of frames. */
export type Codings<Frame extends { readonly type: string }> = {
  readonly [Type in Frame['type']]: {
    readonly number: number
    readonly format: Format<Omit<Extract<Frame, { type: Type }>, 'type'>>
  }
}
