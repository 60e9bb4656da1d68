/** Which relay keys a change of somebody's standing reaches (docs/protocol.md R3). */
import { sameBytes } from '#lib/base/bytes'
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
  { members }: MembershipState,
  key: RelayKey,
  role: Role | undefined,
  whose: Member | DeviceRecord,
): boolean {
  const othersOf = (member: Member): RelayKey[] => {
    if (!sameBytes(member.person, whose.person)) return relayKeysOf(member)
    if ('devices' in whose) return []
    return relayKeysOf({ ...member, devices: member.devices.filter(({ device }) => !sameBytes(device, whose.device)) })
  }
  return [...members.values()].some(
    (member) =>
      (role === undefined || hasAtLeast(member.role, role)) && othersOf(member).some((other) => sameBytes(other, key)),
  )
}
