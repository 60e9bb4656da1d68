/**
 * A carrier that cannot read: stores runs and hands them on, and does to them whatever one without keys can. It speaks to
 * devices as a peer does, since a relay is a sync peer that only stores.
 */
import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, EntryId } from '#lib/base/ids'
import { encodeHeader, NO_ENTRY } from '#lib/protocol/outer-header'
import { entryId, type SealedEntry } from '#lib/protocol/sealed-entry'
import type { EntrySource, Head, Reception } from '#lib/sync/entry-source'
import { createSyncEngine, type SyncEngine } from '#lib/sync/sync-engine'
import type { SeededRandom } from '#lib/testing/seeded-random'
import type { VirtualClock } from '#lib/testing/virtual-clock'

/** What it does at present. `forks` shows two groups of people two different histories. */
export type RelayMood =
  | 'honest'
  | 'drops'
  | 'delays'
  | 'rolls back'
  | 'forks'
  | 'swaps channels'
  | 'truncates'
  | 'alters'
  | 'replays'

export const RELAY_MOODS: readonly RelayMood[] = [
  'honest',
  'drops',
  'delays',
  'rolls back',
  'forks',
  'swaps channels',
  'truncates',
  'alters',
  'replays',
]

export interface SimulatedRelay {
  readonly mood: RelayMood
  /** Closes all links. */
  setMood(mood: RelayMood): void
  /** The engine for the next link: one of two while it forks. */
  engine(): SyncEngine
}

interface Shelf {
  readonly chains: Map<string, SealedEntry[]>
  engine(): SyncEngine
  /** Forgets what its links were told: all of them are closed. */
  restart(): void
}

/** The same run under another header or with other boxes, linked again; the signature is the old one. */
function relinked(run: readonly SealedEntry[], change: (entry: SealedEntry, i: number) => SealedEntry): SealedEntry[] {
  let prev: EntryId | undefined
  return run.map((original, i) => {
    const changed = change(original, i)
    const header = { ...changed.header, prev: prev ?? changed.header.prev }
    const headerBytes = encodeHeader(header)
    const id = entryId(headerBytes, changed.salt, changed.box)
    prev = id
    return { ...changed, header, headerBytes, id }
  })
}

