/** Whose standing ended, and for which channels: what the rule on late edits asks of the log (§5). Pure, as M2 is. */
import { compareBytes, sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, DeviceId } from '#lib/base/ids'
import { type ContentChannelType, leastRoleIn } from '#lib/workspace/authorize'
import type { End, MembershipState } from '#lib/workspace/membership-state'
import type { Cut } from '#lib/workspace/operation'
import { hasAtLeast } from '#lib/workspace/role'

/** The ends that took from `device` what it takes to write in a channel of this type; also those before a regained right. */
export function endsOf(state: MembershipState, device: DeviceId, channel: ContentChannelType): readonly End[] {
  const person = state.devices.get(toHex(device))?.person
  if (!person || state.ends.length === 0) return []
  return state.ends.filter(
    (end) =>
      sameBytes(end.person, person) &&
      (!end.device || sameBytes(end.device, device)) &&
      !hasAtLeast(end.role, leastRoleIn(channel)),
  )
}

/** Whether these ends hold one of that operation. */
export const hasEnd = (ends: readonly End[], { operation }: End): boolean =>
  ends.some((other) => sameBytes(other.operation, operation))

/**
 * What is said of a chain that these ended, as far as it counts without anybody having built on it. What others had counts,
 * whoever of them; of those who left nobody but themselves says it, and of several such words the one that claims least.
 */
export function cutsOf(ends: readonly End[], chain: ChainTag): readonly Cut[] {
  const cutsIn = (end: End): readonly Cut[] => end.cuts.filter((cut) => sameBytes(cut.chain, chain))
  const byOthers = ends.filter(({ isLeaving }) => !isLeaving)
  if (byOthers.length > 0) return byOthers.flatMap(cutsIn)
  const words = ends.map(cutsIn)
  if (words.some(({ length }) => length === 0)) return []
  return words
    .flat()
    .sort((a, b) => a.seq - b.seq || compareBytes(a.id, b.id))
    .slice(0, 1)
}

/** Whether the log knows whose the device is, and that none of what let that person in counts: they were never here. */
export function isOutsider({ devices, members, formerMembers }: MembershipState, device: DeviceId): boolean {
  const person = devices.get(toHex(device))?.person
  return person !== undefined && !members.has(toHex(person)) && !formerMembers.has(toHex(person))
}

/** The devices (hex) of which anything written may be late. */
export function devicesInDoubt(state: MembershipState): ReadonlySet<string> {
  const people = new Set(state.ends.map(({ person }) => toHex(person)))
  const inDoubt = [...state.devices].filter(
    ([, { device, person }]) => people.has(toHex(person)) || isOutsider(state, device),
  )
  return new Set(inDoubt.map(([key]) => key))
}
