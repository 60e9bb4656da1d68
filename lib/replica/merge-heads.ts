import { sameBytes } from '#lib/base/bytes'
import type { EntryId } from '#lib/base/ids'
import { MAX_MEMBERSHIP_HEADS } from '#lib/protocol/limits'
import type { ReplicaCore } from '#lib/replica/replica-core'

/** Whether the log has more ends than an entry can cite: an own `merge` operation has to join some of them first (E4). */
export const hasTooManyHeads = (core: ReplicaCore): boolean => core.membership.heads().length > MAX_MEMBERSHIP_HEADS

/** All heads, or as many as an entry can cite: among them what covers everything that the chain cited before (E4). */
export function headsToCite(core: ReplicaCore, before: readonly EntryId[]): readonly EntryId[] {
  const heads = core.membership.heads()
  if (heads.length <= MAX_MEMBERSHIP_HEADS) return heads
  const needed = before.flatMap((seen) => heads.find((head) => core.membership.covers([head], [seen])) ?? [])
  const chosen: EntryId[] = []
  for (const head of [...needed, ...heads]) {
    if (chosen.length < MAX_MEMBERSHIP_HEADS && !chosen.some((one) => sameBytes(one, head))) chosen.push(head)
  }
  return chosen
}
