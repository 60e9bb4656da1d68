/** The rules of a workspace that its owner sets (docs/protocol.md §4), as the leader tells and changes them. */
import type { DeviceId, EntryId } from '#lib/base/ids'
import { ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { MakeOperation } from '#lib/host/write-operation'
import { entryKind } from '#lib/protocol/entry-kind'
import { mayAppend } from '#lib/workspace/authorize'
import type { MembershipState } from '#lib/workspace/membership-state'

/** What a person may change of a policy; what they do not name stays. */
export interface PolicyWish {
  readonly editorsMayInvite?: boolean
  /** Days; 0: only when a person or device goes. */
  readonly rotationDays?: number
}

export interface PolicyView extends Required<PolicyWish> {
  readonly maySet: boolean
  /** Whether I may have new keys made now. */
  readonly mayRotate: boolean
}

/** Of a workspace that is not written down yet, or whose log is not here. */
export const NO_POLICY: PolicyView = { editorsMayInvite: false, rotationDays: 0, maySet: false, mayRotate: false }

/** Pure. */
export function policyView(state: MembershipState, device: DeviceId): PolicyView {
  const { editorsMayInvite, rotationDays } = state.policy
  const may = (kind: number): boolean => !state.needsNewerVersion && mayAppend(state, device, 'log', kind)
  return { editorsMayInvite, rotationDays, maySet: may(entryKind.policySet), mayRotate: may(entryKind.epochRotate) }
}

/** An operation replaces the whole policy: what `wish` leaves out is taken from the log as it stands when it is written. */
export const setPolicy = (
  { editorsMayInvite, rotationDays }: PolicyWish,
  operate: (make: MakeOperation) => Promise<Result<EntryId, AppendFailure>>,
): Promise<Result<EntryId, AppendFailure>> =>
  operate(async ({ state: { policy } }) =>
    ok({
      operation: {
        type: 'policy.set',
        ...policy,
        editorsMayInvite: editorsMayInvite ?? policy.editorsMayInvite,
        rotationDays: rotationDays ?? policy.rotationDays,
      },
    }),
  )
