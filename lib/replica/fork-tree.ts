/**
 * What is held of a chain that its author continued in more than one way (E3): all ways, kept side by side. From one fork
 * to the next they are lines with names of their own, so that devices can tell each other what they hold of each; which
 * of them counts is judged elsewhere. The lines follow from the entries alone, in whatever order they came.
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

/** Entries that follow each other, up to the next fork. */
export interface Line {
  /** The chain's own for what precedes the first fork; for a branch it is made from its first entry's id. */
  readonly tag: ChainTag
  /** Number of the first of `ids`. */
  readonly from: number
  readonly ids: readonly EntryId[]
  /** The line that ends where this one begins; `undefined` for what precedes the first fork. */
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
  /** The first place with several entries. What precedes it is one line, which the tree does not hold. */
  readonly base: number
  /** The entry before `base`; zeros where there is none. */
  root(): EntryId
  has(id: EntryId): boolean
  /** Whether nothing that is held follows this entry. */
  isEnd(id: EntryId): boolean
  /** Linked entries; the first follows one that is held, or stands at `base`. Those that are held already do no harm. */
  add(entries: readonly TreeEntry[]): void
  /** First the one that precedes the forks, without its ids; a line comes after the one that it continues. */
  lines(): readonly Line[]
  line(tag: ChainTag): Line | undefined
  /** The line on which an entry stands. */
  lineOf(id: EntryId): Line | undefined
  /** Rises when the lines are drawn anew, not when one of them grows. */
  shape(): number
  idsAt(seq: number): readonly EntryId[]
  /** The greatest number held, and of the entries there the one with the lowest id. */
  deepest(): { readonly seq: number; readonly id: EntryId }
  /** Lowest first. */
  forks(): readonly Fork[]
  /** The way from `base` on that takes at each fork the entry which `choose` names. */
  path(choose: (fork: Fork) => EntryId): readonly EntryId[]
  /** From the end of this line on, the way that takes the lowest id at each fork. */
  beyond(tag: ChainTag): readonly EntryId[]
}

interface Node extends TreeEntry {
  readonly key: string
  readonly children: Node[]
}

interface OwnLine extends Line {
  readonly ids: EntryId[]
}

const NO_ID = new Uint8Array(32) as EntryId

/** The name of the line that begins with this entry, beside others. */
export const branchTag = (first: EntryId): ChainTag => hash(tag('branch'), first).slice(0, 16) as ChainTag

const byId = (a: TreeEntry, b: TreeEntry): number => compareBytes(a.id, b.id)

export function createForkTree(chain: ChainTag, base: number): ForkTree {
  const nodes = new Map<string, Node>()
  const roots: Node[] = []
  const bySeq = new Map<number, Node[]>()
  let drawn: { readonly lines: readonly OwnLine[]; readonly byEntry: Map<string, OwnLine> } | undefined
  let shape = 0
  let last = base

  function place(entry: TreeEntry): Node | undefined {
    const key = toHex(entry.id)
    if (nodes.has(key)) return undefined
    const siblings = entry.seq === base ? roots : nodes.get(toHex(entry.prev))?.children
    if (!siblings) throw new Error('an entry before it is missing')
    const node = { id: entry.id, seq: entry.seq, prev: entry.prev, key, children: [] }
    siblings.push(node)
    siblings.sort(byId)
    nodes.set(key, node)
    bySeq.set(node.seq, [...(bySeq.get(node.seq) ?? []), node].sort(byId))
    last = Math.max(last, node.seq)
    return node
  }

  /** Whether the lines stay as they are but for one that grew. */
  function extendLine(node: Node): boolean {
    const line = drawn?.byEntry.get(toHex(node.prev))
    const isNext = line !== undefined && nodes.get(toHex(node.prev))?.children.length === 1
    if (!isNext) return false
    line.ids.push(node.id)
    drawn?.byEntry.set(node.key, line)
    return true
  }

  function drawLines(): NonNullable<typeof drawn> {
    shape++
    const lines: OwnLine[] = [{ tag: chain, from: base, ids: [], parent: undefined }]
    const byEntry = new Map<string, OwnLine>()
    const open = roots.map((start) => ({ start, parent: chain }))
    for (let next = open.pop(); next; next = open.pop()) {
      const line: OwnLine = { tag: branchTag(next.start.id), from: next.start.seq, ids: [], parent: next.parent }
      lines.push(line)
      for (let way: readonly Node[] = [next.start]; way.length > 0; ) {
        const [node] = way
        if (way.length > 1 || !node) {
          for (const start of way) open.push({ start, parent: line.tag })
          break
        }
        line.ids.push(node.id)
        byEntry.set(node.key, line)
        way = node.children
      }
    }
    return { lines, byEntry }
  }

  const now = (): NonNullable<typeof drawn> => {
    drawn ??= drawLines()
    return drawn
  }
  const lineNamed = (name: ChainTag): Line | undefined => now().lines.find((line) => compareBytes(line.tag, name) === 0)

  function walk(start: readonly Node[], choose: (fork: Fork) => EntryId): EntryId[] {
    const ids: EntryId[] = []
    for (let way = start; way.length > 0; ) {
      const fork = { seq: way[0]?.seq ?? base, ids: way.map(({ id }) => id) }
      const chosen = fork.ids.length > 1 ? choose(fork) : fork.ids[0]
      const next = way.find(({ id }) => chosen && compareBytes(id, chosen) === 0)
      if (!next) break
      ids.push(next.id)
      way = next.children
    }
    return ids
  }

  return {
    chain,
    base,
    root: () => roots[0]?.prev ?? NO_ID,
    has: (id) => nodes.has(toHex(id)),
    isEnd: (id) => nodes.get(toHex(id))?.children.length === 0,
    add(entries) {
      for (const entry of entries) {
        const node = place(entry)
        if (node && !extendLine(node)) drawn = undefined
      }
    },
    lines: () => now().lines,
    line: lineNamed,
    lineOf: (id) => now().byEntry.get(toHex(id)),
    shape() {
      now()
      return shape
    },
    idsAt: (seq) => (bySeq.get(seq) ?? []).map(({ id }) => id),
    deepest: () => ({ seq: last, id: bySeq.get(last)?.[0]?.id ?? NO_ID }),
    forks() {
      const parted = [roots, ...[...nodes.values()].map(({ children }) => children)].filter(({ length }) => length > 1)
      return parted
        .map((siblings) => ({ seq: siblings[0]?.seq ?? base, ids: siblings.map(({ id }) => id) }))
        .sort((a, b) => a.seq - b.seq)
    },
    path: (choose) => walk(roots, choose),
    beyond(name) {
      const end = lineNamed(name)?.ids.at(-1)
      const start = end ? (nodes.get(toHex(end))?.children ?? []) : roots
      return walk(start, ({ ids }) => ids[0] ?? NO_ID)
    },
  }
}
