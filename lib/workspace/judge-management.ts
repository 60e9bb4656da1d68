/**
 * The operations that take an admin or the owner, and leaving: the first two strata of M3. The owner's come first, since
 * nobody can end the owner; then everybody else's, the past first, each by its author's rank in its own past, unless a
 * removal or demotion of the author that counts had not seen it. Admissions do not matter here: a link makes no admin.
 */
import { groupBy } from '#lib/base/group-by'
import { isBefore, maximalOf } from '#lib/workspace/causal-order'
import { type Grounds, refusalByRank } from '#lib/workspace/grounds'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import type { VoidReason } from '#lib/workspace/membership-state'
import { rankOf } from '#lib/workspace/role'
import { createStanding, type Standing } from '#lib/workspace/standing'

/** Roles as admins and the owner made them, before anybody came in by a link. */
export interface Management {
  readonly standing: Standing
  readonly valid: Set<LogNode>
  readonly voided: Map<string, VoidReason>
  /** Whether editors may make and revoke links, as `node` has seen the policy. */
  editorsMayInvite(node: LogNode): boolean
}

const ADMIN = rankOf('admin')
const OWNER = rankOf('owner')

/** Judges what takes an admin or more; leaves the rest to later strata. */
export function judgeManagement(grounds: Grounds): Management {
  const { nodes, owner } = grounds
  const standing = createStanding(owner)
  const valid = new Set<LogNode>()
  const voided = new Map<string, VoidReason>()
  const policies: LogNode[] = []
  const people = groupBy(nodes, ({ binding, operation }) =>
    operation.type === 'device.add' ? undefined : binding?.person,
  )

  const isKnown = (person: string, node: LogNode): boolean =>
    (people.get(person) ?? []).some((bound) => isBefore(bound, node))

  const editorsMayInvite = (node: LogNode): boolean => {
    const seen = maximalOf(policies.filter((policy) => isBefore(policy, node)))
    return (
      seen.length > 0 && seen.every((policy) => isNodeOf(policy, 'policy.set') && policy.operation.editorsMayInvite)
    )
  }

  /** Why a change of somebody's role has no effect. */
  function refusalOfChange(node: NodeOf<'role.set' | 'member.remove'>, author: string, person: string) {
    if (person === author) return 'not-entitled'
    if (!isKnown(person, node)) return 'unknown-target'
    const given = isNodeOf(node, 'role.set') ? rankOf(node.operation.role) : -1
    const above = Math.max(given, standing.rankAt(person, node)) + 1
    return refusalByPower(grounds, standing, node, Math.max(ADMIN, above))
  }

  function refusalOf(node: LogNode, author: string): VoidReason | 'later' | undefined {
    switch (node.operation.type) {
      case 'role.set':
      case 'member.remove':
        return refusalOfChange(node as NodeOf<'role.set' | 'member.remove'>, author, node.target ?? '')
      case 'member.leave':
        if (author === owner) return 'not-entitled'
        return grounds.devices.unseenEnds(node).length > 0 ? 'cancelled' : undefined
      case 'invite.create':
      case 'invite.revoke': {
        const refusal = refusalByPower(grounds, standing, node, ADMIN)
        return refusal && editorsMayInvite(node) ? 'later' : refusal
      }
      case 'epoch.rotate':
      case 'workspace.rename':
      case 'relay.set':
        return refusalByPower(grounds, standing, node, ADMIN)
      case 'policy.set':
      case 'forget':
        return refusalByPower(grounds, standing, node, OWNER)
      case 'owner.transfer':
      case 'root.rotate':
        return 'no-effect'
      default:
        return 'later'
    }
  }

  function judge(node: LogNode): void {
    const refusal = grounds.refusalOfAuthor(node) ?? refusalOf(node, node.author ?? '')
    if (refusal === 'later') return
    if (refusal) {
      voided.set(node.id, refusal)
      return
    }
    valid.add(node)
    if (isNodeOf(node, 'role.set')) standing.add(node.target ?? '', node, rankOf(node.operation.role))
    if (isNodeOf(node, 'member.remove')) standing.add(node.target ?? '', node, -1)
    if (isNodeOf(node, 'member.leave')) standing.add(node.author ?? '', node, -1)
    if (isNodeOf(node, 'policy.set')) policies.push(node)
  }

  for (const node of nodes) if (node.author === owner) judge(node)
  for (const node of nodes) if (node.author !== owner) judge(node)
  return { standing, valid, voided, editorsMayInvite }
}

/**
 * As `refusalByRank`, for what takes an admin or more: it also ends with its device, revoked by somebody who had not
 * seen it. A revocation reaches no further back than the operations that it cancels could: one that a removal or
 * demotion of its author had not seen cancels nothing that the author could not do any more.
 */
function refusalByPower({ devices }: Grounds, standing: Standing, node: LogNode, need: number): VoidReason | undefined {
  const refusal = refusalByRank(standing, node, need)
  if (refusal) return refusal
  const author = node.author ?? ''
  return devices.unseenEnds(node).some((end) => !standing.isCutOff(author, end, need)) ? 'cancelled' : undefined
}
