import { createDecoder, hasContent, readVarUint } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding'
import type { TailValue } from '#lib/protocol/entry-body'
import { tailType } from '#lib/protocol/entry-kind'
import { MAX_PARTS } from '#lib/protocol/limits'

/** Part `index` (from 1) of `total` consecutive entries that carry one payload (E10). */
export interface PayloadPart {
  readonly index: number
  readonly total: number
}

export function encodePart(part: PayloadPart): TailValue {
  const encoder = createEncoder()
  writeVarUint(encoder, part.index)
  writeVarUint(encoder, part.total)
  return { type: tailType.part, value: toUint8Array(encoder) }
}

/** The part that a tail names: `undefined` for a payload in one piece; safe on hostile input. */
export function readPart(tail: readonly TailValue[]): PayloadPart | 'malformed' | undefined {
  const found = tail.find((item) => item.type === tailType.part)
  if (!found) return undefined
  try {
    const decoder = createDecoder(found.value)
    const part = { index: readVarUint(decoder), total: readVarUint(decoder) }
    const fits = part.total >= 2 && part.total <= MAX_PARTS && part.index >= 1 && part.index <= part.total
    return fits && !hasContent(decoder) ? part : 'malformed'
  } catch {
    return 'malformed'
  }
}
