/** Who is here and what this person may do about it, as the leader tells it and the People dialog shows it. */
import { toBase64Url } from '#lib/base/base64url'
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import { faceOf } from '#lib/host/face-of'
import { mayManage } from '#lib/workspace/authorize'
import type { FormerMember, Invite, Member, MembershipState } from '#lib/workspace/membership-state'
import type { GivenRole } from '#lib/workspace/role'

export interface PeopleView {
  /** By person, as in `PersonView`. */
  readonly members: readonly MemberView[]
  /** Who was here once, the last to go first. */
  readonly former: readonly FormerView[]
  /** Everybody but the owner, who hands the workspace on first. */
  readonly mayLeave: boolean
}

export interface FormerView {
  readonly id: string
  readonly name: string
  readonly colour: number
  /** Who removed them: '' where they gave no name; `undefined` for whoever left by themselves. */
  readonly removedBy: { readonly name: string; readonly isMe: boolean } | undefined
  /** As the clock of whoever ended it had it. */
  readonly atMs: number
  /** Whether I may remove somebody who left by themselves, too. */
  readonly mayRemove: boolean
  readonly linksThatEnd: readonly string[]
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

  const mayRemovePerson = (person: PersonId): boolean => me !== undefined && mayManage(state, me, person, undefined)
  const linksThatEndWith = (person: PersonId): readonly string[] =>
    mayRemovePerson(person)
      ? [...state.invites.values()].filter((invite) => endsWith(person, invite)).map(({ id }) => toBase64Url(id))
      : []

  const memberView = ({ person, devices, role: now }: Member): MemberView => ({
    id: toBase64Url(person),
    devices: devices.length,
    roles: me ? GIVEN.filter((role) => mayManage(state, me, person, role)) : [],
    mayRemove: mayRemovePerson(person),
    mayOwn: isOwner && now === 'admin',
    linksThatEnd: linksThatEndWith(person),
  })

  const formerView = ({ person, hasLeft, endedBy, endedAtSeconds }: FormerMember): FormerView => ({
    id: toBase64Url(person),
    ...faceOf(state, person),
    removedBy:
      hasLeft || !endedBy
        ? undefined
        : { name: faceOf(state, endedBy).name, isMe: me !== undefined && sameBytes(me, endedBy) },
    atMs: (state.createdAtSeconds + endedAtSeconds) * 1000,
    mayRemove: hasLeft && mayRemovePerson(person),
    linksThatEnd: hasLeft ? linksThatEndWith(person) : [],
  })

  return {
    members: [...state.members.values()].map(memberView),
    former: [...state.formerMembers.values()].map(formerView).toSorted((a, b) => b.atMs - a.atMs),
    mayLeave: me !== undefined && state.members.has(toHex(me)) && !isOwner,
  }
}

const endsWith = (person: PersonId, { state, author, terms }: Invite): boolean =>
  (state === 'open' || state === 'suspended') && (sameBytes(author, person) || terms.maxUses !== 1)
