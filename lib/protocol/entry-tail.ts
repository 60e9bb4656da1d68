/** The typed values at the end of a body that version 1 knows (E1, E10). */
import type { ChainTag, ChannelName } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { parseChannelName } from '#lib/protocol/channel-name'
import type { Dependency, TailValue } from '#lib/protocol/entry-body'
import { tailType } from '#lib/protocol/entry-kind'
import { MAX_PARTS } from '#lib/protocol/limits'

/** Part `index` (from 1) of `count` parts of one payload. */
export interface PayloadPart {
  readonly index: number
  readonly count: number
}

/** Says that an entry's payload is one of several parts. */
export const partTail = (part: PayloadPart): TailValue => ({
  type: tailType.part,
  value: writeAll((writer) => {
    writer.varUint(part.index)
    writer.varUint(part.count)
  }),
})

/** Says which channel a life is in. */
export const channelNameTail = (name: ChannelName): TailValue => ({ type: tailType.channelName, value: name })

/** Says that what stands up to an entry, on the line of that entry, was written anew (E3). */
export const anewTail = ({ chain, seq, idPrefix }: Dependency): TailValue => ({
  type: tailType.anew,
  value: writeAll((writer) => {
    writer.raw(chain)
    writer.varUint(seq)
    writer.raw(idPrefix)
  }),
})

/** What a body says of that; what is malformed says nothing. */
export function anewIn(tail: readonly TailValue[]): readonly Dependency[] {
  const found = tail.find(({ type }) => type === tailType.anew)
  const named =
    found &&
    readAll(found.value, (reader) => ({
      chain: reader.take(16) as ChainTag,
      seq: reader.varUint(),
      idPrefix: reader.take(16),
    }))
  return named?.ok ? [named.value] : []
}

/** Which part a body's payload is, or `undefined` when it stands alone. */
export function partOf(tail: readonly TailValue[]): PayloadPart | undefined {
  const found = tail.find(({ type }) => type === tailType.part)
  return found && decodePart(found.value)
}

/** The channel that a body names, or `undefined`. */
export const channelNameIn = (tail: readonly TailValue[]): ChannelName | undefined =>
  tail.find(({ type }) => type === tailType.channelName)?.value as ChannelName | undefined

/** Whether a type is one of those that may not be skipped and that this version does not know. */
export const isUnknownTailType = (type: number): boolean =>
  type % 2 === 1 && type !== tailType.part && type !== tailType.channelName

/** Whether a value of a known type has that type's form; true for unknown types. */
export function isWellFormedTail({ type, value }: TailValue): boolean {
  if (type === tailType.part) return decodePart(value) !== undefined
  return type !== tailType.channelName || parseChannelName(value) !== undefined
}

function decodePart(value: Uint8Array): PayloadPart | undefined {
  const part = readAll(value, (reader) => {
    const index = reader.varUint(MAX_PARTS)
    const count = reader.varUint(MAX_PARTS)
    return index >= 1 && index <= count && count >= 2 ? { index, count } : reader.fail('no such part')
  })
  return part.ok ? part.value : undefined
}
