import { concat } from '#lib/base/bytes'
import type { EntryBody } from '#lib/protocol/entry-body'
import { partOf } from '#lib/protocol/entry-tail'

/** Puts updates together again that stand in several entries (E10), told body by body: the whole one with its last. */
export function createPartJoiner(): (body: EntryBody) => Uint8Array | undefined {
  let parts: Uint8Array[] = []
  return ({ payload, tail }) => {
    const part = partOf(tail)
    parts.push(payload)
    if (part && part.index < part.count) return undefined
    const whole = concat(...parts)
    parts = []
    return whole
  }
}
