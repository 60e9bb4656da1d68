import { toHex, u32 } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import type { Dependency } from '#lib/protocol/entry-body'
import type { Commit, WorkspaceStore } from '#lib/storage/storage'

/**
 * The newest life of each device in each channel (E2), where it is not the first. What is new goes to disk no later than
 * the first entry that relies on it: `records` belong into the next commit, whatever it is for.
 */
export interface LifeTable {
  newest(device: DeviceId, channel: ChannelTag): number
  /** Heard of a life. An own one brings the entry of the life before that its first entry has to name. */
  note(device: DeviceId, channel: ChannelTag, life: number, link?: Dependency): void
  /** What the first entry of the newest life names, if it was told. */
  link(device: DeviceId, channel: ChannelTag): Dependency | undefined
  /** Rises with every change. */
  readonly version: number
  records(): NonNullable<Commit['records']>
  /** These records are on disk. */
  saved(records: NonNullable<Commit['records']>): void
}

interface Life {
  readonly life: number
  readonly link: Dependency | undefined
}

const RECORD = 'life/'

function encodeLife({ life, link }: Life): Uint8Array {
  return writeAll((writer) => {
    writer.raw(u32(life))
    writer.byte(link ? 1 : 0)
    if (!link) return
    writer.raw(link.chain)
    writer.varUint(link.seq)
    writer.raw(link.idPrefix)
  })
}

const decodeLife = (bytes: Uint8Array) =>
  readAll(bytes, (reader): Life => {
    const [a = 0, b = 0, c = 0, d = 0] = reader.take(4)
    const hasLink = reader.byte() === 1
    const link = hasLink
      ? { chain: reader.take(16) as ChainTag, seq: reader.varUint(), idPrefix: reader.take(16) }
      : undefined
    return { life: a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d, link }
  })

export async function loadLifeTable(store: WorkspaceStore, names: readonly string[]): Promise<LifeTable> {
  const lives = new Map<string, Life>()
  for (const key of names.filter((name) => name.startsWith(RECORD))) {
    const record = await store.record(key)
    const life = decodeLife((record.ok && record.value) || new Uint8Array(0))
    if (life.ok) lives.set(key.slice(RECORD.length), life.value)
  }
  const unsaved = new Set<string>()
  let version = 0
  const keyOf = (device: DeviceId, channel: ChannelTag): string => toHex(channel) + toHex(device)
  return {
    newest: (device, channel) => (lives.size === 0 ? 0 : (lives.get(keyOf(device, channel))?.life ?? 0)),
    note(device, channel, life, link) {
      const key = keyOf(device, channel)
      if (life <= (lives.get(key)?.life ?? 0)) return
      lives.set(key, { life, link })
      unsaved.add(key)
      version++
    },
    link: (device, channel) => lives.get(keyOf(device, channel))?.link,
    get version() {
      return version
    },
    records: () =>
      [...unsaved].map((key) => ({
        key: RECORD + key,
        value: encodeLife(lives.get(key) ?? { life: 0, link: undefined }),
      })),
    saved(records) {
      for (const { key } of records) unsaved.delete(key.slice(RECORD.length))
    },
  }
}
