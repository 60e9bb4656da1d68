/** What operations say about the doors of the workspace's relays (docs/protocol.md R3). */
import { toHex } from '#lib/base/bytes'
import type { SigningKey } from '#lib/crypto/crypto'
import type { RelayKey } from '#lib/protocol/door'
import { type DoorLevel, type DoorStatement, roomName, signDoorStatement } from '#lib/protocol/door'
import type { MembershipState } from '#lib/workspace/membership-state'
import type { Role } from '#lib/workspace/role'

/** Numbers of operations leave one free between them, for what a client says without an operation. */
const STEP = 2

/**
 * Statements that `subjects` have these levels, for every relay of the workspace, signed with the author's relay key.
 * `step` 1: such as no operation carries (door-keeper.ts).
 */
export async function signDoors(
  { relays, doorNumbers }: MembershipState,
  subjects: readonly { readonly key: RelayKey; readonly level: DoorLevel }[],
  relayKey: SigningKey,
  step: 1 | typeof STEP = STEP,
): Promise<readonly DoorStatement[]> {
  const statements = relays.flatMap(({ origin, rootKey, random }) => {
    const room = roomName(rootKey, random)
    return subjects.map(({ key, level }) => {
      const n = Math.min((doorNumbers.get(toHex(key)) ?? 0) + step, Number.MAX_SAFE_INTEGER)
      return signDoorStatement({ room, origin, subject: key, level, n }, relayKey)
    })
  })
  return Promise.all(statements)
}

/**
 * The level that somebody with the role `sayer` can give to a device of a member with `role` (none for no member): only a
 * root makes roots and admins.
 */
export function doorLevelFor(role: Role | undefined, sayer: Role | undefined): DoorLevel {
  if (role === undefined) return 'none'
  if (sayer !== 'owner') return 'member'
  return role === 'owner' ? 'root' : role === 'admin' ? 'admin' : 'member'
}
