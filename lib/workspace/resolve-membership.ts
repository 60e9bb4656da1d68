/**
 * What a set of operations amounts to: the pure function of docs/protocol.md M2. Every device replays the same operations
 * and must reach the same result, so nothing here reads a clock, a random number, a secret or who "I" am. Iterative.
 */
import type { EpochTag, WorkspaceId } from '#lib/base/ids'
import { PROTOCOL_VERSION } from '#lib/protocol/frame-hello'
import { doorNumbersOfLog, doorsOfLog } from '#lib/workspace/doors-of-log'
import { epochsOfLog, rotationOf, rotationTags } from '#lib/workspace/epochs-of-log'
import { alarmsOfLog, endOf, invitesOfLog, operationsByPerson } from '#lib/workspace/facts-of-log'
import { createGrounds, type Grounds, refusalByRank } from '#lib/workspace/grounds'
import { type Admissions, judgeAdmissions } from '#lib/workspace/judge-admissions'
import { judgeManagement } from '#lib/workspace/judge-management'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import type { Management } from '#lib/workspace/management'
import type { MembershipState, Policy, VoidReason } from '#lib/workspace/membership-state'
import type { KnownOperation } from '#lib/workspace/operation'
import { newestOf, peopleOfLog } from '#lib/workspace/people-of-log'
import { rankOf } from '#lib/workspace/role'
import { undoneActs } from '#lib/workspace/undone-acts'

/** M5: kinds from here on stop a client that does not know them. */
const FIRST_STRICT_KIND = 128

/** `nodes` are closed under the past, the past first, and begin with the workspace's genesis. */
export function resolveMembership(
  workspaceId: WorkspaceId,
  firstEpoch: EpochTag,
  nodes: readonly LogNode[],
): MembershipState {
  const grounds = createGrounds(nodes)
  const { genesis, devices, nodesOf } = grounds
  const management = judgeManagement(grounds)
  const admissions = judgeAdmissions(grounds, management)
  const { standing } = admissions
  const { valid, voided } = judgeRest(grounds, management, admissions)

  const countingOf = <T extends KnownOperation['type']>(type: T): NodeOf<T>[] =>
    nodesOf(type).filter((node) => valid.has(node))
  const counting = nodes.filter((node) => valid.has(node))
  const isByAdmin = (node: LogNode): boolean => standing.rankAt(node.author ?? '', node) >= rankOf('admin')
  const rotations = counting.filter((node) => rotationOf(node) !== undefined && isByAdmin(node))
  const { epoch, epochs, clashing } = epochsOfLog(rotations, workspaceId, firstEpoch)
  const wasAdmin = (node: LogNode): boolean => !grounds.refusalOfAuthor(node) && isByAdmin(node)
  for (const node of clashing) if (isNodeOf(node, 'epoch.rotate')) voided.set(node.id, 'epoch-clash')

  const name = newestOf(countingOf('workspace.rename'))?.operation.name ?? ''
  const people = peopleOfLog(
    genesis,
    standing,
    devices,
    countingOf('profile.set'),
    countingOf('device.name'),
    workspaceId,
  )
  const invites = invitesOfLog(admissions)
  const policy = policyOf(newestOf(countingOf('policy.set')))

  return {
    workspaceId,
    name,
    createdAtSeconds: genesis.operation.seconds,
    owner: management.ownership.transfers.at(-1)?.operation.to ?? genesis.operation.root,
    ...people,
    invites,
    epoch,
    epochs,
    rotations: rotationTags(nodes.filter(wasAdmin)),
    relays: newestOf(countingOf('relay.set'))?.operation.relays ?? [],
    doors: doorsOfLog(counting, isByAdmin),
    doorNumbers: doorNumbersOfLog(nodes, wasAdmin),
    policy,
    ends: counting.flatMap(endOf),
    alarms: alarmsOfLog(nodes, admissions, management.ownership.owner, voided),
    voided,
    undone: undoneActs(nodes, valid, voided, { name, invites, members: people.members }),
    operationsByPerson: operationsByPerson(nodes),
    needsNewerVersion: counting.some(isStrictUnknown) || policy.minimumVersion > PROTOCOL_VERSION,
  }
}

/** What counts and what does not, with the verdicts on all that no stratum judged. */
function judgeRest(
  grounds: Grounds,
  management: Management,
  admissions: Admissions,
): { readonly valid: ReadonlySet<LogNode>; readonly voided: Map<string, VoidReason> } {
  const valid = new Set<LogNode>([...grounds.devices.valid, ...management.valid, ...admissions.admits])
  for (const invite of admissions.invites.values()) valid.add(invite)
  for (const ends of admissions.revocations.values()) for (const end of ends) valid.add(end)
  const voided = new Map<string, VoidReason>([...management.voided, ...admissions.voided])
  for (const node of grounds.nodes) {
    if (valid.has(node) || voided.has(node.id) || node.operation.type === 'genesis') continue
    const refusal = grounds.refusalOfAuthor(node) ?? refusalOfRest(node, grounds, admissions)
    if (refusal) voided.set(node.id, refusal)
    else valid.add(node)
  }
  return { valid, voided }
}

/** Operations that take no particular role, or that no stratum knew. */
function refusalOfRest(node: LogNode, { devices }: Grounds, { standing }: Admissions): VoidReason | undefined {
  const { operation } = node
  switch (operation.type) {
    case 'profile.set':
    case 'device.name':
      if (devices.unseenEnds(node).length > 0) return 'cancelled'
      return refusalByRank(standing, node, rankOf('viewer'))
    case 'key.share':
    case 'merge':
      return refusalByRank(standing, node, rankOf('viewer'))
    case 'device.add':
      return devices.refusalOfBinding(node) ?? 'unknown-target'
    case 'device.revoke':
      return 'unknown-target'
    case 'unknown':
      return operation.kind < FIRST_STRICT_KIND ? 'no-effect' : refusalByRank(standing, node, rankOf('owner'))
    default:
      return refusalByRank(standing, node, rankOf('editor')) ?? 'not-entitled'
  }
}

function policyOf(node: NodeOf<'policy.set'> | undefined): Policy {
  if (!node) return { editorsMayInvite: false, rotationDays: 0, minimumVersion: 0 }
  const { editorsMayInvite, rotationDays, minimumVersion } = node.operation
  return { editorsMayInvite, rotationDays, minimumVersion }
}

const isStrictUnknown = ({ operation }: LogNode): boolean =>
  operation.type === 'unknown' && operation.kind >= FIRST_STRICT_KIND
