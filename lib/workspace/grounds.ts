/** What is known of a set of operations before anybody's role is looked at. */
import { groupBy, pushTo } from '#lib/base/group-by'
import { isBefore } from '#lib/workspace/causal-order'
import { type DeviceStandings, judgeDevices } from '#lib/workspace/judge-devices'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import type { VoidReason } from '#lib/workspace/membership-state'
import type { KnownOperation } from '#lib/workspace/operation'
import type { Standing } from '#lib/workspace/standing'

/** Operations, their devices and what both say by themselves. */
export interface Grounds {
  /** The past first. */
  readonly nodes: readonly LogNode[]
  readonly genesis: NodeOf<'genesis'>
  readonly founder: string
  readonly devices: DeviceStandings
  nodesOf<T extends KnownOperation['type']>(type: T): readonly NodeOf<T>[]
  /** Whether anything in the past of `node` brought this person to the log, whatever their rights. */
  isKnown(person: string, node: LogNode): boolean
  /** Why nothing that this device signed there counts, whatever its person's role. */
  refusalOfAuthor(node: LogNode): VoidReason | undefined
}

/** M7: log operations of a person whom no owner ever made an admin. */
export const MAX_OPERATIONS_BELOW_ADMIN = 256

/** `nodes` are closed under the past, the past first, and begin with the workspace's genesis. */
export function createGrounds(nodes: readonly LogNode[]): Grounds {
  const [genesis] = nodes
  if (!genesis || !isNodeOf(genesis, 'genesis')) throw new Error('A log begins with its genesis')
  const founder = genesis.author ?? ''
  const byType = groupBy(nodes, (node) => node.operation.type)
  const nodesOf = <T extends KnownOperation['type']>(type: T) => (byType.get(type) ?? []) as NodeOf<T>[]
  const people = groupBy(nodes, ({ binding, operation }) =>
    operation.type === 'device.add' ? undefined : binding?.person,
  )

  const names = (made: ReadonlyMap<string | undefined, readonly LogNode[]>, person: string, node: LogNode): boolean =>
    (made.get(person) ?? []).some((other) => isBefore(other, node))

  /** Handed ownership by an owner, or somebody so named: which transfers count is not known here, nor does it matter. */
  const heirs = new Map<string | undefined, LogNode[]>()
  const isOwnerNamed = (person: string, node: LogNode): boolean => person === founder || names(heirs, person, node)
  for (const node of nodesOf('owner.transfer')) {
    if (isOwnerNamed(node.author ?? '', node)) pushTo(heirs, node.target, node)
  }
  const promotions = nodesOf('role.set').filter(
    (node) => node.operation.role === 'admin' && isOwnerNamed(node.author ?? '', node),
  )
  const admins = groupBy(promotions, ({ target }) => target)

  /** An author's rank is no good measure here: whoever was an admin once can always write as of that time. */
  const isOverLimit = (node: LogNode): boolean =>
    node.earlier >= MAX_OPERATIONS_BELOW_ADMIN &&
    node.isCounted &&
    !isOwnerNamed(node.author ?? '', node) &&
    !names(admins, node.author ?? '', node)

  const devices = judgeDevices(nodes, isOverLimit)
  const known = new Map<LogNode, VoidReason | undefined>()

  function judgeAuthor(node: LogNode): VoidReason | undefined {
    if (node.author === undefined) return 'no-member'
    if (!node.entry.proofsValid) return 'bad-proof'
    if (node.byRoot && !ROOT_TYPES.includes(node.operation.type)) return 'not-entitled'
    if (!devices.wasActive(node)) return 'device-revoked'
    return isOverLimit(node) ? 'too-many' : undefined
  }

  return {
    nodes,
    genesis,
    founder,
    devices,
    nodesOf,
    isKnown: (person, node) => (people.get(person) ?? []).some((bound) => isBefore(bound, node)),
    refusalOfAuthor(node) {
      if (!known.has(node)) known.set(node, judgeAuthor(node))
      return known.get(node)
    },
  }
}

/** What a root may write (M1). */
const ROOT_TYPES: readonly string[] = ['device.add', 'device.revoke', 'root.rotate']

/** Why a person of the author's standing may not do this; `need` is a rank. */
export function refusalByRank(standing: Standing, node: LogNode, need: number): VoidReason | undefined {
  const author = node.author ?? ''
  const rank = standing.rankAt(author, node)
  if (rank < 0) return 'no-member'
  if (rank < need) return 'not-entitled'
  return standing.isCutOff(author, node, need) ? 'cancelled' : undefined
}
