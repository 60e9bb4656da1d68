import { concat, u32 } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import type { StoredEntry } from '#lib/storage/storage'

/**
 * Entries that stand together at rest: one chain, consecutive numbers. One record instead of many makes loading fast;
 * a keystroke begins as a batch of one. Plain form, before it is sealed: 0 ‖ per entry id (32) ‖ length u32 ‖ bytes, or
 * 1 ‖ per entry position u32 ‖ id ‖ length ‖ bytes where they were not committed together. Channel, chain and numbers
 * stand outside and are bound by the seal.
 */
const TOGETHER = 0
const APART = 1

export const MAX_BATCH_ENTRIES = 512
/** A batch is closed once it holds this many bytes. */
export const MAX_BATCH_BYTES = 256 * 1024

/** The entries in the same order, cut wherever chain, channel or number breaks off or a batch is full. */
export function batchesOf(entries: readonly StoredEntry[], nameOf: (tag: Uint8Array) => string): StoredEntry[][] {
  const batches: StoredEntry[][] = []
  let size = 0
  let open: { batch: StoredEntry[]; chain: string; channel: string; next: number } | undefined
  for (const entry of entries) {
    const chain = nameOf(entry.chain)
    const channel = nameOf(entry.channel)
    const fits =
      open !== undefined &&
      open.chain === chain &&
      open.channel === channel &&
      open.next === entry.seq &&
      open.batch.length < MAX_BATCH_ENTRIES &&
      size < MAX_BATCH_BYTES
    if (open === undefined || !fits) {
      open = { batch: [], chain, channel, next: entry.seq }
      batches.push(open.batch)
      size = 0
    }
    open.batch.push(entry)
    open.next = entry.seq + 1
    size += entry.bytes.length
  }
  return batches
}

export interface PlacedEntry<Entry> {
  readonly position: number
  readonly entry: Entry
}

/** Entries committed together: their positions follow from the first one, which is not known yet. */
export function encodeBatch(entries: readonly StoredEntry[]): Uint8Array {
  return concat(
    Uint8Array.of(TOGETHER),
    ...entries.flatMap((entry) => [entry.id, u32(entry.bytes.length), entry.bytes]),
  )
}

/** Entries that were committed one by one, with their positions. */
export function encodePlacedBatch(placed: readonly PlacedEntry<StoredEntry>[]): Uint8Array {
  const parts = placed.flatMap(({ position, entry }) => [u32(position), entry.id, u32(entry.bytes.length), entry.bytes])
  return concat(Uint8Array.of(APART), ...parts)
}

/** Exactly `count` entries (views, not copies), the first one committed at `first`, or `undefined`; never throws. */
export function decodeBatch(
  plain: Uint8Array,
  count: number,
  first: number,
): PlacedEntry<Pick<StoredEntry, 'id' | 'bytes'>>[] | undefined {
  const form = plain[0]
  if (form !== TOGETHER && form !== APART) return undefined
  const found: PlacedEntry<Pick<StoredEntry, 'id' | 'bytes'>>[] = []
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  const headBytes = form === APART ? 40 : 36
  let at = 1
  for (let i = 0; i < count; i++) {
    const bytesAt = at + headBytes
    if (bytesAt > plain.length) return undefined
    const end = bytesAt + view.getUint32(bytesAt - 4)
    if (end > plain.length) return undefined
    found.push({
      position: form === APART ? view.getUint32(at) : first + i,
      entry: { id: plain.subarray(bytesAt - 36, bytesAt - 4) as EntryId, bytes: plain.subarray(bytesAt, end) },
    })
    at = end
  }
  return at === plain.length ? found : undefined
}
