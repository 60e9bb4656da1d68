/** Which keys a change of somebody's standing reaches (docs/protocol.md M3, R3). */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { RelayKey } from '#lib/protocol/door'
import type { DeviceRecord, Member, MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast, type Role } from '#lib/workspace/role'

/** Of a person's devices and recovery kit. */
export const relayKeysOf = ({ devices, paper }: Pick<Member, 'devices' | 'paper'>): RelayKey[] => [
  ...devices.map(({ relayKey }) => relayKey),
  ...(paper ? [paper.relayKey] : []),
]

/**
 * Whether somebody else, or another device of the same person, has the key and stands no lower than `role` (for
 * `undefined`: is in): nothing is said of it then on account of `whose`. Two have one key where one of them claimed it
 * behind the other's back.
 */
export function isHeldBeside(
  { members }: Pick<MembershipState, 'members'>,
  key: RelayKey,
  role: Role | undefined,
  whose: Member | DeviceRecord,
): boolean {
  const others = [...stateWithout({ members }, whose).members.values()]
  return others.some(
    (member) =>
      (role === undefined || hasAtLeast(member.role, role)) &&
      relayKeysOf(member).some((other) => sameBytes(other, key)),
  )
}

/** Everybody but this person, or all devices but this one. */
export function stateWithout(
  { members }: Pick<MembershipState, 'members'>,
  gone: Member | DeviceRecord,
): Pick<MembershipState, 'members'> {
  const left = new Map(members)
  const key = toHex(gone.person)
  const member = members.get(key)
  if ('devices' in gone || !member) left.delete(key)
  else left.set(key, { ...member, devices: member.devices.filter(({ device }) => !sameBytes(device, gone.device)) })
  return { members: left }
}
