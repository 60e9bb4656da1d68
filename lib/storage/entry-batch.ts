import { concat, u32 } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import type { StoredEntry } from '#lib/storage/storage'

/**
 * Entries that stand together at rest: one chain, consecutive numbers, committed together. One record instead of
 * many makes bulk loads fast; a keystroke is a batch of one. Plain form, before it is sealed:
 * per entry id (32) ‖ length u32 ‖ bytes. Channel, chain and first number stand outside and are bound by the seal.
 */
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

export function encodeBatch(entries: readonly StoredEntry[]): Uint8Array {
  return concat(...entries.flatMap((entry) => [entry.id, u32(entry.bytes.length), entry.bytes]))
}

/** Exactly `count` pairs of id and bytes (views, not copies), or `undefined`; never throws. */
export function decodeBatch(plain: Uint8Array, count: number): { id: EntryId; bytes: Uint8Array }[] | undefined {
  const found: { id: EntryId; bytes: Uint8Array }[] = []
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 36 > plain.length) return undefined
    const end = at + 36 + view.getUint32(at + 32)
    if (end > plain.length) return undefined
    found.push({ id: plain.subarray(at, at + 32) as EntryId, bytes: plain.subarray(at + 36, end) })
    at = end
  }
  return at === plain.length ? found : undefined
}
