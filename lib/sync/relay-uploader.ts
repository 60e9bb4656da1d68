/**
 * Brings to a relay what it lacks (protocol.md R5): own entries at once, or gathered for two seconds while they reach
 * everybody who is here in other ways; those of others after a random while and only if nobody else was quicker. An entry
 * counts as held there when the relay says that it is on its disk.
 */
import { toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { ChainTag } from '#lib/base/ids'
import { type Random, randomBelow } from '#lib/base/random'
import { blobOf } from '#lib/protocol/blob'
import type { DeclinedFrame, DeclineReason, StoredFrame } from '#lib/protocol/relay-frames'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { endAt } from '#lib/sync/end-at-segments'
import type { EntrySource } from '#lib/sync/entry-source'
import { createHeldRanges, type HeldRanges, type Range } from '#lib/sync/held-ranges'
import { type LineRange, lineRanges } from '#lib/sync/line-ranges'
import type { RoadFrame } from '#lib/sync/relay-road'

export interface RelayUploader {
  /** A fresh connection; `held` is what the relay is known to hold. */
  start(held: HeldRanges): void
  /** The relay has been read to its end: now it shows what it lacks. */
  caughtUp(): void
  /** A new own run, consecutive entries of one chain, the last signed. */
  committed(run: readonly SealedEntry[]): void
  /** Sends what was gathered now. */
  hurry(): void
  /** These entries are there, whoever brought them. */
  noteHeld(line: ChainTag, range: Range): void
  /** They may not be there any more. */
  noteDoubtful(line: ChainTag, range: Range): void
  stored(frame: StoredFrame): void
  declined(frame: DeclinedFrame): void
  /** Why the relay has no room for something; until a look around later finds that it has. */
  refusal(): DeclineReason | undefined
  stop(): void
}

export interface RelayUploaderOptions {
  readonly source: EntrySource
  /** The last of the entries from this one on that need not be there; the one before it where it has to be. */
  readonly sparedTo: (line: ChainTag, from: number) => number
  /** Before it looks for all that the relay lacks. */
  readonly onLook: () => void
  /** Numbers of entries at which runs end, where they can (S2). */
  readonly endsOf: (chain: ChainTag) => readonly number[]
  readonly isOwn: (chain: ChainTag) => boolean
  /** Whether nobody waits for content at the relay now: direct links carry it. */
  readonly mayGather: () => boolean
  readonly send: (frame: RoadFrame) => void
  readonly clock: Clock
  readonly random: Random
  /** This range of the chain or branch is on the relay's disk, at this cursor. */
  readonly onStored: (line: ChainTag, range: Range, cursor: number) => void
  readonly onRefusal: () => void
}

const GATHER_MS = 2_000
const OTHERS_AFTER_MS = 30_000
const SWEEP_MS = 30_000
const RUN_BYTES = 49_152
const FRAME_BYTES = 61_440
const FRAME_BLOBS = 256
const WINDOW_BYTES = 1_048_576
/** Blobs of one chain that are not confirmed yet; later entries gather meanwhile. */
const WINDOW_BLOBS = 8

interface Sent {
  readonly ranges: readonly LineRange[]
  readonly bytes: number
}

/** The line, in hex, of which a blob was asked for. */
const lineKey = ({ ranges }: Pick<Sent, 'ranges'>): string => toHex(ranges[0]?.line ?? new Uint8Array(0))

const sizeOf = (run: readonly SealedEntry[]): number => run.reduce((size, { box }) => size + box.length + 16, 0)

export function createRelayUploader(options: RelayUploaderOptions): RelayUploader {
  const { source, isOwn, send, clock, random } = options
  let isOpen = false
  let isPumping = false
  /** Something came that may let another run go out. */
  let hasNews = false
  /** What the relay holds or was sent. */
  let offered = createHeldRanges()
  let declined: Sent[] = []
  let refusal: DeclineReason | undefined
  let stopSweep: Cancel = () => {}
  const sent = new Map<string, Sent>()
  const sentByChain = new Map<string, number>()
  let sentBytes = 0
  const wanted = new Map<string, ChainTag>()
  /** Own entries that may wait for more, by chain: each list is one run. */
  const gathered = new Map<string, readonly SealedEntry[]>()
  let stopGathering: Cancel | undefined
  let outgoing: Uint8Array[] = []
  let outgoingBytes = 0

  const isWindowFull = (chain: ChainTag): boolean =>
    sentBytes >= WINDOW_BYTES || (sentByChain.get(toHex(chain)) ?? 0) >= WINDOW_BLOBS

  const noteSent = (hash: Uint8Array, item: Sent) => {
    sent.set(toHex(hash), item)
    sentBytes += item.bytes
    sentByChain.set(lineKey(item), (sentByChain.get(lineKey(item)) ?? 0) + 1)
  }
  /** The relay has answered for this blob. */
  const takeSent = (hash: Uint8Array): Sent | undefined => {
    const item = sent.get(toHex(hash))
    if (item === undefined || !sent.delete(toHex(hash))) return undefined
    sentBytes -= item.bytes
    sentByChain.set(lineKey(item), (sentByChain.get(lineKey(item)) ?? 1) - 1)
    return item
  }

  const flush = () => {
    if (outgoing.length > 0) send({ type: 'put', blobs: outgoing })
    outgoing = []
    outgoingBytes = 0
  }
  const put = (run: readonly SealedEntry[]) => {
    const { bytes, hash } = blobOf(run)
    const ranges = lineRanges(source, run)
    if (outgoingBytes + bytes.length > FRAME_BYTES || outgoing.length >= FRAME_BLOBS) flush()
    outgoing.push(bytes)
    outgoingBytes += bytes.length
    for (const { line, range } of ranges) offered.add(line, range)
    noteSent(hash, { ranges, bytes: bytes.length })
  }

  const missingOf = (chain: ChainTag): Range | undefined => {
    const head = source.head(chain)
    let missing = head && offered.firstMissing(chain, head.seq, head.from)
    while (head && missing) {
      const skipped = options.sparedTo(chain, missing.from)
      if (skipped < missing.from) return missing
      missing = offered.firstMissing(chain, head.seq, skipped + 1)
    }
    return undefined
  }

  /** Sends the next run of some wanted chain; false when there is none, or all must wait for confirmations. */
  const putNext = async (): Promise<boolean> => {
    const ready = [...wanted].find(([, chain]) => !isWindowFull(chain))
    if (ready === undefined) return false
    const [key, chain] = ready
    const missing = missingOf(chain)
    const run = missing === undefined ? [] : await source.read(chain, missing.from, RUN_BYTES)
    if (!isOpen) return false
    if (!missing || run[0]?.header.seq !== missing.from) wanted.delete(key)
    else if (missingOf(chain)?.from === missing.from) put(endAt(run, [...options.endsOf(chain), missing.to]))
    return true
  }
  const pump = async () => {
    hasNews = true
    if (isPumping) return
    isPumping = true
    try {
      while (isOpen && hasNews) {
        hasNews = false
        while (isOpen && (await putNext()));
        if (isOpen) flush()
      }
    } finally {
      isPumping = false
    }
  }
  const want = (chain: ChainTag) => {
    wanted.set(toHex(chain), chain)
  }

  const gather = (run: readonly SealedEntry[], chain: ChainTag) => {
    const together = [...(gathered.get(toHex(chain)) ?? []), ...run]
    gathered.set(toHex(chain), together)
    if (sizeOf(together) >= RUN_BYTES) hurry()
    else stopGathering ??= clock.after(GATHER_MS, hurry)
  }
  const hurry = () => {
    stopGathering?.()
    stopGathering = undefined
    for (const run of gathered.values()) upload(run)
    gathered.clear()
  }
  const upload = (run: readonly SealedEntry[]) => {
    const [first] = run
    if (!first) return
    const line = source.lineOf(first)
    const isNext = offered.heldTo(line, source.head(line)?.from) === first.header.seq - 1 && !isWindowFull(line)
    if (isNext && !isPumping) {
      put(run)
      void Promise.resolve().then(flush)
    } else {
      want(line)
      void pump()
    }
  }

  const tellRefusal = (reason: DeclineReason | undefined) => {
    if (refusal === reason) return
    refusal = reason
    options.onRefusal()
  }

  /** Looks for all that the relay lacks; entries of others are left to their authors for a while. */
  const sweep = () => {
    options.onLook()
    if (declined.length === 0) tellRefusal(undefined)
    for (const { line, range } of declined.flatMap(({ ranges }) => ranges)) offered.remove(line, range)
    declined = []
    for (const { chain } of source.heads()) if (missingOf(chain) !== undefined) want(chain)
    void pump()
    stopSweep = clock.after(SWEEP_MS + randomBelow(random, OTHERS_AFTER_MS), sweep)
  }

  return {
    start(held) {
      isOpen = true
      offered = createHeldRanges(held)
      for (const { chain } of source.heads()) if (isOwn(chain) && missingOf(chain) !== undefined) want(chain)
    },
    caughtUp() {
      for (const { chain } of source.heads()) if (isOwn(chain) && missingOf(chain) !== undefined) want(chain)
      void pump()
      stopSweep()
      stopSweep = clock.after(randomBelow(random, OTHERS_AFTER_MS), sweep)
    },
    committed(run) {
      const [first] = run
      if (!isOpen || first === undefined) return
      const { chain, lane } = first.header
      if (lane === 'content' && options.mayGather()) return gather(run, chain)
      hurry()
      upload(run)
    },
    hurry,
    noteHeld: (line, range) => offered.add(line, range),
    noteDoubtful: (line, range) => offered.remove(line, range),
    stored({ items }) {
      for (const { hash, cursor } of items) {
        const confirmed = takeSent(hash)
        for (const { line, range } of confirmed?.ranges ?? []) options.onStored(line, range, cursor)
      }
      if (wanted.size > 0) void pump()
    },
    declined({ hash, reason }) {
      const refused = takeSent(hash)
      if (refused === undefined) return
      declined.push(refused)
      tellRefusal(reason)
    },
    refusal: () => refusal,
    stop() {
      isOpen = false
      stopSweep()
      stopGathering?.()
      stopGathering = undefined
      gathered.clear()
      sent.clear()
      sentByChain.clear()
      sentBytes = 0
      wanted.clear()
      declined = []
      refusal = undefined
      outgoing = []
      outgoingBytes = 0
    },
  }
}
