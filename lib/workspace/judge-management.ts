/**
 * The operations that take an admin or the owner, and leaving: the first two strata of M3. The owners' come first. Nobody
 * ends an owner, so their word does not depend on anybody else's, and who owns the workspace follows from it alone.
 * Somebody's leaving is their own affair and takes no role. Then everybody else's, the past first. Admissions do not
 * matter here: a link makes no admin.
 */
import { areConcurrent, isBefore } from '#lib/workspace/causal-order'
import type { Grounds } from '#lib/workspace/grounds'
import { isNodeOf, type LogNode, type NodeOf } from '#lib/workspace/log-node'
import { createManagement, type Management, refusalByPower } from '#lib/workspace/management'
import { createOwnership, type Ownership } from '#lib/workspace/ownership'
import { rankOf } from '#lib/workspace/role'

type Transfer = NodeOf<'owner.transfer'>

const ADMIN = rankOf('admin')
const OWNER = rankOf('owner')

/** Judges what takes an admin or more; leaves the rest to later strata. */
export function judgeManagement(grounds: Grounds): Management {
  let management = judgeOwners(grounds, createOwnership(grounds.founder))
  for (let next = nextTransfer(grounds, management); next; next = nextTransfer(grounds, management)) {
    const { founder, transfers } = management.ownership
    management = judgeOwners(grounds, createOwnership(founder, [...transfers, next]))
  }
  const { ownership, judge } = management
  for (const node of grounds.nodes) if (!isEarly(node, ownership)) judge(node)
  return management
}

/** The first stratum, with these owners. What ends a former owner comes first: it cancels theirs like anybody's. */
function judgeOwners(grounds: Grounds, ownership: Ownership): Management {
  const management = createManagement(grounds, ownership)
  const former = new Set(ownership.transfers.map(({ author }) => author))
  const early = grounds.nodes.filter((node) => isEarly(node, ownership))
  const changesFormer = (node: LogNode): boolean => isChange(node) && former.has(node.target)
  for (const node of early) if (changesFormer(node)) management.judge(node)
  for (const node of early) if (!changesFormer(node)) management.judge(node)
  return management
}

const isEarly = (node: LogNode, ownership: Ownership): boolean =>
  node.author === ownership.ownerAt(node) || isNodeOf(node, 'member.leave')

/** The first transfer by the newest owner that nothing of theirs, and nothing of the heir's, speaks against. */
function nextTransfer(grounds: Grounds, management: Management): Transfer | undefined {
  const { owner, transfers } = management.ownership
  const since = transfers.at(-1)
  const possible = grounds
    .nodesOf('owner.transfer')
    .filter((node) => node.author === owner && (!since || isBefore(since, node)))
    .filter((node) => isPossible(grounds, management, node))
  return possible.find(
    (node) =>
      !possible.some((other) => areConcurrent(other, node)) &&
      !grounds.nodes.some((other) => areConcurrent(other, node) && management.valid.has(other) && opposes(other, node)),
  )
}

/** From a device that nobody was revoking, to somebody who is an admin there by the owners' word and still in. */
const isPossible = (grounds: Grounds, { standing }: Management, node: Transfer): boolean =>
  node.target !== node.author &&
  standing.rankAt(node.target ?? '', node) === ADMIN &&
  !grounds.refusalOfAuthor(node) &&
  !refusalByPower(grounds, standing, node, OWNER)

/** Whether `node` is the same owner's word against the heir, or the heir's leaving. */
const opposes = (node: LogNode, { author, target }: Transfer): boolean =>
  isNodeOf(node, 'member.leave')
    ? node.author === target
    : isChange(node) && node.author === author && node.target === target && !makesAdmin(node)

const isChange = (node: LogNode): boolean => isNodeOf(node, 'role.set') || isNodeOf(node, 'member.remove')

const makesAdmin = (node: LogNode): boolean => isNodeOf(node, 'role.set') && node.operation.role === 'admin'
