import type { DeviceId } from '#lib/base/ids'
import type { StandingFact } from '#lib/host/notice-board'
import { entryKind } from '#lib/protocol/entry-kind'
import { mayAppend } from '#lib/workspace/authorize'
import type { MembershipState } from '#lib/workspace/membership-state'

/** What the person at `device` should know as long as it lasts, because they can do something about it. Pure. */
export function standingFacts(
  state: MembershipState,
  device: DeviceId,
  isRelayRefused: boolean,
): readonly StandingFact[] {
  const mayRevoke = mayAppend(state, device, 'log', entryKind.inviteRevoke)
  const suspended = mayRevoke ? [...state.invites].filter(([, invite]) => invite.state === 'suspended') : []
  return [
    ...suspended.map(([key]) => ({ type: 'invitation-used-twice', key }) as const),
    ...(isRelayRefused ? [{ type: 'relay-refused', key: '' } as const] : []),
  ]
}
