/**
 * What a device remembers about one relay between two visits: how far it has read and what the relay holds. Losing it
 * costs reading again from the start; it must never claim more than is on this device's disk.
 */
import { fromHex, sameBytes, toHex } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { createHeldRanges, type HeldRanges, readHeldRanges } from '#lib/sync/held-ranges'

export interface RelayMemory {
  /** 16 bytes: the store that the cursors belong to. */
  store: Uint8Array
  /** Everything up to this cursor was read, but for what `waiting` names. */
  cursor: number
  readonly held: HeldRanges
  /**
   * Left out when it was read, since segments stand for them: whether it holds them shows when their channel is read whole
   * (S0).
   */
  readonly leftOut: HeldRanges
  /** By channel (hex): the lowest cursor at which a blob could not be used yet. */
  readonly waiting: Map<string, number>
  /** By own chain (hex): its segments up to this entry are on the relay's disk (S0). */
  readonly segments: Map<string, number>
}

const FORMAT = 3
const MAX_WAITING = 65_536

export const emptyMemory = (store = new Uint8Array(16)): RelayMemory => ({
  store,
  cursor: 0,
  held: createHeldRanges(),
  leftOut: createHeldRanges(),
  waiting: new Map(),
  segments: new Map(),
})

export const encodeMemory = (memory: RelayMemory): Uint8Array =>
  writeAll((writer) => {
    writer.byte(FORMAT)
    writer.raw(memory.store)
    writer.varUint(memory.cursor)
    memory.held.write(writer)
    memory.leftOut.write(writer)
    for (const numbers of [memory.waiting, memory.segments]) {
      writer.list([...numbers], ([name, number]) => {
        writer.raw(fromHex(name) ?? new Uint8Array(16))
        writer.varUint(number)
      })
    }
  })

/** Whatever cannot be read counts as forgotten. */
export function decodeMemory(bytes: Uint8Array | undefined): RelayMemory {
  const memory = readAll(bytes ?? new Uint8Array(), (reader) => {
    if (reader.byte() !== FORMAT) return reader.fail('format')
    const store = reader.take(16)
    const cursor = reader.varUint()
    const held = readHeldRanges(reader)
    const leftOut = readHeldRanges(reader)
    const readNumbers = () =>
      new Map(reader.list(MAX_WAITING, () => [toHex(reader.take(16)), reader.varUint()] as const))
    return { store, cursor, held, leftOut, waiting: readNumbers(), segments: readNumbers() }
  })
  return memory.ok ? memory.value : emptyMemory()
}

/** Remembers that a blob of `channel` at `cursor` has to be read again. */
export function noteWaiting(memory: RelayMemory, channel: ChannelTag, cursor: number): void {
  const key = toHex(channel)
  memory.waiting.set(key, Math.min(cursor, memory.waiting.get(key) ?? cursor))
}

/** Whether cursors of `memory` mean something in that store, which ends at `end`. */
export const isMemoryOf = (memory: RelayMemory, store: Uint8Array, end: number): boolean =>
  sameBytes(memory.store, store) && memory.cursor <= end

/** Whether the very store that `memory` speaks of ends before what was read of it. */
export const isSetBack = (memory: RelayMemory, store: Uint8Array, end: number): boolean =>
  sameBytes(memory.store, store) && memory.cursor > end
