import { sameBytes, toHex } from '#lib/base/bytes'
import type { ChainTag, ChannelTag, DeviceId, EntryId, EpochTag } from '#lib/base/ids'
import type { Crypto, SigningKey } from '#lib/crypto/crypto'
import { isLinkedRun } from '#lib/log/linked-run'
import { type SignedEntry, signEntry, verifyEntry } from '#lib/log/seal-entry'
import { encodeHeader, type Lane, NO_ENTRY, SUITE, VERSION } from '#lib/protocol/outer-header'
import { entryId, type SealedEntry } from '#lib/protocol/sealed-entry'
import type { EntrySource, Head, Reception } from '#lib/sync/entry-source'
import type { SeededRandom } from '#lib/testing/seeded-random'

/** Writes a chain of entries with real ids and signatures; what they seal is noise. */
export interface ChainWriter {
  readonly chain: ChainTag
  readonly device: DeviceId
  /** The next entry, with a box of `boxBytes`. */
  write(boxBytes?: number): Promise<SignedEntry>
  /** Another writer of the same chain from here on, as a restored backup would be. */
  branch(): ChainWriter
}

export function createChainWriter(
  key: SigningKey,
  random: SeededRandom,
  { lane, channel }: { readonly lane: Lane; readonly channel: ChannelTag },
): ChainWriter {
  const chain = random.bytes(16) as ChainTag
  const epoch = new Uint8Array(16).fill(1) as EpochTag

  const continueFrom = (newest: number, id: EntryId): ChainWriter => {
    let seq = newest
    let prev = id
    return {
      chain,
      device: key.publicKey as DeviceId,
      async write(boxBytes = 64) {
        seq++
        const header = { version: VERSION, suite: SUITE, lane, epoch, channel, chain, seq, prev }
        const headerBytes = encodeHeader(header)
        const salt = random.bytes(8)
        const box = random.bytes(boxBytes)
        prev = entryId(headerBytes, salt, box)
        return signEntry({ header, headerBytes, salt, box, id: prev }, key)
      },
      branch: () => continueFrom(seq, prev),
    }
  }
  return continueFrom(0, NO_ENTRY)
}

/** A copy of a workspace that checks structure and signatures and nothing else. */
export interface EntryShelf extends EntrySource {
  /** Every stored run, as a replica tells of it. */
  onStored: ((run: readonly SealedEntry[]) => void) | undefined
  /** Puts an own entry down. */
  append(entry: SignedEntry): void
  /** Everything held, in a canonical form. */
  fingerprint(): string
  /** Entries held. */
  readonly size: number
  /** Runs that came and brought nothing new. */
  readonly duplicates: number
}

/** `authors` tells the device of each chain by its hex, as the log would; a chain that it does not name has to wait. */
export function createEntryShelf(crypto: Crypto, authors: { get(chainHex: string): DeviceId | undefined }): EntryShelf {
  const chains = new Map<string, SealedEntry[]>()
  const held = new Map<string, readonly SealedEntry[]>()
  /** Ids (hex) of entries beside those of the chain, kept as proof that its author forked it. */
  const aside = new Set<string>()
  let duplicates = 0

  const entriesOf = (chain: ChainTag): SealedEntry[] => {
    const key = toHex(chain)
    const entries = chains.get(key) ?? []
    chains.set(key, entries)
    return entries
  }
  const idAt: EntrySource['idAt'] = (chain, seq) => chains.get(toHex(chain))?.[seq - 1]?.id
  const head = (chain: ChainTag): Head | undefined => {
    const last = chains.get(toHex(chain))?.at(-1)
    return last && { lane: last.header.lane, channel: last.header.channel, chain, seq: last.header.seq, id: last.id }
  }

  const store = (run: readonly SealedEntry[]) => {
    const [first] = run
    if (!first) return
    entriesOf(first.header.chain).push(...run)
    shelf.onStored?.(run)
  }

  const place = async (run: readonly SealedEntry[]): Promise<Reception> => {
    const [first] = run
    const last = run.at(-1)
    if (!first || !last) return { type: 'bad', reason: 'empty' }
    const { chain } = first.header
    const author = authors.get(toHex(chain))
    if (!author) {
      held.set(toHex(last.id), run)
      return { type: 'waiting' }
    }
    if (!(await verifyEntry(crypto, author, last))) return { type: 'bad', reason: 'signature' }
    if (!isLinkedRun(chain, run)) return { type: 'bad', reason: 'broken-run' }
    const newest = head(chain)?.seq ?? 0
    const { seq, prev } = first.header
    if (seq > newest + 1) {
      held.set(toHex(last.id), run)
      return { type: 'waiting', from: newest + 1 }
    }
    const parts =
      isBeside(idAt(chain, seq - 1), prev) || run.some(({ header, id }) => isBeside(idAt(chain, header.seq), id))
    if (parts) for (const { id } of run) aside.add(toHex(id))
    const next = run.slice(newest - seq + 1)
    if (parts || next.length === 0) {
      duplicates++
      return { type: 'known' }
    }
    store(next)
    return { type: 'taken' }
  }

  /** Tries again what waited, as long as anything comes of it. */
  const retry = async (): Promise<void> => {
    for (let moved = true; moved; ) {
      moved = false
      for (const [key, run] of [...held]) {
        held.delete(key)
        if ((await place(run)).type === 'taken') moved = true
      }
    }
  }

  const shelf: EntryShelf = {
    heads: () => [...chains.values()].flatMap((entries) => (entries[0] ? (head(entries[0].header.chain) ?? []) : [])),
    head,
    holds({ chain, seq, idPrefix }) {
      const id = idAt(chain, seq)
      const isOnChain = id !== undefined && sameBytes(id.subarray(0, idPrefix.length), idPrefix)
      return isOnChain || [...aside].some((other) => other.startsWith(toHex(idPrefix)))
    },
    lineOf: ({ header }) => header.chain,
    idAt,
    async read(chain, from, maxBytes) {
      const entries = chains.get(toHex(chain)) ?? []
      let end = from - 1
      for (let bytes = 0; end < entries.length && bytes < maxBytes; end++) bytes += entries[end]?.box.length ?? 0
      while (end < entries.length && !entries[end - 1]?.signature) end++
      return entries.slice(from - 1, end)
    },
    readFolded: async (chain, from, maxBytes) => ({ type: 'run', run: await shelf.read(chain, from, maxBytes) }),
    nextSegment: async () => undefined,
    receiveSegment: async () => ({ type: 'waiting' }),
    acknowledged: () => [],
    isAcknowledged: () => false,
    compareSegment: async () => 'unknown',
    segments: () => [],
    isStraight: () => true,
    countsTo: () => Number.POSITIVE_INFINITY,
    covered: () => [],
    async receive(run) {
      const reception = await place(run)
      if (reception.type === 'taken') await retry()
      return reception
    },
    onStored: undefined,
    append: (entry) => store([entry]),
    fingerprint: () =>
      shelf
        .heads()
        .map(({ chain, seq, id }) => `${toHex(chain)}:${seq}:${toHex(id)}`)
        .toSorted()
        .join('\n'),
    get size() {
      return [...chains.values()].reduce((size, entries) => size + entries.length, 0)
    },
    get duplicates() {
      return duplicates
    },
  }
  return shelf
}

/** Whether an entry's place is held by another one. */
const isBeside = (held: EntryId | undefined, id: EntryId): boolean => held !== undefined && !sameBytes(held, id)
