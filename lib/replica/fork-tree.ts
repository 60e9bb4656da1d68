/**
 * What is held of a chain that its author continued in more than one way (E3): all ways, kept side by side. Each way is a
 * line with a name of its own, so that devices can tell each other what they hold of each; which line counts is judged
 * elsewhere. The lines follow from the entries alone, in whatever order they came.
 */
import { compareBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { hash, tag } from '#lib/crypto/hash'

/** An entry by its place. */
export interface TreeEntry {
  readonly id: EntryId
  readonly seq: number
  readonly prev: EntryId
}

/** Entries that follow each other. The main line is the longest; of equally long ones that with the lowest last id. */
export interface Line {
  /** The chain's own for its main line; for a branch it is made from its first entry's id. */
  readonly tag: ChainTag
  /** Number of the first of `ids`. */
  readonly from: number
  readonly ids: readonly EntryId[]
  /** The line that it parts from, for all but the main one. */
  readonly parent: ChainTag | undefined
}

/** Entries that stand side by side after one entry. */
export interface Fork {
  readonly seq: number
  /** Sorted. */
  readonly ids: readonly EntryId[]
}

export interface ForkTree {
  readonly chain: ChainTag
  /** Below this number there is one line only, and the tree does not hold it. */
  readonly base: number
  has(id: EntryId): boolean
  /** Linked entries; the first follows one that is held, or stands at `base`. Those that are held already do no harm. */
  add(entries: readonly TreeEntry[]): void
  /** The main line first. */
  lines(): readonly Line[]
  line(tag: ChainTag): Line | undefined
  /** Rises when the lines are drawn anew, not when one of them grows. */
  shape(): number
  idsAt(seq: number): readonly EntryId[]
  /** Lowest first. */
  forks(): readonly Fork[]
  /** The line from `base` on that takes at each fork the entry which `choose` names. */
  path(choose: (fork: Fork) => EntryId): readonly EntryId[]
}

interface Node extends TreeEntry {
  readonly key: string
  readonly children: Node[]
}

interface OwnLine extends Line {
  readonly ids: EntryId[]
  readonly before: OwnLine | undefined
}

/** The name of the line that begins with this entry, beside the main one. */
export const branchTag = (first: EntryId): ChainTag => hash(tag('branch'), first).slice(0, 16) as ChainTag

const endOf = ({ from, ids }: Line): number => from + ids.length - 1
const lastOf = ({ ids }: Line): EntryId => ids.at(-1) ?? (new Uint8Array(32) as EntryId)
const byId = (a: TreeEntry, b: TreeEntry): number => compareBytes(a.id, b.id)

export function createForkTree(chain: ChainTag, base: number): ForkTree {
  const nodes = new Map<string, Node>()
  const roots: Node[] = []
  let lines: OwnLine[] | undefined
  let lineByTip = new Map<string, OwnLine>()
  let shape = 0

  function place(entry: TreeEntry): Node | undefined {
    const key = toHex(entry.id)
    if (nodes.has(key)) return undefined
    const siblings = entry.seq === base ? roots : nodes.get(toHex(entry.prev))?.children
    if (!siblings) throw new Error('an entry before it is missing')
    const node = { id: entry.id, seq: entry.seq, prev: entry.prev, key, children: [] }
    siblings.push(node)
    siblings.sort(byId)
    nodes.set(key, node)
    return node
  }

  /** Whether the lines stay as they are but for one that grew. */
  function extendLine(node: Node): boolean {
    const last = toHex(node.prev)
    const line = lineByTip.get(last)
    if (!lines || !line) return false
    line.ids.push(node.id)
    lineByTip.delete(last)
    lineByTip.set(node.key, line)
    const { before: other } = line
    return !other || compareLines(other, line) < 0
  }

  /** The last entry of the line that begins with each entry: of the longest, or of those the one with the lowest id. */
  function findTips(): Map<string, Node> {
    const tips = new Map<string, Node>()
    for (const node of [...nodes.values()].sort((a, b) => b.seq - a.seq)) {
      const below = node.children.flatMap((child) => tips.get(child.key) ?? [])
      tips.set(node.key, below.sort((a, b) => b.seq - a.seq || byId(a, b))[0] ?? node)
    }
    return tips
  }

  function drawLines(): OwnLine[] {
    const tips = findTips()
    const longestFirst = (siblings: readonly Node[]): Node[] =>
      siblings.toSorted((a, b) => {
        const [one, other] = [tips.get(a.key) ?? a, tips.get(b.key) ?? b]
        return other.seq - one.seq || byId(one, other)
      })
    const drawn: OwnLine[] = []
    lineByTip = new Map()
    shape++
    const open: { start: Node; before: OwnLine | undefined }[] = []
    const [main, ...others] = longestFirst(roots)
    const draw = (start: Node, tag: ChainTag, before: OwnLine | undefined): OwnLine => {
      const line: OwnLine = { tag, from: start.seq, ids: [], parent: before?.tag, before }
      drawn.push(line)
      for (let node: Node | undefined = start; node; ) {
        line.ids.push(node.id)
        const [next, ...branches]: Node[] = longestFirst(node.children)
        for (const branch of branches) open.push({ start: branch, before: line })
        if (!next) lineByTip.set(node.key, line)
        node = next
      }
      return line
    }
    const first = main && draw(main, chain, undefined)
    for (const start of others) open.push({ start, before: first })
    for (let next = open.pop(); next; next = open.pop()) draw(next.start, branchTag(next.start.id), next.before)
    return drawn
  }

  const currentLines = (): readonly OwnLine[] => {
    lines ??= drawLines()
    return lines
  }

  return {
    chain,
    base,
    has: (id) => nodes.has(toHex(id)),
    add(entries) {
      for (const entry of entries) {
        const node = place(entry)
        if (node && !extendLine(node)) lines = undefined
      }
    },
    lines: currentLines,
    line: (tag) => currentLines().find((line) => compareBytes(line.tag, tag) === 0),
    shape() {
      currentLines()
      return shape
    },
    idsAt: (seq) =>
      currentLines()
        .flatMap(({ from, ids }) => ids[seq - from] ?? [])
        .sort(compareBytes),
    forks() {
      const parted = [roots, ...[...nodes.values()].map(({ children }) => children)].filter(({ length }) => length > 1)
      return parted
        .map((siblings) => ({ seq: siblings[0]?.seq ?? base, ids: siblings.map(({ id }) => id) }))
        .sort((a, b) => a.seq - b.seq)
    },
    path(choose) {
      const ids: EntryId[] = []
      for (let siblings = roots; siblings.length > 0; ) {
        const fork = { seq: siblings[0]?.seq ?? base, ids: siblings.map(({ id }) => id) }
        const chosen = fork.ids.length > 1 ? choose(fork) : fork.ids[0]
        const next = siblings.find(({ id }) => chosen && compareBytes(id, chosen) === 0)
        if (!next) break
        ids.push(next.id)
        siblings = next.children
      }
      return ids
    },
  }
}

/** Negative where `a` is the one that goes on. */
const compareLines = (a: Line, b: Line): number => endOf(b) - endOf(a) || compareBytes(lastOf(a), lastOf(b))
