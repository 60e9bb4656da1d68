import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { Range } from '#lib/sync/held-ranges'

/** Numbers of the entries at which runs of a chain end, so that a relay can drop what its segments stand for (S2). */
export const endsBeside = (segments: readonly Range[]): readonly number[] =>
  segments.flatMap(({ from, to }) => [from - 1, to])

/**
 * A run up to the first of `ends` within it. Where the entry there is not signed, it ends before, or if nothing before it is
 * signed either, at the next signed one (E9).
 */
export function endAt(run: readonly SealedEntry[], ends: readonly number[]): readonly SealedEntry[] {
  const first = run[0]?.header.seq ?? 0
  const last = run.at(-1)?.header.seq ?? 0
  const end = Math.min(...ends.filter((seq) => seq >= first && seq < last))
  if (end === Number.POSITIVE_INFINITY) return run
  const before = run.slice(0, end + 1 - first).findLastIndex(({ signature }) => signature)
  const at = before >= 0 ? before : run.findIndex(({ signature }) => signature)
  return run.slice(0, at + 1)
}
