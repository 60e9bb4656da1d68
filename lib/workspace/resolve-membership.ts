/**
 * What a set of operations amounts to: the pure function of docs/protocol.md M2. Every device replays the same operations
 * and must reach the same result, so nothing here reads a clock, a random number, a secret or who "I" am. Iterative.
 */
import type { EpochTag, WorkspaceId } from '#lib/base/ids'
import { epochsOfLog, rotationOf } from '#lib/workspace/epochs-of-log'
import { alarmsOfLog, createLimit, endOf, invitesOfLog, operationsByPerson } from '#lib/workspace/facts-of-log'
import { type Admissions, judgeAdmissions } from '#lib/workspace/judge-admissions'
import { judgeDevices } from '#lib/workspace/judge-devices'
import { type Grounds, judgeManagement, refusalByRank, refusalOfAuthor } from '#lib/workspace/judge-management'
import { isNodeOf, type LogNode } from '#lib/workspace/log-node'
import type { MembershipState, Policy, VoidReason } from '#lib/workspace/membership-state'
import { newestOf, peopleOfLog } from '#lib/workspace/people-of-log'
import { rankOf } from '#lib/workspace/role'

/** M7: log operations of a person whom the owner never made an admin. */
export const MAX_OPERATIONS_BELOW_ADMIN = 256
/** M5: kinds from here on stop a client that does not know them. */
const FIRST_STRICT_KIND = 128

const DEFAULT_POLICY: Policy = { editorsMayInvite: false, rotationDays: 0, minimumVersion: 0 }

/** `nodes` are closed under the past, the past first, and begin with the workspace's genesis. */
export function resolveMembership(
  workspaceId: WorkspaceId,
  firstEpoch: EpochTag,
  nodes: readonly LogNode[],
): MembershipState {
  const [genesis] = nodes
  if (!genesis || !isNodeOf(genesis, 'genesis')) throw new Error('A log begins with its genesis')
  const owner = genesis.author ?? ''
  const isOverLimit = createLimit(nodes, owner, MAX_OPERATIONS_BELOW_ADMIN)
  const devices = judgeDevices(nodes, isOverLimit)
  const grounds: Grounds = { nodes, owner, devices, isOverLimit }
  const management = judgeManagement(grounds)
  const admissions = judgeAdmissions(grounds, management)
  const { standing } = admissions

  const valid = new Set<LogNode>([...devices.valid, ...management.valid, ...admissions.admits])
  const voided = new Map<string, VoidReason>([...management.voided, ...admissions.voided])
  let needsNewerVersion = false
  for (const invite of admissions.invites.values()) valid.add(invite)
  for (const ends of admissions.revocations.values()) for (const end of ends) valid.add(end)
  const refusalOfSelf = (node: LogNode): VoidReason | undefined =>
    isNodeOf(node, 'profile.set') && devices.unseenEnds(node).length > 0 ? 'cancelled' : undefined
  for (const node of nodes) {
    if (valid.has(node) || voided.has(node.id) || node.operation.type === 'genesis') continue
    const refusal = refusalOfAuthor(grounds, node) ?? refusalOfSelf(node) ?? refusalOfRest(node, admissions)
    if (refusal) voided.set(node.id, refusal)
    else valid.add(node)
    const isStrict = node.operation.type === 'unknown' && node.operation.kind >= FIRST_STRICT_KIND
    if (isStrict && !refusal) needsNewerVersion = true
  }

  const counting = nodes.filter((node) => valid.has(node))
  const { epoch, epochs, clashing } = epochsOfLog(counting.filter(mayRotate), workspaceId, firstEpoch)
  for (const node of clashing) if (node.operation.type === 'epoch.rotate') voided.set(node.id, 'epoch-clash')

  return {
    workspaceId,
    name: newestOf(counting.filter((node) => isNodeOf(node, 'workspace.rename')))?.operation.name ?? '',
    createdAtSeconds: genesis.operation.seconds,
    owner: genesis.operation.root,
    ...peopleOfLog(
      genesis,
      standing,
      devices,
      counting.filter((node) => isNodeOf(node, 'profile.set')),
      workspaceId,
    ),
    invites: invitesOfLog(admissions),
    epoch,
    epochs,
    relays: newestOf(counting.filter((node) => isNodeOf(node, 'relay.set')))?.operation.relays ?? [],
    doors: counting.flatMap(({ operation }) => ('doors' in operation ? operation.doors : [])),
    policy: newestOf(counting.filter((node) => isNodeOf(node, 'policy.set')))?.operation ?? DEFAULT_POLICY,
    ends: counting.flatMap(endOf),
    alarms: alarmsOfLog(admissions, nodes, voided),
    voided,
    operationsByPerson: operationsByPerson(nodes),
    needsNewerVersion,
  }

  function mayRotate(node: LogNode): boolean {
    return rotationOf(node) !== undefined && standing.rankAt(node.author ?? '', node) >= rankOf('admin')
  }
}

/** Operations that take no particular role, or that no stratum knew. */
function refusalOfRest(node: LogNode, { standing }: Admissions): VoidReason | undefined {
  const { operation } = node
  const author = node.author ?? ''
  switch (operation.type) {
    case 'profile.set':
    case 'key.share':
    case 'merge':
      return refusalByRank(standing, node, author, rankOf('viewer')) && 'no-member'
    case 'device.add':
    case 'device.revoke':
      return 'unknown-target'
    case 'unknown':
      return operation.kind < FIRST_STRICT_KIND ? 'no-effect' : refusalByRank(standing, node, author, rankOf('owner'))
    default:
      return refusalByRank(standing, node, author, rankOf('editor')) ?? 'not-entitled'
  }
}
