/**
 * What a device remembers about one relay between two visits: how far it has read and what the relay holds. Losing it
 * costs reading again from the start; it must never claim more than is on this device's disk.
 */
import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { createHeldRanges, type HeldRanges, readHeldRanges } from '#lib/sync/held-ranges'
import { createKnownSegments, type KnownSegments, readKnownSegments } from '#lib/sync/known-segments'

export interface RelayMemory {
  /** 16 bytes: the store that the cursors belong to. */
  store: Uint8Array
  /** Everything up to this cursor was read, but for what `waiting` names. */
  cursor: number
  /** The newest blob that lay there; its hash has 32 bytes. */
  newest: { readonly cursor: number; readonly hash: Uint8Array } | undefined
  readonly held: HeldRanges
  /**
   * Left out when it was read, since segments stand for them: whether it holds them shows when their channel is read whole
   * (S0).
   */
  readonly leftOut: HeldRanges
  /** By channel (hex): the lowest cursor at which a blob could not be used yet. */
  readonly waiting: Map<string, number>
  /** Segments on the relay's disk, signed by their authors, of chains that are straight here (S2). */
  readonly segments: KnownSegments
  /** Channels (hex) that were read whole: entries for which segments stand here and that did not come are not there. */
  readonly readWhole: Set<string>
}

const FORMAT = 5
const MAX_CHANNELS = 65_536

export const emptyMemory = (store = new Uint8Array(16)): RelayMemory => ({
  store,
  cursor: 0,
  newest: undefined,
  held: createHeldRanges(),
  leftOut: createHeldRanges(),
  waiting: new Map(),
  segments: createKnownSegments(),
  readWhole: new Set(),
})

export const encodeMemory = (memory: RelayMemory): Uint8Array =>
  writeAll((writer) => {
    writer.byte(FORMAT)
    writer.raw(memory.store)
    writer.varUint(memory.cursor)
    writer.list(memory.newest ? [memory.newest] : [], ({ cursor, hash }) => {
      writer.varUint(cursor)
      writer.raw(hash)
    })
    memory.held.write(writer)
    memory.leftOut.write(writer)
    memory.segments.write(writer)
    writer.list([...memory.waiting], ([name, cursor]) => {
      writer.raw(fromHex(name) ?? new Uint8Array(16))
      writer.varUint(cursor)
    })
    writer.list([...memory.readWhole], (name) => writer.raw(fromHex(name) ?? new Uint8Array(16)))
  })

/** Whatever cannot be read counts as forgotten. */
export function decodeMemory(bytes: Uint8Array | undefined): RelayMemory {
  const memory = readAll(bytes ?? new Uint8Array(), (reader) => {
    if (reader.byte() !== FORMAT) return reader.fail('format')
    const store = reader.take(16)
    const cursor = reader.varUint()
    const [newest] = reader.list(1, () => ({ cursor: reader.varUint(), hash: reader.take(32) }))
    const held = readHeldRanges(reader)
    const leftOut = readHeldRanges(reader)
    const segments = readKnownSegments(reader)
    const waiting = new Map(reader.list(MAX_CHANNELS, () => [toHex(reader.take(16)), reader.varUint()] as const))
    const readWhole = new Set(reader.list(MAX_CHANNELS, () => toHex(reader.take(16))))
    return { store, cursor, newest, held, leftOut, waiting, segments, readWhole }
  })
  return memory.ok ? memory.value : emptyMemory()
}

/** Remembers that a blob of `channel` at `cursor` has to be read again. */
export function noteWaiting(memory: RelayMemory, channel: ChannelTag, cursor: number): void {
  const key = toHex(channel)
  memory.waiting.set(key, Math.min(cursor, memory.waiting.get(key) ?? cursor))
}

const lastKnown = ({ cursor, newest }: RelayMemory): number => Math.max(cursor, newest?.cursor ?? 0)

/** Whether cursors of `memory` mean something in that store, which ends at `end`. */
export const isMemoryOf = (memory: RelayMemory, store: Uint8Array, end: number): boolean =>
  sameBytes(memory.store, store) && lastKnown(memory) <= end

/** Whether the very store that `memory` speaks of ends before what it showed. */
export const isSetBack = (memory: RelayMemory, store: Uint8Array, end: number): boolean =>
  sameBytes(memory.store, store) && lastKnown(memory) > end
