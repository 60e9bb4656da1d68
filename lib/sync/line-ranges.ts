import { sameBytes } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { EntrySource } from '#lib/sync/entry-source'
import type { Range } from '#lib/sync/held-ranges'

/** Entries that follow each other on one line of a chain (E3). */
export interface LineRange {
  /** The chain's name, or that of a branch. */
  readonly line: ChainTag
  readonly range: Range
}

/** What of each line a run holds: of one line, unless it goes past a fork. */
export function lineRanges(source: Pick<EntrySource, 'lineOf'>, run: readonly SealedEntry[]): readonly LineRange[] {
  const found: LineRange[] = []
  for (const entry of run) {
    const line = source.lineOf(entry)
    const { seq } = entry.header
    const last = found.at(-1)
    if (last && sameBytes(last.line, line)) found.splice(-1, 1, { line, range: { from: last.range.from, to: seq } })
    else found.push({ line, range: { from: seq, to: seq } })
  }
  return found
}
