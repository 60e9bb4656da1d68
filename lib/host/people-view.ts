/** Who is here and what this person may do about it, as the leader tells it and the People dialog shows it. */
import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { mayManage } from '#lib/workspace/authorize'
import type { Invite, Member, MembershipState } from '#lib/workspace/membership-state'
import type { GivenRole } from '#lib/workspace/role'

export interface PeopleView {
  /** By person, as in `PersonView`. */
  readonly members: readonly MemberView[]
  readonly former: readonly { readonly id: string; readonly name: string }[]
  /** Everybody but the owner, who hands the workspace on first. */
  readonly mayLeave: boolean
}

export interface MemberView {
  readonly id: string
  readonly devices: number
  /** Roles that I may give them, lowest first; none where I may change nothing. */
  readonly roles: readonly GivenRole[]
  readonly mayRemove: boolean
  /** Whether I may hand the workspace to them: the owner may, to an admin. */
  readonly mayOwn: boolean
  /** Open invitations that end when they are removed, unless kept (I4). */
  readonly linksThatEnd: readonly string[]
}

const GIVEN: readonly GivenRole[] = ['viewer', 'commenter', 'editor', 'admin']

/** A workspace that is not written down yet, or not mine any more: nobody to do anything about. */
export const NOBODY: PeopleView = { members: [], former: [], mayLeave: false }

/** Pure. */
export function peopleView(state: MembershipState, device: DeviceId): PeopleView {
  const own = state.devices.get(toHex(device))
  const me = own?.active ? own.person : undefined
  const isOwner = me !== undefined && sameBytes(me, state.owner)

  function memberView(member: Member): MemberView {
    const mayRemove = me !== undefined && mayManage(state, me, member.person, undefined)
    return {
      id: toBase64Url(member.person),
      devices: member.devices.length,
      roles: me ? GIVEN.filter((role) => mayManage(state, me, member.person, role)) : [],
      mayRemove,
      mayOwn: isOwner && member.role === 'admin',
      linksThatEnd: mayRemove
        ? [...state.invites.values()].filter((invite) => endsWith(member, invite)).map(({ id }) => toBase64Url(id))
        : [],
    }
  }

  return {
    members: [...state.members.values()].map(memberView),
    former: [...state.formerMembers.values()].map(({ person, name }) => ({ id: toBase64Url(person), name })),
    mayLeave: me !== undefined && state.members.has(toHex(me)) && !isOwner,
  }
}

const endsWith = (member: Member, { state, author, terms }: Invite): boolean =>
  (state === 'open' || state === 'suspended') && (sameBytes(author, member.person) || terms.maxUses !== 1)
