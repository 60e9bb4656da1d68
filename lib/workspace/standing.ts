/** What was done to each person's role by operations that count, and what it comes to: less access wins (M3). */
import { areConcurrent, isBefore } from '#lib/workspace/causal-order'
import { compareNodes, type LogNode } from '#lib/workspace/log-node'
import type { Ownership } from '#lib/workspace/ownership'
import { rankOf } from '#lib/workspace/role'

/** One change of somebody's rank. */
interface Effect {
  readonly node: LogNode
  readonly rank: number
  /** Whether it has seen all that stand before it: whoever has seen it need look no further back. */
  hasSeenAll: boolean
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
  const effects = new Map([...start].map(([person, known]) => [person, known.map((effect) => ({ ...effect }))]))

  const of = (person: string): readonly Effect[] => effects.get(person) ?? []

  function rankFrom(person: string, isSeen: (node: LogNode) => boolean): number {
    const maximal: Effect[] = []
    const all = of(person)
    for (let i = all.length - 1; i >= 0; i--) {
      const effect = all[i]
      if (!effect || !isSeen(effect.node)) continue
      if (!maximal.some((later) => isBefore(effect.node, later.node))) maximal.push(effect)
      if (effect.hasSeenAll) break
    }
    const ranks = maximal.map(({ rank }) => rank)
    return ranks.length > 0 ? Math.min(...ranks) : -1
  }

  /** Those that `node` has not seen, nor they it. */
  function concurrentWith(person: string, node: LogNode): Effect[] {
    const found: Effect[] = []
    const all = of(person)
    for (let i = all.length - 1; i >= 0; i--) {
      const effect = all[i]
      if (!effect) continue
      if (areConcurrent(effect.node, node)) found.push(effect)
      else if (effect.hasSeenAll && isBefore(effect.node, node)) break
    }
    return found
  }

  return {
    rankAt: (person, node) =>
      ownership.ownerAt(node) === person ? OWNER_RANK : rankFrom(person, (other) => isBefore(other, node)),
    rankNow: (person) => (ownership.owner === person ? OWNER_RANK : rankFrom(person, () => true)),
    isCutOff: (person, node, need) =>
      concurrentWith(person, node).some((effect) => effect.rank < need && isDecisive(effect.node)),
    isContested: (person, node) =>
      concurrentWith(person, node).some((effect) => effect.node.operation.type !== 'admit'),
    wasEnded: (person, node) => of(person).some((effect) => effect.rank < 0 && isBefore(effect.node, node)),
    add(person, node, rank) {
      const known = effects.get(person) ?? []
      effects.set(person, known)
      insert(known, node, rank)
    },
    fork: () => createStanding(ownership, effects),
    people: () => effects.keys(),
    effectsOf: (person) => of(person).map(({ node }) => node),
  }
}

/** In the order of the log, where most come last. */
function insert(effects: Effect[], node: LogNode, rank: number): void {
  let at = effects.length
  for (let before = effects[at - 1]; before && compareNodes(before.node, node) > 0; before = effects[at - 1]) at--
  for (const later of at < effects.length ? effects.slice(at) : []) later.hasSeenAll &&= isBefore(node, later.node)
  effects.splice(at, 0, { node, rank, hasSeenAll: hasSeenAll(effects, at, node) })
}

/** Whether `node` has seen the first `count` of them. */
function hasSeenAll(effects: readonly Effect[], count: number, node: LogNode): boolean {
  for (let i = count - 1; i >= 0; i--) {
    const effect = effects[i]
    if (!effect || !isBefore(effect.node, node)) return false
    if (effect.hasSeenAll) return true
  }
  return true
}

const isDecisive = ({ operation }: LogNode): boolean =>
  operation.type === 'role.set' || operation.type === 'member.remove' || operation.type === 'owner.transfer'

function ranksOfFormerOwners({ transfers }: Ownership): Map<string, readonly Effect[]> {
  const effects = new Map<string, Effect[]>()
  for (const node of transfers) {
    const known = effects.get(node.author ?? '') ?? []
    effects.set(node.author ?? '', known)
    insert(known, node, rankOf('admin'))
  }
  return effects
}
