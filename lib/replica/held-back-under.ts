import { sameBytes } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { type Reference, readUpdate } from '#lib/document/update-reader'
import type { Dependency } from '#lib/protocol/entry-body'
import { storedToEntry } from '#lib/replica/entry-record'
import { openPlaced } from '#lib/replica/receive-run'
import type { ReplicaCore } from '#lib/replica/replica-core'

/**
 * Which held-back entries of a channel wrote what an own edit builds on: it was made before they left the screen. Whoever
 * may write and builds on something keeps it (W1). Empty where not all of it is held back.
 */
export async function heldBackUnder(
  core: ReplicaCore,
  channel: ChannelTag,
  missing: readonly Reference[],
): Promise<readonly Dependency[]> {
  const open = new Set(missing)
  const found: Dependency[] = []
  for (const head of core.heads.limited()) {
    if (!sameBytes(head.channel, channel)) continue
    const from = core.heads.goal(head.chain) + 1
    const to = Math.min(head.seq, core.heads.forkGoal(head.chain))
    let newest: Dependency | undefined
    const rows = from > to ? undefined : await core.store.readChain(head.chain, from, to - from + 1)
    for (const row of rows?.ok ? rows.value : []) {
      const entry = storedToEntry(row)
      const placed = entry.ok ? openPlaced(core, entry.value) : undefined
      const view =
        typeof placed === 'object' && typeof placed.content === 'object' && readUpdate(placed.content.payload)
      for (const { client, structs } of typeof view === 'object' ? view.blocks : []) {
        const end = structs.reduce((last, { clock, length }) => Math.max(last, clock + length), 0)
        for (const reference of open) {
          if (reference.client !== client || reference.clock >= end) continue
          open.delete(reference)
          newest = { chain: head.chain, seq: row.seq, idPrefix: row.id.slice(0, 16) }
        }
      }
    }
    if (newest) found.push(newest)
  }
  return open.size === 0 ? found : []
}