export function createSimulatedRelay(
  clock: VirtualClock,
  random: SeededRandom,
  onSaw: (behaviour: string) => void,
): SimulatedRelay {
  let mood: RelayMood = 'honest'
  let rolledBackTo: Map<string, number> | undefined

  const flipped = (bytes: Uint8Array): Uint8Array => {
    const at = random.below(bytes.length)
    return bytes.map((byte, i) => (i === at ? byte ^ (1 << random.below(8)) : byte))
  }

  function tamperedWith(run: readonly SealedEntry[], channels: readonly ChannelTag[]): readonly SealedEntry[] {
    const last = run.at(-1)
    if (!last?.signature || random.chance(0.4)) return run
    if (mood === 'truncates' && run.length > 1) {
      onSaw('relay truncates')
      const short = run.slice(0, -1)
      return short.map((entry, i) =>
        i === short.length - 1 && last.signature ? { ...entry, signature: last.signature } : entry,
      )
    }
    if (mood === 'swaps channels') {
      const channel = random.pick(channels)
      if (sameBytes(channel, last.header.channel)) return run
      onSaw('relay swaps channels')
      return relinked(run, (entry) => ({ ...entry, header: { ...entry.header, channel } }))
    }
    if (mood === 'alters') {
      onSaw('relay alters')
      const victim = random.below(run.length)
      return relinked(run, (entry, i) => (i === victim ? { ...entry, box: flipped(entry.box) } : entry))
    }
    return run
  }

  function createShelf(chains: Map<string, SealedEntry[]>): Shelf {
    const entriesOf = (chain: ChainTag): SealedEntry[] => chains.get(toHex(chain)) ?? []
    const visible = (chain: ChainTag): SealedEntry[] => {
      const end = rolledBackTo ? (rolledBackTo.get(toHex(chain)) ?? 0) : Number.POSITIVE_INFINITY
      if (end < entriesOf(chain).length) onSaw('relay rolls back')
      return entriesOf(chain).slice(0, end)
    }
    const headOf = (entry: SealedEntry): Head => {
      const { lane, channel, chain, seq } = entry.header
      return { lane, channel, chain, seq, id: entry.id }
    }
    const signed = (entries: readonly SealedEntry[]): SealedEntry[] =>
      entries.slice(0, entries.findLastIndex((entry) => entry.signature) + 1)
    const newest = (chain: ChainTag): SealedEntry | undefined => signed(visible(chain)).at(-1)
    const receive = (run: readonly SealedEntry[]): Reception => {
      const [first] = run
      if (!first) return { type: 'known' }
      if (mood === 'drops' && random.chance(0.5)) {
        onSaw('relay drops')
        return { type: 'known' }
      }
      const { chain, seq } = first.header
      const held = entriesOf(chain)
      if (seq > held.length + 1) return { type: 'waiting', from: held.length + 1 }
      const before = held[seq - 2]?.id ?? NO_ENTRY
      const next = run.slice(held.length - seq + 1)
      if (next.length === 0 || !sameBytes(before, first.header.prev)) return { type: 'known' }
      const [start] = next
      if (start && !sameBytes(start.header.prev, held.at(-1)?.id ?? NO_ENTRY)) return { type: 'known' }
      chains.set(toHex(chain), [...held, ...next])
      return { type: 'taken' }
    }
    const source: EntrySource = {
      heads: () =>
        [...chains.values()].flatMap(([first]) => {
          const head = first && newest(first.header.chain)
          return head ? [headOf(head)] : []
        }),
      head(chain) {
        const head = newest(chain)
        return head && headOf(head)
      },
      holds({ chain, seq, idPrefix }) {
        const id = entriesOf(chain)[seq - 1]?.id
        return id !== undefined && sameBytes(id.subarray(0, idPrefix.length), idPrefix)
      },
      lineOf: ({ header }) => header.chain,
      idAt: (chain, seq) => entriesOf(chain)[seq - 1]?.id,
      readFolded: async (chain, from, maxBytes) => ({ type: 'run', run: await source.read(chain, from, maxBytes) }),
      nextSegment: async () => undefined,
      receiveSegment: async () => ({ type: 'waiting' }),
      acknowledged: () => [],
      isAcknowledged: () => false,
      compareSegment: async () => 'unknown',
      segments: () => [],
      isStraight: () => true,
      countsTo: () => Number.POSITIVE_INFINITY,
      covered: () => [],
      async read(chain, from, maxBytes) {
        if (mood === 'delays') {
          onSaw('relay delays')
          await new Promise<void>((resolve) => clock.after(1000 + random.below(9000), resolve))
        }
        let bytes = 0
        const rest = signed(visible(chain)).slice(from - 1)
        const end = rest.findIndex((entry) => {
          bytes += entry.box.length
          return bytes > maxBytes && entry.signature !== undefined
        })
        const channels = [...chains.values()].flatMap(([first]) => (first ? [first.header.channel] : []))
        return tamperedWith(end < 0 ? rest : rest.slice(0, end + 1), channels)
      },
      receive: async (run) => receive(run),
    }
    const start = () => createSyncEngine({ source, clock, random: random.fork() })
    let engine = start()
    return {
      chains,
      engine: () => engine,
      restart() {
        engine.close()
        engine = start()
      },
    }
  }

  const shelves = [createShelf(new Map())]
  const copyOf = (chains: Map<string, SealedEntry[]>) => new Map([...chains].map(([key, list]) => [key, [...list]]))

  return {
    get mood() {
      return mood
    },
    setMood(next) {
      if (mood === 'forks') for (const shelf of shelves.splice(1)) shelf.engine().close()
      const [first] = shelves
      if (first && next === 'forks') shelves.push(createShelf(copyOf(first.chains)))
      rolledBackTo = undefined
      if (first && next === 'rolls back') {
        rolledBackTo = new Map([...first.chains].map(([key, list]) => [key, random.below(list.length + 1)]))
      }
      mood = next
      for (const shelf of shelves) shelf.restart()
    },
    engine() {
      if (shelves.length > 1) onSaw('relay forks')
      return random.pick(shelves).engine()
    },
  }
}
