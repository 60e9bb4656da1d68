/**
 * Which entries of a channel with forked chains count (E3). Walks every line, the losing ones too, notes who builds on
 * which branch, and names the winners; what has a losing branch in its past is held back. The same set of entries gives
 * the same answer, whatever order they came in. The content of entries is not looked at: whoever may write the channel
 * and says so in a well-formed entry endorses what it builds on.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId, PersonId } from '#lib/base/ids'
import type { ChainAuthor } from '#lib/log/find-chain'
import { type Branch, winningBranch } from '#lib/log/fork'
import type { Dependency, EntryBody } from '#lib/protocol/entry-body'
import type { Fork, ForkTree, Line } from '#lib/replica/fork-tree'
import type { ChainState } from '#lib/replica/judge-structure'

export interface Standing {
  /** Whether the lines are still those that this was made for. */
  isCurrent(): boolean
  /** Looks at what has come since. */
  advance(): Promise<void>
  /** Of a forked chain: the line that counts, from the first place with two entries on. */
  path(chain: ChainTag): readonly EntryId[] | undefined
  /** The newest entry that counts; `undefined`: all of them. */
  goal(chain: ChainTag): number | undefined
}

/** An opened entry; without a body where only a newer version can read it (E1). */
export interface StandingEntry {
  readonly id: EntryId
  readonly seq: number
  readonly body: EntryBody | undefined
}

/** What the walk needs of the replica. */
export interface StandingSource {
  readonly trees: readonly ForkTree[]
  /** Unforked chains of the channel. */
  chains(): readonly ChainTag[]
  authorOf(chain: ChainTag): ChainAuthor | undefined
  personOf(author: ChainAuthor): PersonId | undefined
  /** Up to 256 entries of a line in order; fewer where one cannot be opened yet. */
  read(line: Line | undefined, chain: ChainTag, from: number): Promise<readonly StandingEntry[]>
  /** The verdict on an entry's form and rights; `held` where it has to wait. */
  judge(
    entry: StandingEntry,
    state: ChainState,
    isMet: (dependency: Dependency) => boolean,
  ): { readonly type: 'held' } | { readonly type: 'void' | 'sound'; readonly state: ChainState }
  isLink(entry: StandingEntry, dependency: Dependency, state: ChainState): boolean
  hasId(chain: ChainTag, dependency: Dependency): Promise<boolean>
}

/** One line, as far as it was walked. */
interface Walk {
  readonly chain: ChainTag
  readonly line: Line | undefined
  readonly parent: Walk | undefined
  seq: number
  /** From which number on the chain stands so. */
  readonly states: { readonly from: number; readonly state: ChainState }[]
  /** By branch (hex of its first entry): from which number on this line stands on it. */
  readonly stands: Map<string, number>
}

