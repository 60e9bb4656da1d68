import { toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import type { MembershipLog } from '#lib/workspace/membership-log'

/** Whether the person at this device is still here, and if not, why. What they had stays readable. */
export type MemberStanding =
  | { readonly type: 'member' }
  /** `by`: who did it, '' where that is not known. */
  | { readonly type: 'removed'; readonly by: string }
  | { readonly type: 'left' }
  | { readonly type: 'device-revoked' }
  /** It came back from a backup to be read; this browser is no device of anybody there. */
  | { readonly type: 'from-backup' }
  /** They were admitted, and it does not count: others used the link at once, or it was revoked unseen (I3, I4). */
  | { readonly type: 'not-let-in' }

/** By the log; somebody whom it does not name yet is on the way in, unless the workspace is `fromBackup` (V7). */
export function memberStanding(
  { current }: Pick<MembershipLog, 'current'>,
  device: DeviceId,
  fromBackup = false,
): MemberStanding {
  const state = current()
  const record = state?.devices.get(toHex(device))
  if (state && !record && fromBackup) return { type: 'from-backup' }
  if (!state || !record || record.active) return { type: 'member' }
  const person = toHex(record.person)
  if (state.members.has(person)) return { type: 'device-revoked' }
  const former = state.formerMembers.get(person)
  if (!former) return { type: state.voided.has(toHex(record.admission)) ? 'not-let-in' : 'member' }
  if (former.hasLeft) return { type: 'left' }
  return { type: 'removed', by: (former.endedBy && state.members.get(toHex(former.endedBy))?.name) ?? '' }
}
