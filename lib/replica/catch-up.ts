import { sameBytes, toHex } from '#lib/base/bytes'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Settling } from '#lib/replica/settle-channel'

const ROWS = 256

/**
 * Takes over what another tab committed while this one thought that it leads alone (D5): a tab that slept may have been
 * followed by another, and both write one disk until they learn of each other. `false`: there is nothing new.
 */
export async function catchUp(core: ReplicaCore, settling: Settling): Promise<boolean> {
  let isNew = false
  for (const { chain, channel, seq } of await core.store.heads()) {
    const known = core.heads.get(chain)
    if (core.forks.tree(chain) || seq <= (known?.seq ?? 0)) continue
    const judged = core.heads.judged(chain)
    for (let from = (known?.seq ?? 0) + 1; from <= seq; ) {
      const rows = await core.store.readChain(chain, from, ROWS)
      if (!rows.ok || rows.value.length === 0) break
      for (const row of rows.value) {
        core.ids.set(chain, row.seq, row.id)
        const lane = sameBytes(channel, core.logChannel) ? 'log' : 'content'
        core.heads.set({ lane, channel, chain, seq: row.seq, id: row.id })
        from = row.seq + 1
      }
      isNew = true
    }
    core.heads.setJudged(chain, judged, core.countedId(chain, judged))
    core.obstacles.delete(toHex(chain))
  }
  if (isNew) await settling.retryAll()
  return isNew
}
