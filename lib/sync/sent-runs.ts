/** What runs from a relay say about what it holds: as much as is held here in the same way, now or later. */
import type { ChainTag } from '#lib/base/ids'
import type { HeadClaim } from '#lib/protocol/frame-fields'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { EntrySource } from '#lib/sync/entry-source'
import type { Range } from '#lib/sync/held-ranges'
import { type LineRange, lineRanges } from '#lib/sync/line-ranges'

export interface SentRuns {
  /** The relay sent this run, and it was taken. */
  note(run: readonly SealedEntry[]): void
  /** Tells of those whose entries are held by now. */
  confirm(): void
  clear(): void
}

const MAX_UNCONFIRMED = 10_000

export function createSentRuns(
  source: Pick<EntrySource, 'holds' | 'lineOf'>,
  onHeld: (line: ChainTag, range: Range) => void,
): SentRuns {
  /** What came of entries for which segments stand, until those are held as it says. */
  let unconfirmed: { readonly claims: readonly HeadClaim[]; readonly ranges: readonly LineRange[] }[] = []
  const isHere = ({ header: { chain, seq }, id }: SealedEntry) => source.holds({ chain, seq, idPrefix: id }) === true
  const tellHeld = (ranges: readonly LineRange[]) => {
    for (const { line, range } of ranges) onHeld(line, range)
  }

  return {
    note(run) {
      const [first, last] = [run[0], run.at(-1)]
      if (first && last && isHere(first) && isHere(last)) return tellHeld(lineRanges(source, run))
      for (const entry of run.filter(isHere)) tellHeld(lineRanges(source, [entry]))
      const lacking = run.filter((entry) => !isHere(entry))
      const claims = [lacking[0], lacking.at(-1)].flatMap((entry) =>
        entry ? [{ chain: entry.header.chain, seq: entry.header.seq, idPrefix: entry.id }] : [],
      )
      if (unconfirmed.length < MAX_UNCONFIRMED) unconfirmed.push({ claims, ranges: lineRanges(source, run) })
    },
    confirm() {
      const isHeld = ({ claims }: (typeof unconfirmed)[number]) => claims.every((claim) => source.holds(claim) === true)
      for (const { ranges } of unconfirmed.filter(isHeld)) tellHeld(ranges)
      unconfirmed = unconfirmed.filter((one) => !isHeld(one))
    },
    clear() {
      unconfirmed = []
    },
  }
}
