/**
 * A raw DEFLATE decoder (RFC 1951, after zlib's puff) that may be pointed at any byte of anything: it never throws, and
 * hands out what it had decoded when it met an error. For searching what might be compressed.
 */

/** How many codes have each length, and the symbols in the order of their codes. */
interface Code {
  readonly counts: readonly number[]
  readonly symbols: readonly number[]
}

interface BitReader {
  /** Undefined once nothing is left. */
  bits(count: number): number | undefined
  /** Whole bytes from the next boundary on. */
  bytes(count: number): Uint8Array | undefined
}

const MAX_CODE_BITS = 15
const END_OF_BLOCK = 256
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const LENGTH_BITS = Array.from({ length: 29 }, (_, i) => (i < 8 || i === 28 ? 0 : (i >> 2) - 1))
const LENGTHS = Array.from({ length: 29 }, (_, i) =>
  i === 28 ? 258 : 3 + (i < 8 ? i : (4 + (i & 3)) << ((i >> 2) - 1)),
)
const DISTANCE_BITS = Array.from({ length: 30 }, (_, i) => (i < 4 ? 0 : (i >> 1) - 1))
const DISTANCES = Array.from({ length: 30 }, (_, i) => 1 + (i < 4 ? i : (2 + (i & 1)) << ((i >> 1) - 1)))

/** Undefined for lengths that name more codes than there are, or fewer; a single code may stand alone. */
function codeOf(lengths: readonly number[]): Code | undefined {
  const counts = new Array<number>(MAX_CODE_BITS + 1).fill(0)
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1
  let free = 1
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    free = free * 2 - (counts[length] ?? 0)
    if (free < 0) return undefined
  }
  const symbols = [...lengths.keys()].filter((symbol) => (lengths[symbol] ?? 0) > 0)
  if (free > 0 && symbols.length > 1) return undefined
  return { counts, symbols: symbols.sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b) }
}

const repeat = (length: number, times: number): number[] => new Array<number>(times).fill(length)
const FIXED_LENGTHS = codeOf([...repeat(8, 144), ...repeat(9, 112), ...repeat(7, 24), ...repeat(8, 8)])
const FIXED_DISTANCES = codeOf(repeat(5, 32))

function readBits(input: Uint8Array, start: number): BitReader {
  let at = start
  let held = 0
  let heldBits = 0
  return {
    bits(count) {
      for (; heldBits < count; heldBits += 8) {
        const next = input[at++]
        if (next === undefined) return undefined
        held |= next << heldBits
      }
      const value = held & ((1 << count) - 1)
      held >>>= count
      heldBits -= count
      return value
    },
    bytes(count) {
      held = heldBits = 0
      at += count
      return at > input.length ? undefined : input.subarray(at - count, at)
    },
  }
}

function readSymbol(reader: BitReader, { counts, symbols }: Code): number | undefined {
  let code = 0
  let first = 0
  let index = 0
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    const bit = reader.bits(1)
    if (bit === undefined) return undefined
    code |= bit
    const count = counts[length] ?? 0
    if (code - first < count) return symbols[index + code - first]
    index += count
    first = (first + count) << 1
    code <<= 1
  }
  return undefined
}

/** The two codes that a dynamic block begins with. */
function readCodes(reader: BitReader): [Code, Code] | undefined {
  const [literals, distances, given] = [reader.bits(5), reader.bits(5), reader.bits(4)]
  if (literals === undefined || distances === undefined || given === undefined) return undefined
  if (literals > 29 || distances > 29) return undefined
  const ofLengths = repeat(0, 19)
  for (const symbol of LENGTH_ORDER.slice(0, given + 4)) ofLengths[symbol] = reader.bits(3) ?? 0
  const lengthCode = codeOf(ofLengths)
  if (!lengthCode) return undefined
  const lengths: number[] = []
  const wanted = literals + 257 + distances + 1
  while (lengths.length < wanted) {
    const symbol = readSymbol(reader, lengthCode)
    if (symbol === undefined || (symbol === 16 && lengths.length === 0)) return undefined
    if (symbol < 16) lengths.push(symbol)
    else if (symbol === 16) lengths.push(...repeat(lengths.at(-1) ?? 0, 3 + (reader.bits(2) ?? 0)))
    else lengths.push(...repeat(0, symbol === 17 ? 3 + (reader.bits(3) ?? 0) : 11 + (reader.bits(7) ?? 0)))
  }
  const [forLiterals, forDistances] = [codeOf(lengths.slice(0, literals + 257)), codeOf(lengths.slice(literals + 257))]
  return lengths.length === wanted && forLiterals && forDistances ? [forLiterals, forDistances] : undefined
}

/** Appends what a block holds; false when it has an error or `out` is full. */
function readBlock(
  reader: BitReader,
  out: number[],
  [forLiterals, forDistances]: [Code, Code],
  limit: number,
): boolean {
  while (out.length < limit) {
    const symbol = readSymbol(reader, forLiterals)
    if (symbol === undefined) return false
    if (symbol === END_OF_BLOCK) return true
    if (symbol < END_OF_BLOCK) {
      out.push(symbol)
      continue
    }
    const row = symbol - END_OF_BLOCK - 1
    const length = (LENGTHS[row] ?? Number.NaN) + (reader.bits(LENGTH_BITS[row] ?? 0) ?? 0)
    const far = readSymbol(reader, forDistances) ?? 30
    const distance = (DISTANCES[far] ?? Number.NaN) + (reader.bits(DISTANCE_BITS[far] ?? 0) ?? 0)
    if (!(length > 0 && distance <= out.length)) return false
    for (let i = 0; i < length; i++) out.push(out[out.length - distance] ?? 0)
  }
  return false
}

/** What decodes from byte `start` of `input` on, up to about `limit` bytes; empty where nothing does. */
export function inflateFrom(input: Uint8Array, start: number, limit: number): Uint8Array {
  const reader = readBits(input, start)
  const out: number[] = []
  let isLast = 0
  while (isLast === 0 && out.length < limit) {
    isLast = reader.bits(1) ?? 1
    const type = reader.bits(2)
    if (type === 0) {
      const [low, high, notLow, notHigh] = reader.bytes(4) ?? []
      if (low === undefined || high === undefined || (low ^ (notLow ?? 0)) !== 255 || (high ^ (notHigh ?? 0)) !== 255)
        break
      out.push(...(reader.bytes(low | (high << 8)) ?? []))
      continue
    }
    const codes =
      type === 1 && FIXED_LENGTHS && FIXED_DISTANCES
        ? ([FIXED_LENGTHS, FIXED_DISTANCES] as [Code, Code])
        : type === 2
          ? readCodes(reader)
          : undefined
    if (!codes || !readBlock(reader, out, codes, limit)) break
  }
  return Uint8Array.from(out)
}
