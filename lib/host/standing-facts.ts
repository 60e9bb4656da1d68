import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import type { RelayTrouble } from '#lib/host/host-relays'
import type { JoinRequestView } from '#lib/host/invitation-facts'
import type { StandingFact } from '#lib/host/notice-board'
import { entryKind } from '#lib/protocol/entry-kind'
import { mayAppend } from '#lib/workspace/authorize'
import type { Alarm, MembershipState } from '#lib/workspace/membership-state'

/** Somebody waits for this person's word. */
export const requestFacts = (requests: readonly JoinRequestView[]): readonly StandingFact[] =>
  requests.map(({ id, name }) => ({ type: 'join-request', key: id, who: name }))

/** What the person at `device` should know as long as it lasts, because they can do something about it. Pure. */
export function standingFacts(
  state: MembershipState,
  device: DeviceId,
  relayTrouble: RelayTrouble | undefined,
): readonly StandingFact[] {
  const mayRevoke = mayAppend(state, device, 'log', entryKind.inviteRevoke)
  const own = state.devices.get(toHex(device))?.person
  const suspended = mayRevoke ? [...state.invites].filter(([, invite]) => invite.state === 'suspended') : []
  return [
    ...suspended.map(([key]) => ({ type: 'invitation-used-twice', key }) as const),
    ...(own ? state.alarms.flatMap((alarm) => factOf(alarm, state, own)) : []),
    ...(state.needsNewerVersion ? [{ type: 'needs-newer-version', key: '' } as const] : []),
    ...(relayTrouble ? [{ type: relayTrouble, key: '' }] : []),
  ]
}

/** The owner can hand over again what did not count (M4). */
function factOf(alarm: Alarm, state: MembershipState, own: PersonId): readonly StandingFact[] {
  if (alarm.type === 'invitation-used-twice') return []
  const { type, operation, person } = alarm
  const who = state.members.get(toHex(person))?.name ?? ''
  return sameBytes(own, state.owner) ? [{ type, key: toHex(operation), who }] : []
}
