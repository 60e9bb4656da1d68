/**
 * What M3 cancelled and somebody may want to do again (M4): of each person, link and name the last word alone, in the order
 * of the log, however many a removed admin back-dates. Links and keys are not among it: the secret of a link is its maker's, keys fall due.
 */
import { fromHex, toHex } from '#lib/base/bytes'
import { groupBy } from '#lib/base/group-by'
import type { PersonId } from '#lib/base/ids'
import { isBefore } from '#lib/workspace/causal-order'
import type { LogNode } from '#lib/workspace/log-node'
import type { MembershipState, UndoneAct, VoidReason } from '#lib/workspace/membership-state'

type Outcome = Pick<MembershipState, 'name' | 'members' | 'invites'>

/** Of `nodes`, in the order of the log: those without which things stand otherwise than they would, and nobody decided anew. */
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
  return [...groupBy(cancelled, subjectOf)].flatMap(([subject, about]) => {
    const last = about.at(-1)
    const isDecidedAnew = last && (decided.get(subject) ?? []).some((other) => isBefore(last, other))
    return last && !isDecidedAnew ? actOf(last, outcome) : []
  })
}

/** What can be done again, with the person, link or name that it is about. */
function subjectOf({ operation, target }: LogNode): string | undefined {
  switch (operation.type) {
    case 'role.set':
    case 'member.remove':
    case 'invite.revoke':
    case 'workspace.rename':
      return `${operation.type} ${target ?? ''}`
    default:
      return undefined
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
