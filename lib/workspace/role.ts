import { type Format, oneOf } from '#lib/protocol/format'

/** What a member may do, from least to most. There is one owner. */
export type Role = 'viewer' | 'commenter' | 'editor' | 'admin' | 'owner'

/** Roles that an operation can give; ownership is handed on, never given. */
export type GivenRole = Exclude<Role, 'owner'>

/** Roles that a link can give (I3). */
export type LinkRole = Exclude<GivenRole, 'admin'>

const LINK_ROLES: readonly LinkRole[] = ['viewer', 'commenter', 'editor']
const GIVEN_ROLES: readonly GivenRole[] = [...LINK_ROLES, 'admin']
const ROLES: readonly Role[] = [...GIVEN_ROLES, 'owner']

/** 0 for a viewer to 4 for the owner; −1 for somebody who is no member. */
export const rankOf = (role: Role | undefined): number => (role === undefined ? -1 : ROLES.indexOf(role))

/** The role of a rank, `undefined` below 0. */
export const roleOfRank = (rank: number): Role | undefined => ROLES[rank]

/** Whether a role, if any, allows what `least` allows. */
export const hasAtLeast = (role: Role | undefined, least: Role): boolean => rankOf(role) >= rankOf(least)

/** One byte: 0 viewer, 1 commenter, 2 editor. */
export const linkRoleFormat: Format<LinkRole> = oneOf(LINK_ROLES)
/** One byte, as `linkRoleFormat`, and 3 for an admin. */
export const givenRoleFormat: Format<GivenRole> = oneOf(GIVEN_ROLES)
