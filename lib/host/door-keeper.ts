import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { SigningKey } from '#lib/crypto/crypto'
import { type DoorLevel, type DoorStatement, doorRank, type RelayKey } from '#lib/protocol/door'
import type { Replica } from '#lib/replica/replica'
import { roleOfDevice } from '#lib/workspace/authorize'
import { isHeldBeside } from '#lib/workspace/door-keys'
import type { DeviceRecord, MembershipState } from '#lib/workspace/membership-state'
import { hasAtLeast, type Role } from '#lib/workspace/role'
import { doorLevelFor, signDoors } from '#lib/workspace/sign-doors'

/**
 * Says at the doors of relays what the log says and no operation could (R3): that somebody who left is out, or whose device
 * was revoked by somebody below admin; that somebody is in whom a cancelled removal had put out there; and for the owner, that
 * a device which an admin brought in is an admin's, and at a relay that was named later, who came in before, kits included.
 */
export interface DoorKeeper {
  statements(): readonly DoorStatement[]
  /** Looks at the log again; resolves when what it comes to is signed. Nothing but for an admin. */
  changed(): Promise<void>
}

export interface DoorKeeperOptions {
  readonly replica: Pick<Replica, 'membership'>
  readonly device: DeviceId
  readonly relayKey: SigningKey
  /** There is something new to say. */
  onChange(): void
}

/** The newest former devices; older ones were told of before. */
const MOST = 256

/** Tells keys of which the log says nothing at one of several relays. */
function createUnknownSomewhere({ relays, doors }: MembershipState): (key: RelayKey) => boolean {
  if (relays.length < 2) return () => false
  const said = new Set(doors.map(({ origin, subject }) => `${toHex(subject)} ${origin}`))
  return (key) => relays.some(({ origin, rootKey }) => !sameBytes(rootKey, key) && !said.has(`${toHex(key)} ${origin}`))
}

export function createDoorKeeper({ replica, device, relayKey, onChange }: DoorKeeperOptions): DoorKeeper {
  let said: readonly DoorStatement[] = []
  let saidOf = ''

  function toSay(state: MembershipState, role: Role): { readonly key: RelayKey; readonly level: DoorLevel }[] {
    const newest = new Map(state.doors.map((door) => [toHex(door.subject), door]))
    const isOwn = (door: DoorStatement | undefined): boolean =>
      door !== undefined && sameBytes(door.signer, relayKey.publicKey)
    const roleOf = ({ active, person }: DeviceRecord): Role | undefined =>
      active ? state.members.get(toHex(person))?.role : undefined
    const levelOf = (record: DeviceRecord): DoorLevel => doorLevelFor(roleOf(record), role)
    const isTooLow = (record: DeviceRecord, door: DoorStatement | undefined): boolean =>
      role === 'owner' && doorRank(door?.level ?? 'none') < doorRank(levelOf(record))
    const isUnknownSomewhere = role === 'owner' ? createUnknownSomewhere(state) : () => false
    const subjects = [...state.devices.values()].filter((record) => {
      if (sameBytes(record.relayKey, relayKey.publicKey)) return false
      if (isHeldBeside(state, record.relayKey, roleOf(record), record)) return false
      const door = newest.get(toHex(record.relayKey))
      const said = state.doorNumbers.get(toHex(record.relayKey)) ?? 0
      if (record.active) return said > (door?.n ?? 0) || isTooLow(record, door) || isUnknownSomewhere(record.relayKey)
      return door?.level !== 'none' || !isOwn(door)
    })
    const kits = [...state.members.values()].flatMap((member) => {
      const key = member.paper?.relayKey
      const isToSay = key && isUnknownSomewhere(key) && !isHeldBeside(state, key, member.role, member)
      return isToSay ? [{ key, level: 'member' } as const] : []
    })
    const former = subjects.filter(({ active }) => !active).slice(-MOST)
    const told = [...former, ...subjects.filter(({ active }) => active)]
    return [...told.map((record) => ({ key: record.relayKey, level: levelOf(record) })), ...kits]
  }

  return {
    statements: () => said,
    async changed() {
      const state = replica.membership.current()
      const role = state && roleOfDevice(state, device)
      if (!state || !role || !hasAtLeast(role, 'admin')) {
        said = []
        saidOf = ''
        return
      }
      const subjects = toSay(state, role)
      const numbered = subjects.map(({ key, level }) => [toHex(key), level, state.doorNumbers.get(toHex(key)) ?? 0])
      const now = JSON.stringify([numbered, state.relays.map(({ origin }) => origin)])
      if (now === saidOf) return
      saidOf = now
      const signed = await signDoors(state, subjects, relayKey, 1)
      if (saidOf !== now) return
      said = signed
      onChange()
    },
  }
}
