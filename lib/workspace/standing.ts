/** What was done to each person's role by operations that count, and what it comes to: less access wins (M3). */
import { areConcurrent, isBefore, maximalOf } from '#lib/workspace/causal-order'
import { compareNodes, type LogNode } from '#lib/workspace/log-node'
import type { Ownership } from '#lib/workspace/ownership'
import { rankOf } from '#lib/workspace/role'

/** One change of somebody's rank. */
interface Effect {
  readonly node: LogNode
  readonly rank: number
}

/** Ranks, as `rankOf` counts them, at any point of the log. */
export interface Standing {
  /** Rank of `person` in the past of `node`; −1 for no member. */
  rankAt(person: string, node: LogNode): number
  /** Rank of `person` now. */
  rankNow(person: string): number
  /** Whether somebody removed or demoted `person` below `need`, or they handed ownership on, without having seen `node` (strong removal). */
  isCutOff(person: string, node: LogNode, need: number): boolean
  /** Whether a change of `person`'s standing other than an admission and `node` have not seen each other. */
  isContested(person: string, node: LogNode): boolean
  /** Whether `person` was removed or left in the past of `node`. */
  wasEnded(person: string, node: LogNode): boolean
  /** Counts `node` as a change of its rank: a role given, a removal or leaving (−1), an admission. */
  add(person: string, node: LogNode, rank: number): void
  /** The same so far, to go on separately. */
  fork(): Standing
  /** Everybody whose standing anything ever changed. */
  people(): Iterable<string>
  effectsOf(person: string): readonly LogNode[]
}

const OWNER_RANK = rankOf('owner')

/** Nothing changes the standing of an owner but their own transfer, which leaves them an admin. */
export function createStanding(
  ownership: Ownership,
  start: ReadonlyMap<string, readonly Effect[]> = ranksOfFormerOwners(ownership),
): Standing {
  const effects = new Map(start)

  const of = (person: string): readonly Effect[] => effects.get(person) ?? []

  function rankFrom(person: string, isSeen: (node: LogNode) => boolean): number {
    const seen = of(person).filter(({ node }) => isSeen(node))
    const last = new Set(maximalOf(seen.map(({ node }) => node)))
    const ranks = seen.flatMap(({ node, rank }) => (last.has(node) ? [rank] : []))
    return ranks.length > 0 ? Math.min(...ranks) : -1
  }

  return {
    rankAt: (person, node) =>
      ownership.ownerAt(node) === person ? OWNER_RANK : rankFrom(person, (other) => isBefore(other, node)),
    rankNow: (person) => (ownership.owner === person ? OWNER_RANK : rankFrom(person, () => true)),
    isCutOff: (person, node, need) =>
      of(person).some((effect) => effect.rank < need && isDecisive(effect.node) && areConcurrent(effect.node, node)),
    isContested: (person, node) =>
      of(person).some((effect) => effect.node.operation.type !== 'admit' && areConcurrent(effect.node, node)),
    wasEnded: (person, node) => of(person).some((effect) => effect.rank < 0 && isBefore(effect.node, node)),
    add(person, node, rank) {
      effects.set(
        person,
        [...of(person), { node, rank }].sort((a, b) => compareNodes(a.node, b.node)),
      )
    },
    fork: () => createStanding(ownership, effects),
    people: () => effects.keys(),
    effectsOf: (person) => of(person).map(({ node }) => node),
  }
}

const isDecisive = ({ operation }: LogNode): boolean =>
  operation.type === 'role.set' || operation.type === 'member.remove' || operation.type === 'owner.transfer'

function ranksOfFormerOwners({ transfers }: Ownership): Map<string, readonly Effect[]> {
  const effects = new Map<string, readonly Effect[]>()
  for (const node of transfers) {
    const person = node.author ?? ''
    effects.set(person, [...(effects.get(person) ?? []), { node, rank: rankOf('admin') }])
  }
  return effects
}
