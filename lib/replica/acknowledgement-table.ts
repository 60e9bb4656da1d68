import { fromHex, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId, EntryId } from '#lib/base/ids'
import type { AcknowledgedSegment } from '#lib/document/acknowledgement'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import { MAX_SEGMENT_ENTRIES, MAX_SEQ } from '#lib/protocol/limits'
import type { Commit, WorkspaceStore } from '#lib/storage/storage'

/** A segment, by what its entries are and by its own id. */
export interface SegmentPlace {
  readonly from: number
  readonly to: number
  readonly id: EntryId
}

/** A segment of which somebody said that it is the fold of its entries (S1). */
export interface Acknowledged extends SegmentPlace {
  /** Devices (hex) that said so. */
  readonly devices: ReadonlySet<string>
}

/**
 * Who acknowledged what (S1), as accepted entries say: checkpoints do not read those again, so it is kept on its own. What is
 * new goes to disk no later than a checkpoint of its channel: `records` belong into a commit before that. To note it twice
 * changes nothing.
 */
export interface AcknowledgementTable {
  note(channel: ChannelTag, device: DeviceId, segments: readonly AcknowledgedSegment[]): void
  /** Entries of the channel are read from the first one on: they say all of it anew. */
  forget(channel: ChannelTag): void
  of(channel: ChannelTag, chain: ChainTag): Iterable<Acknowledged>
  at(channel: ChannelTag, chain: ChainTag, segment: SegmentPlace): Acknowledged | undefined
  /** Rises with every change. */
  readonly version: number
  records(): NonNullable<Commit['records']>
  /** These records are on disk. */
  saved(records: NonNullable<Commit['records']>): void
}

const RECORD = 'acknowledged/'
/** Far more than a device finds segments to compare; what it says beyond that is not kept. */
const MAX_OF_DEVICE = 65_536
const MAX_LISTED = 2 ** 20

interface Said extends SegmentPlace {
  readonly devices: Set<string>
}

const placeOf = ({ from, to, id }: SegmentPlace): string => `${from}/${to}/${toHex(id)}`

const encodeSaid = (said: Iterable<Said>): Uint8Array =>
  writeAll((writer) =>
    writer.list([...said], ({ from, to, id, devices }) => {
      writer.varUint(from)
      writer.varUint(to - from + 1)
      writer.raw(id)
      writer.list([...devices], (device) => writer.raw(fromHex(device) ?? new Uint8Array(32)))
    }),
  )

const decodeSaid = (bytes: Uint8Array) =>
  readAll(bytes, (reader) =>
    reader.list(MAX_LISTED, (): Said => {
      const from = reader.varUint(MAX_SEQ)
      const to = from + reader.varUint(MAX_SEGMENT_ENTRIES) - 1
      const id = reader.take(32) as EntryId
      return { from, to, id, devices: new Set(reader.list(MAX_LISTED, () => toHex(reader.take(32)))) }
    }),
  )

/** `names` are those of all records of the store. */
export async function loadAcknowledgementTable(
  store: WorkspaceStore,
  names: readonly string[],
): Promise<AcknowledgementTable> {
  /** By channel and chain (hex), then by place. */
  const chains = new Map<string, Map<string, Said>>()
  /** How much each device (hex) said. */
  const counts = new Map<string, number>()
  const unsaved = new Set<string>()
  let version = 0
  const count = (device: string, by: number): void => void counts.set(device, (counts.get(device) ?? 0) + by)

  for (const name of names.filter((one) => one.startsWith(RECORD))) {
    const record = await store.record(name)
    const said = decodeSaid((record.ok && record.value) || new Uint8Array(0))
    if (!said.ok) continue
    chains.set(name.slice(RECORD.length), new Map(said.value.map((one) => [placeOf(one), one])))
    for (const { devices } of said.value) for (const device of devices) count(device, 1)
  }
  const chainOf = (channel: ChannelTag, chain: ChainTag) =>
    chains.size === 0 ? undefined : chains.get(toHex(channel) + toHex(chain))

  return {
    note(channel, author, segments) {
      const device = toHex(author)
      for (const { chain, from, count: entries, segment: id } of segments) {
        const key = toHex(channel) + toHex(chain)
        const place: SegmentPlace = { from, to: from + entries - 1, id }
        const said = chains.get(key)?.get(placeOf(place)) ?? { ...place, devices: new Set() }
        if (said.devices.has(device) || (counts.get(device) ?? 0) >= MAX_OF_DEVICE) continue
        said.devices.add(device)
        count(device, 1)
        chains.set(key, (chains.get(key) ?? new Map()).set(placeOf(place), said))
        unsaved.add(key)
        version++
      }
    },
    forget(channel) {
      const prefix = toHex(channel)
      for (const [key, said] of chains) {
        if (!key.startsWith(prefix)) continue
        for (const { devices } of said.values()) for (const device of devices) count(device, -1)
        chains.delete(key)
        unsaved.add(key)
        version++
      }
    },
    of: (channel, chain) => chainOf(channel, chain)?.values() ?? [],
    at: (channel, chain, segment) => chainOf(channel, chain)?.get(placeOf(segment)),
    get version() {
      return version
    },
    records: () =>
      [...unsaved].map((key) => {
        const said = chains.get(key)
        return { key: RECORD + key, value: said && encodeSaid(said.values()) }
      }),
    saved(records) {
      for (const { key } of records) unsaved.delete(key.slice(RECORD.length))
    },
  }
}
