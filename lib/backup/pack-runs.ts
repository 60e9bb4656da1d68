import { sameBytes, toHex } from '#lib/base/bytes'
import { MAX_RUN_ENTRIES } from '#lib/protocol/limits'
import type { SealedEntry } from '#lib/protocol/sealed-entry'

const ENOUGH_BYTES = 64 * 1024

/**
 * Entries of one channel, in the order in which they were stored, as runs that end with a signature (E9). `strictly`: no entry
 * overtakes another, as the log needs it. What no signature covers any more since something after it is damaged stays away:
 * others have it.
 */
export function* packRuns(
  entries: Iterable<SealedEntry>,
  { strictly }: { readonly strictly: boolean },
): Generator<readonly SealedEntry[]> {
  const open = new Map<string, SealedEntry[]>()
  for (const entry of entries) {
    const key = toHex(entry.header.chain)
    if (strictly) {
      for (const [other, run] of open) {
        if (other === key || !run.at(-1)?.signature) continue
        yield run
        open.delete(other)
      }
    }
    let run = open.get(key) ?? []
    const last = run.at(-1)
    if (last && (!sameBytes(entry.header.prev, last.id) || run.length === MAX_RUN_ENTRIES)) {
      yield* signedPart(run)
      run = []
    }
    run.push(entry)
    open.set(key, run)
    if (!entry.signature || sizeOf(run) < ENOUGH_BYTES) continue
    yield run
    open.delete(key)
  }
  for (const run of open.values()) yield* signedPart(run)
}

function* signedPart(run: readonly SealedEntry[]): Generator<readonly SealedEntry[]> {
  const end = run.findLastIndex(({ signature }) => signature !== undefined)
  if (end >= 0) yield run.slice(0, end + 1)
}

const sizeOf = (run: readonly SealedEntry[]): number => run.reduce((size, { box }) => size + box.length, 0)
