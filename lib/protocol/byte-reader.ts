/**
 * Reads hostile bytes. Every read checks what is left first; integers must be minimal (E1); what comes out is a copy
 * that owns its bytes. Variable-length integers are those of lib0.
 */
import { textFromUtf8 } from '#lib/base/bytes'
import { err, ok, type Result } from '#lib/base/result'

/** Bytes that break their format; `reason` is for logs and tests. */
export interface Malformed {
  readonly type: 'malformed'
  readonly reason: string
}

/** Every method stops the whole reading, as malformed, where the bytes do not allow it. */
export interface ByteReader {
  byte(): number
  /** Exactly `size` bytes. */
  take(size: number): Uint8Array
  /** Goes on past so many bytes. */
  skip(size: number): void
  /** An integer from 0 to `max`, 2^53 − 1 unless told. */
  varUint(max?: number): number
  /** A signed integer within ±(2^53 − 1). */
  varInt(): number
  /** Bytes after their length. */
  sized(maxBytes: number): Uint8Array
  /** UTF-8 text after its length in bytes. */
  text(maxBytes: number): string
  /** Items after their number. */
  list<T>(max: number, readItem: () => T): T[]
  remaining(): number
  /** Everything that is left. */
  rest(): Uint8Array
  fail(reason: string): never
}

/** Runs `read` over all of `bytes`; malformed if it stops or leaves bytes over. Never throws for what the bytes hold. */
export function readAll<T>(bytes: Uint8Array, read: (reader: ByteReader) => T): Result<T, Malformed> {
  const failure = { reason: '' }
  const fail = (reason: string): never => {
    failure.reason = reason
    throw failure
  }
  try {
    const reader = createReader(bytes, fail)
    const value = read(reader)
    if (reader.remaining() > 0) fail('trailing bytes')
    return ok(value)
  } catch (thrown) {
    if (thrown !== failure) throw thrown
    return err({ type: 'malformed', reason: failure.reason })
  }
}

function createReader(bytes: Uint8Array, fail: (reason: string) => never): ByteReader {
  let at = 0

  function byte(): number {
    const value = bytes[at]
    if (value === undefined) return fail('too short')
    at++
    return value
  }

  function skip(size: number): void {
    if (size > bytes.length - at) fail('too short')
    at += size
  }

  function take(size: number): Uint8Array {
    skip(size)
    return new Uint8Array(bytes.subarray(at - size, at))
  }

  /** Low bits first, seven to a byte, after `value` that a first byte already gave. */
  function continueInteger(value: number, unit: number): number {
    for (let place = unit; ; place *= 128) {
      const next = byte()
      const total = value + (next & 127) * place
      if (!Number.isSafeInteger(total)) return fail('integer too large')
      value = total
      if (next < 128) return next === 0 ? fail('integer not minimal') : value
    }
  }

  function varUint(max = Number.MAX_SAFE_INTEGER): number {
    const first = byte()
    const value = first < 128 ? first : continueInteger(first & 127, 128)
    return value > max ? fail('number too large') : value
  }

  function varInt(): number {
    const first = byte()
    const size = first < 128 ? first & 63 : continueInteger(first & 63, 64)
    if ((first & 64) === 0) return size
    return size === 0 ? fail('negative zero') : -size
  }

  const sized = (maxBytes: number): Uint8Array => take(varUint(maxBytes))

  return {
    byte,
    take,
    skip,
    varUint,
    varInt,
    sized,
    text: (maxBytes) => textFromUtf8(sized(maxBytes)) ?? fail('not UTF-8'),
    list(max, readItem) {
      const items = []
      for (let left = varUint(max); left > 0; left--) items.push(readItem())
      return items
    },
    remaining: () => bytes.length - at,
    rest: () => take(bytes.length - at),
    fail,
  }
}
