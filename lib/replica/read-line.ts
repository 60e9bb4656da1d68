import { sameBytes } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { encodeSealedSegment } from '#lib/protocol/sealed-segment'
import { storedToEntry } from '#lib/replica/entry-record'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { FoldedPiece, HeldPiece } from '#lib/sync/entry-source'

const ROWS = 64

/**
 * Entries of a chain, or of one line of a forked one, from `from` on up to the first kept signature past `maxBytes`
 * (E9), or the last below `before`. A line whose last signature stands beyond its end is read on into a branch, so that
 * it can be believed. What a segment stands for is not here.
 */
export async function readLine(
  core: ReplicaCore,
  tag: ChainTag,
  from: number,
  maxBytes: number,
  before = Number.POSITIVE_INFINITY,
): Promise<readonly SealedEntry[]> {
  const line = core.forks.line(tag)
  const chain = line?.chain ?? tag
  const tree = core.forks.tree(chain)
  const ids = line && tree ? [...line.ids, ...tree.beyond(line.tag)] : []
  const end = line ? line.from + line.ids.length - 1 : Number.POSITIVE_INFINITY
  const isOnLine = (seq: number, id: EntryId): boolean => {
    if (!line || !tree || seq < tree.base) return true
    const expected = ids[seq - line.from]
    return expected !== undefined && sameBytes(expected, id)
  }
  const out: SealedEntry[] = []
  let bytes = 0
  let next = line?.parent ? Math.max(from, line.from) : from
  if (next > end) return out
  for (let limit = ROWS; ; ) {
    const rows = await core.store.readChain(chain, next, limit)
    const last = next
    for (const row of rows.ok ? rows.value : []) {
      if (row.seq !== next || next >= before || !isOnLine(row.seq, row.id)) continue
      const entry = storedToEntry(row)
      if (!entry.ok) return signedPrefix(out)
      out.push(entry.value)
      next++
      bytes += entry.value.box.length + 8
      if ((bytes >= maxBytes || row.seq >= end) && entry.value.signature) return out
    }
    if (next >= before || core.segments.coverAt(chain, next)) return signedPrefix(out)
    if (next > last) limit = ROWS
    else if (rows.ok && rows.value.length === limit) limit *= 2
    else return signedPrefix(out)
  }
}

const signedPrefix = (entries: readonly SealedEntry[]): readonly SealedEntry[] =>
  entries.slice(0, entries.findLastIndex((entry) => entry.signature) + 1)

/** The segment that begins there, or entries up to the next one (S0). */
export async function readFolded(
  core: ReplicaCore,
  tag: ChainTag,
  from: number,
  maxBytes: number,
): Promise<FoldedPiece> {
  const isStraight = core.forks.line(tag) === undefined
  const held = isStraight ? core.segments.at(tag, from) : undefined
  const sealed = held && (await core.segments.read(tag, from))
  if (sealed) return { type: 'segment', bytes: encodeSealedSegment(sealed), to: held.to }
  const before = isStraight ? core.segments.nextFrom(tag, from) : undefined
  const cut = await readLine(core, tag, from, maxBytes, before)
  return { type: 'run', run: cut.length > 0 ? cut : await readLine(core, tag, from, maxBytes) }
}

/** The first segment that begins at `from` or later. */
export async function nextSegment(core: ReplicaCore, tag: ChainTag, from: number): Promise<HeldPiece | undefined> {
  const start = core.segments.nextFrom(tag, from - 1)
  const held = start === undefined ? undefined : core.segments.at(tag, start)
  const sealed = held && (await core.segments.read(tag, held.from))
  return sealed && { bytes: encodeSealedSegment(sealed), to: held.to }
}
