import { sameBytes, toHex } from '#lib/base/bytes'
import type { DeviceId } from '#lib/base/ids'
import { mayManage } from '#lib/workspace/authorize'
import type { LogEntry } from '#lib/workspace/log-node'
import type { MembershipLog } from '#lib/workspace/membership-log'

/**
 * Finds who changed or removed somebody whom they could not by all that they had seen themselves, which takes an altered
 * client (M4). It had no effect; what a conflict cancelled is none of it.
 */
export interface OverreachWatch {
  /** The log may have grown: whose devices wrote such a thing since the last time, one for each. */
  news(): readonly DeviceId[]
}

/** Knows what stands in the log already. */
export function createOverreachWatch(log: Pick<MembershipLog, 'current' | 'entries' | 'stateAt'>): OverreachWatch {
  const known = new Set(unentitled(log))

  return {
    news() {
      const fresh = new Set(unentitled(log).filter((id) => !known.has(id)))
      if (fresh.size === 0) return []
      for (const id of fresh) known.add(id)
      const entries = log.entries().filter(({ id }) => fresh.has(toHex(id)))
      return entries.filter((entry) => isOverreach(log, entry)).map(({ device }) => device)
    },
  }
}

/** In hex. */
const unentitled = ({ current }: Pick<MembershipLog, 'current'>): readonly string[] =>
  [...(current()?.voided ?? [])].flatMap(([id, reason]) => (reason === 'not-entitled' ? [id] : []))

/** By the log as its author had it: what counted there may count no more. */
function isOverreach({ stateAt }: Pick<MembershipLog, 'stateAt'>, { parents, device, operation }: LogEntry): boolean {
  if (operation.type !== 'role.set' && operation.type !== 'member.remove') return false
  const state = stateAt(parents)
  const author = state?.devices.get(toHex(device))?.person
  if (!state || !author || sameBytes(author, operation.member)) return false
  return !mayManage(state, author, operation.member, operation.type === 'role.set' ? operation.role : undefined)
}
