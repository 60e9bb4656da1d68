import { type ByteReader, DAMAGED } from '#lib/document/byte-reader'

/**
 * Walks over plain values inside an update. Depth is limited here, by rule: a stack that overflows on one browser and
 * not on another would make two peers judge one entry differently.
 */

/** Arrays and objects inside one another; attributes and marks need two or three. */
const MAX_DEPTH = 16

function skipInteger(reader: ByteReader): void {
  let next = reader.byte()
  for (let size = 1; next >= 128; size++) {
    next = reader.byte()
    if (size > 4 || next === 0) throw DAMAGED
  }
}

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
      skipInteger(reader)
      return
    case 124:
      reader.bytes(4)
      return
    case 123:
      reader.bytes(8)
      return
    case 119:
      reader.text()
      return
    case 118:
    case 117: {
      if (depth === MAX_DEPTH) throw DAMAGED
      for (let left = reader.uint(); left > 0; left--) {
        if (type === 118 && reader.text() === '__proto__') throw DAMAGED
        skipAny(reader, depth + 1)
      }
      return
    }
    default:
      throw DAMAGED
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

/** Throws {@link DAMAGED} unless `text` is one shallow JSON value. */
export function skipJson(text: string): void {
  if (jsonDepth(text) > MAX_DEPTH) throw DAMAGED
  try {
    JSON.parse(text)
  } catch {
    throw DAMAGED
  }
}
