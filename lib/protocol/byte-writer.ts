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
  const writer = idle.pop() ?? createWriter()
  try {
    write(writer)
    return writer.written()
  } finally {
    writer.begin()
    idle.push(writer)
  }
}

/** How many bytes `varUint` writes. */
export function varUintSize(value: number): number {
  let size = 1
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++
  return size
}

/** Kept by a writer for the next time, which is soon: most of what is written is short, and written often. */
const KEPT_BYTES = 131_072
const BEGUN_BYTES = 512

interface KeptWriter extends ByteWriter {
  begin(): void
  /** A copy that owns its bytes. */
  written(): Uint8Array
}

/** As many as writers were ever at work within each other. */
const idle: KeptWriter[] = []

function createWriter(): KeptWriter {
  let bytes = new Uint8Array(BEGUN_BYTES)
  let at = 0

  function hold(more: number): void {
    if (at + more <= bytes.length) return
    const longer = new Uint8Array(Math.max(2 * bytes.length, at + more))
    longer.set(bytes)
    bytes.fill(0)
    bytes = longer
  }

  function byte(value: number): void {
    hold(1)
    bytes[at++] = value
  }

  function raw(more: Uint8Array): void {
    hold(more.length)
    bytes.set(more, at)
    at += more.length
  }

  /** Low bits first, seven to a byte. */
  function continueInteger(value: number): void {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) byte(128 | (rest % 128))
    byte(rest)
  }

  function varUint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('Not an unsigned safe integer')
    continueInteger(value)
  }

  function varInt(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('Not a safe integer')
    const size = Math.abs(value)
    byte((size > 63 ? 128 : 0) | (value < 0 ? 64 : 0) | (size % 64))
    if (size > 63) continueInteger(Math.floor(size / 64))
  }

  function sized(more: Uint8Array): void {
    varUint(more.length)
    raw(more)
  }

  return {
    byte,
    raw,
    varUint,
    varInt,
    sized,
    text: (text) => sized(utf8(text)),
    list(items, writeItem) {
      varUint(items.length)
      for (const item of items) writeItem(item)
    },
    begin() {
      bytes.fill(0, 0, at)
      at = 0
      if (bytes.length > KEPT_BYTES) bytes = new Uint8Array(BEGUN_BYTES)
    },
    written: () => bytes.slice(0, at),
  }
}
