import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { readAll } from '#lib/protocol/byte-reader'
import { writeAll } from '#lib/protocol/byte-writer'
import type { Lane } from '#lib/protocol/outer-header'
import { storedToEntry } from '#lib/replica/entry-record'
import { createForkTree, type ForkTree, type Line, type TreeEntry } from '#lib/replica/fork-tree'
import type { StoredEntry, WorkspaceStore } from '#lib/storage/storage'
import type { Head } from '#lib/sync/entry-source'

/** One line of a forked chain, with what its entries share. */
export interface PlacedLine extends Line {
  readonly chain: ChainTag
  readonly channel: ChannelTag
  readonly lane: Lane
}

/**
 * The chains of which several lines are held (E3). The record says only which they are: what is held of them follows
 * from the entries.
 */
export interface ForkTable {
  tree(chain: ChainTag): ForkTree | undefined
  /** Whether any chain of the channel is forked. */
  isForked(channel: ChannelTag): boolean
  /** The chains of a channel that are. */
  inChannel(channel: ChannelTag): readonly ForkTree[]
  channels(): readonly ChannelTag[]
  /** The branches of its forked chains, each after the line that it continues. */
  branches(channel: ChannelTag): readonly PlacedLine[]
  /** A line of a forked chain by its name. */
  line(tag: ChainTag): PlacedLine | undefined
  /** How many lines a chain has: so many entries may stand at one place. */
  linesOf(chain: ChainTag): number
  /** Newest entries of all branches. */
  branchHeads(): readonly Head[]
  /** The way that counts (E3), from the tree's base on. */
  path(chain: ChainTag): readonly EntryId[]
  setPath(chain: ChainTag, ids: readonly EntryId[]): void
  put(place: { readonly channel: ChannelTag; readonly lane: Lane }, tree: ForkTree): void
}

const RECORD = 'fork/'
const ROWS = 512

/** What to keep of a forked chain, in the same commit as the entry that forks it. */
export const forkRecord = ({ channel, lane }: { channel: ChannelTag; lane: Lane }, tree: ForkTree) => ({
  key: RECORD + toHex(tree.chain),
  value: writeAll((writer) => {
    writer.raw(tree.chain)
    writer.raw(channel)
    writer.byte(lane === 'log' ? 0 : 1)
    writer.varUint(tree.base)
  }),
})

const treeEntryOf = (stored: StoredEntry): TreeEntry | undefined => {
  const entry = storedToEntry(stored)
  return entry.ok ? { id: entry.value.id, seq: stored.seq, prev: entry.value.header.prev } : undefined
}

/** The forks that a store holds. */
export async function loadForkTable(store: WorkspaceStore, names: readonly string[]): Promise<ForkTable> {
  const table = createForkTable()
  for (const key of names.filter((name) => name.startsWith(RECORD))) {
    const record = await store.record(key)
    const read = readAll((record.ok && record.value) || new Uint8Array(0), (reader) => ({
      chain: reader.take(16) as ChainTag,
      channel: reader.take(16) as ChannelTag,
      lane: reader.byte() === 0 ? ('log' as const) : ('content' as const),
      base: reader.varUint(),
    }))
    if (!read.ok) continue
    const tree = createForkTree(read.value.chain, read.value.base)
    tree.add(await readTreeEntries(store, read.value.chain, read.value.base))
    table.put(read.value, tree)
  }
  return table
}

/** Every entry of a chain from a number on, all lines, as far as they are linked to each other. */
export async function readTreeEntries(
  store: WorkspaceStore,
  chain: ChainTag,
  base: number,
): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = []
  const held = new Set<string>()
  for (let from = base, last = 0; ; from = last + 1) {
    const rows = await store.readChain(chain, from, ROWS)
    if (!rows.ok || rows.value.length === 0) return entries
    last = rows.value.at(-1)?.seq ?? from
    const isCut = rows.value.length === ROWS
    const whole = isCut ? await store.readChain(chain, last, ROWS) : undefined
    const more = whole?.ok ? whole.value.filter(({ seq }) => seq === last) : []
    for (const row of [...rows.value.filter(({ seq }) => !isCut || seq < last), ...more]) {
      const entry = treeEntryOf(row)
      if (!entry || held.has(toHex(entry.id)) || (entry.seq > base && !held.has(toHex(entry.prev)))) continue
      held.add(toHex(entry.id))
      entries.push(entry)
    }
  }
}

interface Forked {
  readonly tree: ForkTree
  readonly channel: ChannelTag
  readonly lane: Lane
}

function createForkTable(): ForkTable {
  const forked = new Map<string, Forked>()
  const paths = new Map<string, readonly EntryId[]>()
  const ofChannel = (channel: ChannelTag) => {
    const key = toHex(channel)
    return [...forked.values()].filter((item) => toHex(item.channel) === key)
  }
  /** Lines as they were placed, by the lines of their tree: those are others once they are drawn anew. */
  const placed = new WeakMap<readonly Line[], readonly PlacedLine[]>()
  function linesOf({ tree, channel, lane }: Forked): readonly PlacedLine[] {
    const drawn = tree.lines()
    const lines = placed.get(drawn) ?? drawn.map((line) => ({ ...line, chain: tree.chain, channel, lane }))
    placed.set(drawn, lines)
    return lines
  }
  const lines = (): PlacedLine[] => [...forked.values()].flatMap(linesOf)
  return {
    tree: (chain) => forked.get(toHex(chain))?.tree,
    isForked: (channel) => forked.size > 0 && ofChannel(channel).length > 0,
    inChannel: (channel) => ofChannel(channel).map(({ tree }) => tree),
    channels: () => [...new Map([...forked.values()].map(({ channel }) => [toHex(channel), channel])).values()],
    line(tag) {
      if (forked.size === 0) return undefined
      for (const item of forked.values()) {
        const line = linesOf(item).find((one) => sameBytes(one.tag, tag))
        if (line) return line
      }
      return undefined
    },
    branches: (channel) => lines().filter(({ parent, channel: other }) => parent && toHex(other) === toHex(channel)),
    linesOf: (chain) => forked.get(toHex(chain))?.tree.lines().length ?? 1,
    branchHeads: () =>
      lines()
        .filter(({ parent }) => parent)
        .map(headOfBranch),
    path: (chain) => paths.get(toHex(chain)) ?? [],
    setPath: (chain, ids) => void paths.set(toHex(chain), ids),
    put: (place, tree) => void forked.set(toHex(tree.chain), { tree, channel: place.channel, lane: place.lane }),
  }
}

const NO_ID = new Uint8Array(32) as EntryId

/** The newest entry of a branch, as others are told of it. */
export const headOfBranch = ({ tag, from, ids, channel, lane }: PlacedLine): Head => ({
  lane,
  channel,
  chain: tag,
  from,
  seq: from + ids.length - 1,
  id: ids.at(-1) ?? NO_ID,
})
