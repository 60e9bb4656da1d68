import { concat, sameBytes } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { type Reference, readUpdate } from '#lib/document/update-reader'
import type { Dependency } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { partOf } from '#lib/protocol/entry-tail'
import { storedToEntry } from '#lib/replica/entry-record'
import { openPlaced } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** What an own edit builds on and is held back: it was made before that left the screen. */
export interface HeldBackUnder {
  /** What an adopt names to keep it (W2). */
  readonly keeps: readonly Dependency[]
  /** Nothing else is missing. */
  readonly isAll: boolean
}

/** Looks for what wrote `missing` among what is held back of a channel. */
export async function heldBackUnder(
  core: ReplicaCore,
  channel: ChannelTag,
  missing: readonly Reference[],
): Promise<HeldBackUnder> {
  const open = new Set(missing)
  const keeps: Dependency[] = []
  for (const head of core.heads.limited()) {
    if (!sameBytes(head.channel, channel)) continue
    const from = core.heads.goal(head.chain) + 1
    const to = Math.min(head.seq, core.heads.forkGoal(head.chain))
    let newest: Dependency | undefined
    let parts: Uint8Array[] = []
    const rows = from > to ? undefined : await core.store.readChain(head.chain, from, to - from + 1)
    for (const row of rows?.ok ? rows.value : []) {
      const entry = storedToEntry(row)
      const placed = entry.ok ? openPlaced(core, entry.value) : undefined
      if (typeof placed !== 'object' || typeof placed.content === 'string') continue
      const { kind, payload, tail } = placed.content
      if (kind !== entryKind.update) continue
      const part = partOf(tail)
      parts.push(payload)
      if (part && part.index < part.count) continue
      const view = readUpdate(concat(...parts))
      parts = []
      for (const { client, structs } of typeof view === 'object' ? view.blocks : []) {
        const end = structs.reduce((last, { clock, length }) => Math.max(last, clock + length), 0)
        for (const reference of open) {
          if (reference.client !== client || reference.clock >= end) continue
          open.delete(reference)
          newest = { chain: head.chain, seq: row.seq, idPrefix: row.id.slice(0, 16) }
        }
      }
    }
    if (newest) keeps.push(newest)
  }
  return { keeps, isAll: open.size === 0 }
}
