/**
 * What M3 cancelled and somebody may want to do again (M4): of each author the last word on a person, link or name, in the
 * order of the log, however many a removed admin back-dates. Links and keys are not among it: the secret of a link is its maker's, keys fall due.
 */
import { fromHex, toHex } from '#lib/base/bytes'
import { groupBy } from '#lib/base/group-by'
import type { PersonId } from '#lib/base/ids'
import { isBefore } from '#lib/workspace/causal-order'
import type { LogNode } from '#lib/workspace/log-node'
import type { MembershipState, UndoneAct, VoidReason } from '#lib/workspace/membership-state'

type Outcome = Pick<MembershipState, 'name' | 'members' | 'invites'>

/** Of `nodes`, in the order of the log: those without which things stand otherwise than they would. */
export function undoneActs(
  nodes: readonly LogNode[],
  valid: ReadonlySet<LogNode>,
  voided: ReadonlyMap<string, VoidReason>,
  outcome: Outcome,
): readonly UndoneAct[] {
  const cancelled = nodes.filter(({ id }) => voided.get(id) === 'cancelled')
  if (cancelled.length === 0) return []
  const decided = groupBy(
    nodes.filter((node) => valid.has(node)),
    subjectOf,
  )
  const words = groupBy(cancelled, (node) => subjectOf(node) && `${node.author} ${subjectOf(node)}`)
  return [...words.values()].flatMap((about) => {
    const last = about.at(-1)
    if (!last) return []
    const isDecidedAnew = (decided.get(subjectOf(last)) ?? []).some((other) => isBefore(last, other))
    return isDecidedAnew && !STANDS_UNTIL_DONE.includes(last.operation.type) ? [] : actOf(last, outcome)
  })
}

/** What keeps somebody out is no less wanted because something else was decided about them since. */
const STANDS_UNTIL_DONE: readonly string[] = ['member.remove', 'invite.revoke']

/** The person, link or name that something is about which can be done again. */
function subjectOf({ operation, target }: LogNode): string {
  switch (operation.type) {
    case 'role.set':
    case 'member.remove':
      return `person ${target}`
    case 'invite.revoke':
      return `link ${target}`
    case 'workspace.rename':
      return 'name'
    default:
      return ''
  }
}

function actOf({ operation, entry, author }: LogNode, { name, members, invites }: Outcome): UndoneAct[] {
  const by = fromHex(author ?? '') as PersonId | undefined
  if (!by) return []
  const undone = { operation: entry.id, by }
  switch (operation.type) {
    case 'role.set': {
      const { member: person, role } = operation
      const now = members.get(toHex(person))?.role
      return now && now !== role ? [{ ...undone, type: 'set-role', person, role }] : []
    }
    case 'member.remove': {
      const { member: person, keptInvites } = operation
      return members.has(toHex(person)) ? [{ ...undone, type: 'remove', person, keptInvites }] : []
    }
    case 'invite.revoke': {
      const state = invites.get(toHex(operation.invite))?.state
      return state === 'open' ? [{ ...undone, type: 'revoke', invite: operation.invite }] : []
    }
    case 'workspace.rename':
      return operation.name === name ? [] : [{ ...undone, type: 'rename', name: operation.name }]
    default:
      return []
  }
}
