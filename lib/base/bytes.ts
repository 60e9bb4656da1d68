/** Byte helpers that every floor shares. None of them keeps or changes its arguments. */

import { type HexBytes, hasHex, Utf8Decoder, Utf8Encoder } from '#lib/base/platform'

const encoder = new Utf8Encoder()
const strictDecoder = new Utf8Decoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of `text`. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** Text of UTF-8 `bytes`, or `undefined` when they are not valid UTF-8; safe on hostile input. */
export function textFromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** A new array holding all parts in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Whether both hold the same bytes; not constant-time, so never for secrets. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Order of two byte strings: negative, zero or positive, shorter first on a common prefix. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Four bytes, big-endian; `value` is an integer from 0 to 2^32 − 1. */
export const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)

const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** Longer than any key of a Map. */
const HEX_BLOCK = 64

/** In one piece: a text that grows digit by digit stays a chain of small ones for as long as a Map keeps it. */
function hexOfBlock(bytes: Uint8Array): string {
  const codes = new Array<number>(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    codes[2 * i] = DIGITS[byte >> 4] ?? 0
    codes[2 * i + 1] = DIGITS[byte & 15] ?? 0
  }
  return String.fromCharCode(...codes)
}

/** Lower-case hexadecimal; the form in which byte ids are keys of a Map. */
export const toHex: (bytes: Uint8Array) => string = hasHex
  ? (bytes) => (bytes as HexBytes).toHex()
  : (bytes) => {
      let text = ''
      for (let from = 0; from < bytes.length; from += HEX_BLOCK)
        text += hexOfBlock(bytes.subarray(from, from + HEX_BLOCK))
      return text
    }

/** Bytes of an even-length hexadecimal text, or `undefined`. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}
