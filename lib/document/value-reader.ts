import type { ByteReader } from '#lib/protocol/byte-reader'
import { MAX_PARTS, MAX_PAYLOAD_BYTES } from '#lib/protocol/limits'

/**
 * Walks over plain values inside an update. Depth is limited here, by rule: a stack that overflows on one browser and
 * not on another would make two peers judge one entry differently.
 */

/** Arrays and objects inside one another; attributes and marks need two or three. */
const MAX_DEPTH = 16
/** The longest payload, which bounds every text in it (E10). */
export const MAX_TEXT_BYTES = MAX_PARTS * MAX_PAYLOAD_BYTES

/** Walks over one value in lib0's `any` encoding; big integers and bytes are no part of version 1. */
export function skipAny(reader: ByteReader, depth = 0): void {
  const type = reader.byte()
  switch (type) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return
    case 125:
      reader.varInt()
      return
    case 124:
      reader.take(4)
      return
    case 123:
      reader.take(8)
      return
    case 119:
      reader.text(MAX_TEXT_BYTES)
      return
    case 118:
    case 117: {
      if (depth === MAX_DEPTH) reader.fail('too deep')
      for (let left = reader.varUint(); left > 0; left--) {
        if (type === 118 && reader.text(MAX_TEXT_BYTES) === '__proto__') reader.fail('unsafe key')
        skipAny(reader, depth + 1)
      }
      return
    }
    default:
      reader.fail('unknown value')
  }
}

function jsonDepth(text: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]
    if (quoted && letter === '\\') i++
    else if (letter === '"') quoted = !quoted
    else if (!quoted && (letter === '[' || letter === '{')) deepest = Math.max(deepest, ++depth)
    else if (!quoted && (letter === ']' || letter === '}')) depth--
  }
  return deepest
}

/** Walks over one shallow JSON value in its text. */
export function skipJson(reader: ByteReader): void {
  const text = reader.text(MAX_TEXT_BYTES)
  if (jsonDepth(text) > MAX_DEPTH) reader.fail('too deep')
  if (!isJson(text)) reader.fail('not JSON')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