export function createStanding(source: StandingSource): Standing {
  const { trees } = source
  const shapes = trees.map((tree) => tree.shape())
  const walks = new Map<string, Walk>()
  /** Whose devices build on a branch. */
  const endorsers = new Map<string, Map<string, ChainAuthor>>()
  const treeOf = (chain: ChainTag): ForkTree | undefined => trees.find((tree) => sameBytes(tree.chain, chain))
  const firstIds = new Set<string>()

  for (const tree of trees) {
    for (const { ids } of tree.forks()) for (const id of ids) firstIds.add(toHex(id))
    for (const line of tree.lines()) {
      const parent = line.parent && walks.get(toHex(line.parent))
      const from = parent ? line.from : 1
      walks.set(toHex(line.tag), newWalk(tree.chain, line, parent, from - 1))
    }
  }

  function newWalk(chain: ChainTag, line: Line | undefined, parent: Walk | undefined, seq: number): Walk {
    return { chain, line, parent, seq, states: [], stands: new Map() }
  }

  function stateAt(walk: Walk, seq: number): ChainState | undefined {
    const known = walk.states.findLast(({ from }) => from <= seq)?.state
    return known ?? (walk.parent && stateAt(walk.parent, seq))
  }

  /** The branches that an entry of a line stands on. */
  function standsAt(walk: Walk, seq: number): string[] {
    const own = [...walk.stands].filter(([, from]) => from <= seq).map(([branch]) => branch)
    const { parent, line } = walk
    return parent && line ? [...standsAt(parent, Math.min(seq, line.from - 1)), ...own] : own
  }

  /** The walk on which a dependency lies. */
  async function find(dependency: Dependency): Promise<Walk | undefined> {
    const tree = treeOf(dependency.chain)
    if (!tree || dependency.seq < tree.base) {
      const isThere = await source.hasId(dependency.chain, dependency)
      return isThere ? walks.get(toHex(dependency.chain)) : undefined
    }
    const line = tree.lines().find(({ from, ids }) => {
      const id = ids[dependency.seq - from]
      return id && sameBytes(id.subarray(0, dependency.idPrefix.length), dependency.idPrefix)
    })
    return line && walks.get(toHex(line.tag))
  }

  function firstState(walk: Walk): ChainState | undefined {
    const author = source.authorOf(walk.chain)
    return author && { ...author, heads: [], name: undefined, admission: undefined }
  }

  async function step(walk: Walk, entry: StandingEntry): Promise<boolean> {
    const before = entry.seq === 1 ? firstState(walk) : stateAt(walk, entry.seq - 1)
    if (!before) return false
    const stands = new Set(standsAt(walk, entry.seq - 1))
    const known = stands.size
    let after = before
    let isSound = false
    if (entry.body) {
      const found = new Map<Dependency, Walk>()
      for (const dependency of entry.body.dependencies) {
        const on = await find(dependency)
        if (on && on.seq >= dependency.seq) found.set(dependency, on)
      }
      const verdict = source.judge(entry, before, (dependency) => found.has(dependency))
      if (verdict.type === 'held') return false
      after = verdict.state
      isSound = verdict.type === 'sound'
      for (const [dependency, on] of found) {
        if (source.isLink(entry, dependency, before)) continue
        for (const branch of standsAt(on, dependency.seq)) stands.add(branch)
      }
    }
    if (firstIds.has(toHex(entry.id))) stands.add(toHex(entry.id))
    if (stands.size > known) {
      const inherited = new Set(standsAt(walk, entry.seq - 1))
      for (const branch of stands) if (!inherited.has(branch)) walk.stands.set(branch, entry.seq)
    }
    if (after !== before || entry.seq === 1) walk.states.push({ from: entry.seq, state: after })
    walk.seq = entry.seq
    for (const branch of isSound ? stands : []) {
      const devices = endorsers.get(branch) ?? new Map<string, ChainAuthor>()
      endorsers.set(branch, devices.set(toHex(after.device), after))
    }
    return true
  }

  async function advanceWalk(walk: Walk): Promise<boolean> {
    const { parent, line } = walk
    if (parent && line && parent.seq < line.from - 1) return false
    let moved = false
    for (;;) {
      const entries = await source.read(line, walk.chain, walk.seq + 1)
      if (entries.length === 0) return moved
      for (const entry of entries) {
        if (!(await step(walk, entry))) return moved
        moved = true
      }
    }
  }

  /** By hex. Told from the log as it is now, since the log may come later than what a device wrote. */
  function personsOn(branch: EntryId): Map<string, PersonId> {
    const devices = [...(endorsers.get(toHex(branch))?.values() ?? [])]
    const persons = devices.flatMap((device) => source.personOf(device) ?? [])
    return new Map(persons.map((person) => [toHex(person), person]))
  }

  function winnerOf({ ids }: Fork, author: PersonId): EntryId {
    const persons = ids.map((id) => personsOn(id))
    const branches = ids.map((id, i): Branch => {
      const others = persons.filter((_, j) => j !== i)
      const own = [...(persons[i] ?? [])].filter(([key]) => !others.some((one) => one.has(key)))
      return { id, endorsers: own.map(([, person]) => person) }
    })
    const winner = branches.reduce((best, branch) =>
      sameBytes(winningBranch(best, branch, author), best.id) ? best : branch,
    )
    return winner.id
  }

  const NOBODY = new Uint8Array(32) as PersonId
  let losers = new Set<string>()
  const winners = new Map<string, string>()

  function decide(): void {
    losers = new Set()
    winners.clear()
    for (const tree of trees) {
      const author = source.authorOf(tree.chain)
      const person = (author && source.personOf(author)) ?? NOBODY
      for (const fork of tree.forks()) {
        const winner = toHex(winnerOf(fork, person))
        for (const id of fork.ids) {
          if (toHex(id) === winner) winners.set(winner, winner)
          else losers.add(toHex(id))
        }
      }
    }
  }

  const choose = ({ ids }: Fork): EntryId => ids.find((id) => winners.has(toHex(id))) ?? ids[0] ?? NO_ID
  const isHeldBack = (walk: Walk, seq: number): boolean => standsAt(walk, seq).some((branch) => losers.has(branch))

  /** The newest entry before the first one that is held back, on the line that counts. */
  function limitOf(walk: Walk): number | undefined {
    const from = [...walk.stands].filter(([branch]) => losers.has(branch)).map(([, seq]) => seq)
    return from.length > 0 ? Math.min(...from) - 1 : undefined
  }

  return {
    isCurrent: () => trees.every((tree, i) => tree.shape() === shapes[i]),
    async advance() {
      for (const chain of source.chains()) {
        const key = toHex(chain)
        if (!walks.has(key) && !treeOf(chain)) walks.set(key, newWalk(chain, undefined, undefined, 0))
      }
      for (let moved = true; moved; ) {
        moved = false
        for (const walk of walks.values()) moved = (await advanceWalk(walk)) || moved
      }
      decide()
    },
    path: (chain) => treeOf(chain)?.path(choose),
    goal(chain) {
      const tree = treeOf(chain)
      if (!tree) {
        const walk = walks.get(toHex(chain))
        return walk && limitOf(walk)
      }
      const path = tree.path(choose)
      const end = tree.base + path.length - 1
      const main = walks.get(toHex(chain))
      const common = main && limitOf(main)
      if (common !== undefined && common < tree.base - 1) return common
      for (let seq = tree.base; seq <= end; seq++) {
        const id = path[seq - tree.base]
        const line = id && tree.lineOf(id)
        const walk = line && walks.get(toHex(line.tag))
        if (walk && isHeldBack(walk, seq)) return seq - 1
      }
      return end
    },
  }
}

const NO_ID = new Uint8Array(32) as EntryId
