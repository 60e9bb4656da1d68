import { deflateSync, Inflate, inflateSync } from 'fflate'

/** What is handed to the decompressor at once: raw deflate grows at most 1032-fold, so one push yields about 1 MiB. */
const PUSH_BYTES = 1024
/** What a short stream holds is seldom longer than so many times its own length; those that are take the long way. */
const USUAL_GROWTH = 8

/** What is long is tried with so much of its middle first: hundreds of sealed keys take milliseconds, in vain. */
const SAMPLE_BYTES = 1024
const LONG_BYTES = 8192

/** Raw deflate (RFC 1951). */
export const deflate = (bytes: Uint8Array): Uint8Array => deflateSync(bytes)

/** The bytes deflated where that makes them shorter, else themselves; of what is long, where it does so with the middle (E10). */
export function deflateIfShorter(bytes: Uint8Array): Uint8Array {
  const middle = Math.floor((bytes.length - SAMPLE_BYTES) / 2)
  const sample = bytes.length < LONG_BYTES ? undefined : bytes.subarray(middle, middle + SAMPLE_BYTES)
  if (sample && deflateSync(sample).length >= sample.length) return bytes
  const deflated = deflateSync(bytes)
  return deflated.length < bytes.length ? deflated : bytes
}

/**
 * What raw deflate bytes hold, or `undefined` when they are damaged, cut off or hold more than `maxBytes`. Safe on
 * hostile input: memory stays within `maxBytes` and the growth of one push (E10).
 */
export function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  return inflateShort(bytes, maxBytes) ?? inflateInPushes(bytes, maxBytes)
}

/** What one push would yield, without the 160 KiB that each costs; `undefined` where it is damaged or longer than usual. */
function inflateShort(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  if (bytes.length === 0 || bytes.length > PUSH_BYTES) return undefined
  const out = new Uint8Array(Math.min(maxBytes, USUAL_GROWTH * bytes.length) + 1)
  try {
    const plain = inflateSync(bytes, { out })
    return plain.length < out.length ? plain.slice() : undefined
  } catch {
    return undefined
  }
}

function inflateInPushes(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  let size = 0
  const stream = new Inflate((part) => {
    size += part.length
    if (size <= maxBytes) parts.push(part)
  })
  try {
    for (let at = 0; at < bytes.length && size <= maxBytes; at += PUSH_BYTES) {
      const end = Math.min(at + PUSH_BYTES, bytes.length)
      stream.push(bytes.subarray(at, end), end === bytes.length)
    }
  } catch {
    return undefined // fflate reports damage by throwing
  }
  return size <= maxBytes ? joined(parts, size) : undefined
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const out = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
