/**
 * Who may write what after given heads (docs/protocol.md E5, M3, M7): the same answer on every device, from the state
 * alone. For log operations this is what an honest device keeps to; what others do beyond it the resolver leaves without
 * effect.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import type { ParsedChannelName } from '#lib/protocol/channel-name'
import { entryKind } from '#lib/protocol/entry-kind'
import { MAX_OPERATIONS_BELOW_ADMIN } from '#lib/workspace/grounds'
import type { MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast, type Role, rankOf } from '#lib/workspace/role'

/** Every kind of channel but the log. */
export type ContentChannelType = Exclude<ParsedChannelName['type'], 'log'>

/** The role that an active device writes with; `undefined` for any other device. */
export function roleOfDevice(state: MembershipState, device: DeviceId): Role | undefined {
  const record = state.devices.get(toHex(device))
  return record?.active ? state.members.get(toHex(record.person))?.role : undefined
}

/** Whether an entry of `kind` in a channel of this type counts when `device` writes it at these heads. */
export function mayAppend(
  state: MembershipState,
  device: DeviceId,
  channel: ParsedChannelName['type'],
  kind: number,
): boolean {
  const role = roleOfDevice(state, device)
  if (!role) return channel === 'log' && isRootOperation(kind) && state.members.has(toHex(device))
  if (channel === 'log') return hasAtLeast(role, leastRoleFor(kind, state)) && hasOperationsLeft(state, device, role)
  if (kind === entryKind.acknowledge || kind === entryKind.dispute || kind === entryKind.merge) return true
  return hasAtLeast(role, leastRoleIn(channel))
}

/** Whether another device than this one may write operations of `kind` at these heads: then two might at once. */
export const mayOthersAppend = (state: MembershipState, own: DeviceId, kind: number): boolean =>
  [...state.devices.values()].some(({ device }) => !sameBytes(device, own) && mayAppend(state, device, 'log', kind))

/** Who may write content in a channel of this type. */
export const leastRoleIn = (channel: ContentChannelType): Role => (channel === 'discussion' ? 'commenter' : 'editor')

/** A root is a device of its person, for these alone (M1). */
const isRootOperation = (kind: number): boolean =>
  kind === entryKind.deviceAdd || kind === entryKind.deviceRevoke || kind === entryKind.rootRotate

/** Whether `author` may give `target` this role, or with `undefined` remove them: only the owner makes or unmakes admins. */
export function mayManage(
  state: MembershipState,
  author: PersonId,
  target: PersonId,
  role: Exclude<Role, 'owner'> | undefined,
): boolean {
  const rank = rankOf(state.members.get(toHex(author))?.role)
  const standing = rankOf(state.members.get(toHex(target))?.role)
  return toHex(author) !== toHex(target) && rank >= rankOf('admin') && rank > Math.max(standing, rankOf(role))
}

/** Whether `author` may hand the workspace to `heir`: the owner, to an admin who has a device to own it with. */
export function mayHandOver(state: MembershipState, author: PersonId, heir: PersonId): boolean {
  const member = state.members.get(toHex(heir))
  const isOwner = state.members.get(toHex(author))?.role === 'owner'
  return isOwner && member?.role === 'admin' && member.devices.length > 0
}

/** The least role for an operation of the log, whatever it is about (§4). */
function leastRoleFor(kind: number, { policy }: MembershipState): Role {
  switch (kind) {
    case entryKind.merge:
    case entryKind.memberLeave:
    case entryKind.deviceAdd:
    case entryKind.deviceRevoke:
    case entryKind.profileSet:
    case entryKind.deviceName:
    case entryKind.keyShare:
    case entryKind.rootRotate:
      return 'viewer'
    case entryKind.admit:
      return 'editor'
    case entryKind.inviteCreate:
    case entryKind.inviteRevoke:
      return policy.editorsMayInvite ? 'editor' : 'admin'
    case entryKind.roleSet:
    case entryKind.memberRemove:
    case entryKind.epochRotate:
    case entryKind.workspaceRename:
    case entryKind.relaySet:
      return 'admin'
    default:
      return 'owner'
  }
}

function hasOperationsLeft(state: MembershipState, device: DeviceId, role: Role): boolean {
  const person = state.devices.get(toHex(device))?.person
  const used = person ? (state.operationsByPerson.get(toHex(person)) ?? 0) : 0
  return hasAtLeast(role, 'admin') || used < MAX_OPERATIONS_BELOW_ADMIN
}
