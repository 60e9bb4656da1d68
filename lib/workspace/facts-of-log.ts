/** What the judged operations mean for links, late edits and the people who watch over the workspace. */
import { compareBytes, fromHex, toHex } from '#lib/base/bytes'
import type { PersonId } from '#lib/base/ids'
import { isBefore } from '#lib/workspace/causal-order'
import { NO_NOTE } from '#lib/workspace/invite-note'
import type { Admissions } from '#lib/workspace/judge-admissions'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import type { Alarm, End, Invite, InviteState, VoidReason } from '#lib/workspace/membership-state'

/** Links that count, by id, in the order of the log. */
export function invitesOfLog({ invites, admits, revocations, suspended }: Admissions): Map<string, Invite> {
  const joinedByInvite = new Map<string, Set<string>>()
  for (const admit of admits) {
    const invite = invites.get(inviteOf(admit))
    if (!invite) continue
    joinedByInvite.set(invite.id, (joinedByInvite.get(invite.id) ?? new Set()).add(admit.target ?? ''))
  }
  const entries = [...invites].map(([id, node]): [string, Invite] => {
    const joined = [...(joinedByInvite.get(id) ?? [])]
    const { maxUses } = node.operation
    const isUsed = maxUses > 0 && joined.length >= maxUses
    const state = stateOf(isUsed, suspended.has(id), revocations.has(id))
    const author = toPerson(node.author ?? '')
    const note = node.entry.note ?? NO_NOTE
    return [id, { id: node.entry.id, author, terms: node.operation, note, state, joined: joined.map(toPerson) }]
  })
  return new Map(entries)
}

const inviteOf = (admit: NodeOf<'admit'>): string => toHex(admit.operation.join.invite)

function stateOf(isUsed: boolean, isSuspended: boolean, isRevoked: boolean): InviteState {
  if (isUsed) return 'used'
  if (isRevoked) return 'revoked'
  return isSuspended ? 'suspended' : 'open'
}

/** What ends somebody's standing (§5); `node` counts. */
export function endOf({ operation, entry, author }: LogNode): readonly End[] {
  const ofNode = { operation: entry.id, device: undefined, role: undefined, isLeaving: false }
  const self = toPerson(author ?? '')
  switch (operation.type) {
    case 'member.remove':
      return [{ ...ofNode, person: operation.member, cuts: operation.cuts }]
    case 'member.leave':
      return [{ ...ofNode, person: self, isLeaving: true, cuts: operation.cuts }]
    case 'role.set':
      return [{ ...ofNode, person: operation.member, role: operation.role, cuts: operation.cuts }]
    case 'device.revoke':
      return [{ ...ofNode, person: self, device: operation.device, cuts: operation.cuts }]
    default:
      return []
  }
}

/** What somebody should look at. */
export function alarmsOfLog(
  nodes: readonly LogNode[],
  { invites, suspended }: Admissions,
  owner: string,
  voided: ReadonlyMap<string, VoidReason>,
): readonly Alarm[] {
  const alarms: Alarm[] = []
  for (const [id, people] of suspended) {
    const invite = invites.get(id)
    if (!invite) continue
    alarms.push({
      type: 'invitation-used-twice',
      invite: invite.entry.id,
      people: people.map(toPerson).sort(compareBytes),
    })
  }
  for (const node of nodes) {
    const reason = voided.get(node.id)
    const operation = node.entry.id
    if (isNodeOf(node, 'owner.transfer') && reason === 'contested' && isUnanswered(node, nodes, owner))
      alarms.push({ type: 'transfer-contested', operation, person: node.operation.to })
  }
  return alarms
}

/** Whether the owner is the one who tried, and has done nothing since. */
const isUnanswered = (transfer: LogNode, nodes: readonly LogNode[], owner: string): boolean =>
  transfer.author === owner && !nodes.some((node) => node.author === owner && isBefore(transfer, node))

/** By person: their log operations among `nodes` that count against M7. */
export function operationsByPerson(nodes: readonly LogNode[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { author, isCounted } of nodes) {
    if (author !== undefined && isCounted) counts.set(author, (counts.get(author) ?? 0) + 1)
  }
  return counts
}

/** The id behind a hex key of this folder. */
const toPerson = (hex: string): PersonId => (fromHex(hex) ?? new Uint8Array(32)) as PersonId
