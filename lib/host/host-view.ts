import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { type DeliveryView, endedDelivery } from '#lib/delivery/delivery-view'
import { NOT_CONNECTED } from '#lib/host/connection-view'
import { devicesOf } from '#lib/host/device-view'
import { colourOf, faceOf } from '#lib/host/face-of'
import type { HostView } from '#lib/host/host-protocol'
import type { InvitationView } from '#lib/host/invitation-facts'
import { NOBODY, peopleView } from '#lib/host/people-view'
import { NO_ROOM_MAKING } from '#lib/host/room-making'
import { NO_POLICY, policyView } from '#lib/host/set-policy'
import type { PersonView } from '#lib/host/workspace-facts'
import { entryKind } from '#lib/protocol/entry-kind'
import { leastRoleIn, mayAppend, roleOfDevice } from '#lib/workspace/authorize'
import type { Invite, MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast } from '#lib/workspace/role'

/** What is told as it is known. */
type Told = Pick<
  HostView,
  | 'connection'
  | 'kit'
  | 'notices'
  | 'undone'
  | 'standing'
  | 'keys'
  | 'verified'
  | 'requests'
  | 'heldBack'
  | 'roomMaking'
>

/** What else the leader knows beside the log. */
export interface HostFacts extends Told {
  readonly device: DeviceId
  /** The name this profile goes by, shown until the log has one. */
  readonly ownName: string
  readonly nowMs: number
  readonly delivery: DeliveryView
  /** Channels (hex) by person (hex) who shows presence now. */
  readonly channelsByPerson: ReadonlyMap<string, readonly string[]>
}

/** Nothing but the person's own name: a workspace that is not written down yet. */
export function draftView(ownName: string): HostView {
  const me: PersonView = { id: '', name: ownName, role: 'owner', colour: 1, online: true, onPages: [] }
  return {
    name: '',
    role: 'owner',
    canWrite: true,
    canComment: true,
    canInvite: true,
    me,
    members: [me],
    invitations: [],
    requests: [],
    people: NOBODY,
    undone: [],
    delivery: {
      pill: { type: 'not-saved-yet' },
      people: [],
      verified: { edits: 0, people: 1, unchecked: 0 },
      relay: 'connecting',
      relayed: false,
      directPeers: 0,
    },
    connection: NOT_CONNECTED,
    devices: [],
    kit: 'none',
    notices: [],
    standing: { type: 'member' },
    keys: { lacking: false, due: false, heldBy: [] },
    policy: NO_POLICY,
    roomMaking: NO_ROOM_MAKING,
    verified: [],
    heldBack: [],
  }
}

/** Somebody who came in and whose log has not arrived: they may do nothing yet, so that the day they may is a change. */
export const arrivingView = (ownName: string): HostView => ({
  ...draftView(ownName),
  role: 'viewer',
  canWrite: false,
  canComment: false,
  canInvite: false,
})

export function buildHostView(
  state: MembershipState,
  { device, ownName, nowMs, channelsByPerson, delivery, ...told }: HostFacts,
): HostView {
  const own = state.devices.get(toHex(device))?.person
  const isIn = told.standing.type === 'member'
  const here = isIn ? channelsByPerson : new Map<string, readonly string[]>()
  const members = [...state.members.values()].map((member): PersonView => {
    const key = toHex(member.person)
    const isMe = own !== undefined && sameBytes(own, member.person)
    return {
      id: toBase64Url(member.person),
      name: member.name || (isMe ? ownName : ''),
      role: member.role,
      colour: colourOf(member.joinOrder),
      online: isMe || here.has(key),
      onPages: here.get(key) ?? [],
    }
  })
  const role = roleOfDevice(state, device)
  const ownId = own ? toBase64Url(own) : ''
  const me = members.find(({ id }) => id === ownId) ?? draftView(ownName).me
  return {
    ...told,
    name: state.name,
    role: role ?? 'viewer',
    canWrite: hasAtLeast(role, leastRoleIn('body')) && !state.needsNewerVersion,
    canComment: hasAtLeast(role, leastRoleIn('discussion')) && !state.needsNewerVersion,
    canInvite: mayAppend(state, device, 'log', entryKind.inviteCreate) && !state.needsNewerVersion,
    me,
    members,
    invitations: [...state.invites.values()].map((invite) => invitationView(state, invite, nowMs)),
    people: peopleView(state, device),
    delivery: isIn ? delivery : endedDelivery(delivery),
    devices: devicesOf(state, device, delivery),
    policy: policyView(state, device),
  }
}

function invitationView(
  membership: MembershipState,
  { id, author, terms, note, state, joined }: Invite,
  nowMs: number,
): InvitationView {
  const nameOf = (person: PersonId): string => faceOf(membership, person).name
  const expiresAt = terms.expiresAtSeconds * 1000
  return {
    id: toBase64Url(id),
    role: terms.role,
    singleUse: terms.maxUses === 1,
    expiresAt,
    state: state === 'open' && nowMs >= expiresAt ? 'expired' : state,
    approval: terms.needsApproval,
    pin: note.needsPin,
    label: note.label,
    by: nameOf(author),
    joined: joined.map(nameOf),
  }
}
