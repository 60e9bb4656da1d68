import { err, type Result } from '#lib/base/result'
import { cutOf, type EndingStanding } from '#lib/replica/cut-of'
import type { ReplicaCore } from '#lib/replica/replica-core'
import type { Settling } from '#lib/replica/settle-channel'
import type { AppendError, AppendRequest } from '#lib/replica/write-entry'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Cut } from '#lib/workspace/operation'

/** The log as it stands while an operation is made from it and written: nothing is taken in between. */
export interface StandingLog {
  readonly state: MembershipState
  /** As `Replica.cutOf` gives it. */
  cutOf(target: EndingStanding): Promise<readonly Cut[]>
}

/** Comes to an operation, or to why there is none. Must not wait for the replica that it writes to. */
export type MakeFromLog<E> = (log: StandingLog) => Promise<Result<AppendRequest, E>>

/** What `make` comes to from all that is here. Call it where nothing is taken in meanwhile. */
export async function makeFrom<E>(
  core: ReplicaCore,
  settling: Settling,
  make: MakeFromLog<E>,
): Promise<Result<AppendRequest, AppendError | E>> {
  const state = core.membership.current()
  if (!state) return err({ type: 'not-allowed' })
  return make({ state, cutOf: (target) => cutOf(core, settling, target) })
}
