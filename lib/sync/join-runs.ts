import { sameBytes, toHex } from '#lib/base/bytes'
import type { Blob } from '#lib/protocol/blob'
import { MAX_RUN_ENTRIES } from '#lib/protocol/limits'

/** A blob and its place at the relay. */
export interface FoundBlob {
  readonly cursor: number
  readonly blob: Blob
}

/**
 * Blobs of one chain that follow each other, gathered: read as one run they cost one signature and one commit instead of
 * one each (E9). Lists come in the order of their first blobs.
 */
export function joinRuns(found: readonly FoundBlob[]): readonly (readonly FoundBlob[])[] {
  const lists: FoundBlob[][] = []
  const open = new Map<string, { readonly list: FoundBlob[]; entries: number }>()
  for (const item of found) {
    const key = toHex(item.blob.chain)
    const before = open.get(key)
    const entries = (before?.entries ?? 0) + item.blob.run.length
    if (before && continues(before.list.at(-1), item) && entries <= MAX_RUN_ENTRIES) {
      before.list.push(item)
      before.entries = entries
    } else {
      const list = [item]
      lists.push(list)
      open.set(key, { list, entries: item.blob.run.length })
    }
  }
  return lists
}

function continues(before: FoundBlob | undefined, next: FoundBlob): boolean {
  const last = before?.blob.run.at(-1)
  const first = next.blob.run[0]
  return last !== undefined && first !== undefined && sameBytes(first.header.prev, last.id)
}
