/**
 * One operation that takes an admin or the owner, or a leaving: whether it counts, by its author's rank in its own past,
 * unless a removal or demotion of the author that counts had not seen it. In which order they come is
 * `judgeManagement`'s business.
 */
import { isBefore, maximalOf } from '#lib/workspace/causal-order'
import { type Grounds, refusalByRank } from '#lib/workspace/grounds'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import type { VoidReason } from '#lib/workspace/membership-state'
import type { Ownership } from '#lib/workspace/ownership'
import { rankOf } from '#lib/workspace/role'
import { createStanding, type Standing } from '#lib/workspace/standing'

/** Roles as admins and the owner made them, before anybody came in by a link. */
export interface Management {
  readonly ownership: Ownership
  readonly standing: Standing
  readonly valid: Set<LogNode>
  readonly voided: Map<string, VoidReason>
  /** Whether editors may make and revoke links, as `node` has seen the policy. */
  editorsMayInvite(node: LogNode): boolean
  /** Judges an operation once; it says nothing about those that later strata judge. */
  judge(node: LogNode): void
}

const ADMIN = rankOf('admin')
const OWNER = rankOf('owner')

/** Nothing judged yet, with these owners. */
export function createManagement(grounds: Grounds, ownership: Ownership): Management {
  const standing = createStanding(ownership)
  const valid = new Set<LogNode>()
  const voided = new Map<string, VoidReason>()
  const policies: LogNode[] = []
  const editorsMayInvite = (node: LogNode): boolean => {
    const seen = maximalOf(policies.filter((policy) => isBefore(policy, node)))
    return (
      seen.length > 0 && seen.every((policy) => isNodeOf(policy, 'policy.set') && policy.operation.editorsMayInvite)
    )
  }

  /** Why a change of somebody's role has no effect. */
  function refusalOfChange(node: NodeOf<'role.set' | 'member.remove'>, author: string, person: string) {
    if (person === author || ownership.isOwnerBeside(person, node)) return 'not-entitled'
    if (!grounds.isKnown(person, node)) return 'unknown-target'
    const given = isNodeOf(node, 'role.set') ? rankOf(node.operation.role) : -1
    const above = Math.max(given, standing.rankAt(person, node)) + 1
    return refusalByPower(grounds, standing, node, Math.max(ADMIN, above))
  }

  function refusalOfTransfer(node: NodeOf<'owner.transfer'>): VoidReason | undefined {
    if (ownership.transfers.includes(node)) return undefined
    const refusal = refusalByPower(grounds, standing, node, OWNER)
    const isPossible = node.target !== node.author && standing.rankAt(node.target ?? '', node) === ADMIN
    return refusal ?? (isPossible ? 'contested' : 'not-entitled')
  }

  function refusalOf(node: LogNode, author: string): VoidReason | 'later' | undefined {
    switch (node.operation.type) {
      case 'role.set':
      case 'member.remove':
        return refusalOfChange(node as NodeOf<'role.set' | 'member.remove'>, author, node.target ?? '')
      case 'member.leave':
        if (ownership.isOwnerBeside(author, node)) return 'not-entitled'
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
        return refusalOfTransfer(node as NodeOf<'owner.transfer'>)
      case 'root.rotate':
        return 'no-effect'
      default:
        return 'later'
    }
  }

  function judge(node: LogNode): void {
    if (valid.has(node) || voided.has(node.id)) return
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

  return { ownership, standing, valid, voided, editorsMayInvite, judge }
}

/**
 * As `refusalByRank`, for what takes an admin or more: it also ends with its device, revoked by somebody who had not
 * seen it. A revocation reaches no further back than the operations that it cancels could: one that a removal or
 * demotion of its author had not seen cancels nothing that the author could not do any more.
 */
export function refusalByPower(
  { devices }: Grounds,
  standing: Standing,
  node: LogNode,
  need: number,
): VoidReason | undefined {
  const refusal = refusalByRank(standing, node, need)
  if (refusal) return refusal
  const author = node.author ?? ''
  return devices.unseenEnds(node).some((end) => !standing.isCutOff(author, end, need)) ? 'cancelled' : undefined
}
