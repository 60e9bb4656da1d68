import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { MembershipLog } from '#lib/workspace/membership-log'

/** Whether the person at this device is still here, and if not, why. What they had stays readable. */
export type MemberStanding =
  | { readonly type: 'member' }
  /** `by`: who did it, '' where that is not known. */
  | { readonly type: 'removed'; readonly by: string }
  | { readonly type: 'left' }
  | { readonly type: 'device-revoked' }

/** By the log alone; somebody whom it does not name yet is on the way in. */
export function memberStanding(
  { current, operation, handedOut }: Pick<MembershipLog, 'current' | 'operation' | 'handedOut'>,
  device: DeviceId,
): MemberStanding {
  const state = current()
  const record = state?.devices.get(toHex(device))
  if (!state || !record || record.active) return { type: 'member' }
  if (state.members.has(toHex(record.person))) return { type: 'device-revoked' }
  const end = state.ends.findLast(
    (one) => one.device === undefined && one.role === undefined && sameBytes(one.person, record.person),
  )
  if (!end) return { type: 'device-revoked' }
  if (operation(end.operation)?.type === 'member.leave') return { type: 'left' }
  const remover = handedOut().find((handed) => sameBytes(handed.operation, end.operation))?.device
  const person = remover && state.devices.get(toHex(remover))?.person
  return { type: 'removed', by: (person && state.members.get(toHex(person))?.name) ?? '' }
}
