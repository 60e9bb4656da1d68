import { toBase64Url } from '#lib/base/base64url'
import { toHex } from '#lib/base/bytes'
import { groupBy } from '#lib/base/group-by'
import { ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import { entryKind } from '#lib/protocol/entry-kind'
import { MAX_DEPENDENCIES } from '#lib/protocol/limits'
import type { Replica } from '#lib/replica/replica'

const NOTHING = new Uint8Array(0)

/** Adopts what is held back (W2): one entry a channel, or as many as it takes. `ids` are those of `LateEdits`. */
export async function keepHeldBack(
  replica: Pick<Replica, 'heldBack' | 'append'>,
  ids: readonly string[],
): Promise<Result<void, AppendFailure>> {
  const wanted = (await replica.heldBack()).filter(({ newest }) => ids.includes(toBase64Url(newest.id)))
  for (const items of groupBy(wanted, ({ channel }) => toHex(channel)).values()) {
    for (let from = 0; from < items.length; from += MAX_DEPENDENCIES) {
      const some = items.slice(from, from + MAX_DEPENDENCIES)
      const [first] = some
      if (!first) break
      const keeps = some.map(({ newest: { chain, seq, idPrefix } }) => ({ chain, seq, idPrefix }))
      const kept = await replica.append({ channel: first.name, kind: entryKind.adopt, payload: NOTHING, keeps })
      if (!kept.ok) return kept
    }
  }
  return ok(undefined)
}
