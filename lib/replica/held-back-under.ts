import { sameBytes } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { type Reference, readUpdate } from '#lib/document/update-reader'
import type { Dependency } from '#lib/protocol/entry-body'
import { entryKind } from '#lib/protocol/entry-kind'
import { chainRows } from '#lib/replica/chain-rows'
import { createPartJoiner } from '#lib/replica/join-parts'
import { readRow } from '#lib/replica/read-row'
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
    const join = createPartJoiner()
    for await (const row of chainRows(core, head.chain, from, to)) {
      const counted = core.countedId(head.chain, row.seq)
      if (counted && !sameBytes(counted, row.id)) continue
      const body = readRow(core, row)
      const update = body?.kind === entryKind.update ? join(body) : undefined
      const view = update && readUpdate(update)
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
