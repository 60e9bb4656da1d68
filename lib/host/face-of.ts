import { toHex } from '#lib/base/bytes'
import type { DeviceId, PersonId } from '#lib/base/ids'
import type { MembershipState } from '#lib/workspace/membership-state'

/** Colours a person can have: the classes person-1 … person-12 of the look. */
const COLOURS = 12

/** 1–12 by join order, so that everybody sees the same person in the same colour. */
export const colourOf = (joinOrder: number): number => (joinOrder % COLOURS) + 1

/** The name and colour of who is or was a member. */
export function faceOf(state: MembershipState, person: PersonId): { readonly name: string; readonly colour: number } {
  const member = state.members.get(toHex(person)) ?? state.formerMembers.get(toHex(person))
  return { name: member?.name ?? '', colour: colourOf(member?.joinOrder ?? 0) }
}

/** The name of whoever has that device; '' where the log knows none. */
export function nameOfDevice(state: MembershipState, device: DeviceId): string {
  const person = state.devices.get(toHex(device))?.person
  return person ? faceOf(state, person).name : ''
}
