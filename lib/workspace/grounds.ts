/** What is known of a set of operations before anybody's role is looked at. */
import { groupBy } from '#lib/base/group-by'
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
  readonly owner: string
  readonly devices: DeviceStandings
  nodesOf<T extends KnownOperation['type']>(type: T): readonly NodeOf<T>[]
  /** Why nothing that this device signed there counts, whatever its person's role. */
  refusalOfAuthor(node: LogNode): VoidReason | undefined
}

/** M7: log operations of a person whom the owner never made an admin. */
export const MAX_OPERATIONS_BELOW_ADMIN = 256

/** `nodes` are closed under the past, the past first, and begin with the workspace's genesis. */
export function createGrounds(nodes: readonly LogNode[]): Grounds {
  const [genesis] = nodes
  if (!genesis || !isNodeOf(genesis, 'genesis')) throw new Error('A log begins with its genesis')
  const owner = genesis.author ?? ''
  const byType = groupBy(nodes, (node) => node.operation.type)
  const nodesOf = <T extends KnownOperation['type']>(type: T) => (byType.get(type) ?? []) as NodeOf<T>[]
  const promotions = nodesOf('role.set').filter(
    ({ operation, author }) => operation.role === 'admin' && author === owner,
  )

  /** An author's rank is no good measure here: whoever was an admin once can always write as of that time. */
  const isOverLimit = (node: LogNode): boolean =>
    node.earlier >= MAX_OPERATIONS_BELOW_ADMIN &&
    node.isCounted &&
    node.author !== owner &&
    !promotions.some((promotion) => promotion.target === node.author && isBefore(promotion, node))

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
    owner,
    devices,
    nodesOf,
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
