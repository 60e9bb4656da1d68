import { sameBytes } from '#lib/base/bytes'
import type { SigningKey } from '#lib/crypto/crypto'
import type { RelayKey } from '#lib/protocol/door'
import { type DoorLevel, type DoorStatement, roomName, signDoorStatement } from '#lib/protocol/door'
import type { MembershipState } from '#lib/workspace/membership-state'

/** Statements that `subjects` have these levels, for every relay of the workspace, signed with the author's relay key. */
export async function signDoors(
  { relays, doors }: MembershipState,
  subjects: readonly { readonly key: RelayKey; readonly level: DoorLevel }[],
  relayKey: SigningKey,
): Promise<readonly DoorStatement[]> {
  const statements = relays.flatMap(({ origin, rootKey, random }) => {
    const room = roomName(rootKey, random)
    return subjects.map(({ key, level }) => {
      const isSameDoor = (door: DoorStatement): boolean => door.origin === origin && sameBytes(door.room, room)
      const earlier = doors.filter((door) => isSameDoor(door) && sameBytes(door.subject, key)).map(({ n }) => n)
      return signDoorStatement({ room, origin, subject: key, level, n: Math.max(0, ...earlier) + 1 }, relayKey)
    })
  })
  return Promise.all(statements)
}
