/**
 * Sends entries along one link: what was just committed at once, what was asked for as a stream that the other side's
 * pace and the link's queue hold back. The membership log goes first; a push that finds the link busy joins the stream.
 * Nothing is read ahead but one frame's worth, so a catch-up of any length takes the same memory.
 */

import { toHex } from '#lib/base/bytes'
import type { ChainTag } from '#lib/base/ids'
import { encodeRun, encodeStandaloneRun } from '#lib/protocol/entry-run'
import type { WantItem } from '#lib/protocol/frame-fields'
import { encodeFrame } from '#lib/protocol/frames'
import { createLaneTable } from '#lib/protocol/lane-table'
import { MAX_FRAME_BYTES } from '#lib/protocol/limits'
import type { Lane } from '#lib/protocol/outer-header'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import { sliceFrame } from '#lib/protocol/slice'
import type { EntrySource, FoldedPiece } from '#lib/sync/entry-source'
import type { PeerKnowledge } from '#lib/sync/peer-knowledge'
import { HIGH_WATER_BYTES, MAX_UNTRUSTED_BYTES, MAX_WANTS, RUN_BYTES, WINDOW_BYTES } from '#lib/sync/sync-settings'
import type { Link } from '#lib/transport/link'

export interface Outbox {
  /** Entries that the other side lacks, the last signed. */
  push(run: readonly SealedEntry[]): void
  /** Streams these chains to their newest entries, with segments in place of entries unless `originals` (S0). */
  answer(wants: readonly WantItem[], originals: boolean): void
  /** The other side took in so many bytes since the link began. */
  acknowledged(bytes: number): void
  /** Whether the other end may have content; until then it gets at most 1 MiB of log (R1). */
  setTrusted(trusted: boolean): void
  close(): void
}

/** A run that is surely longer travels alone, in slices. */
const MAX_SHARED_RUN_BYTES = MAX_FRAME_BYTES - 1024
const MAX_RUNS_TOGETHER = 128

interface Queued extends WantItem {
  readonly originals: boolean
}

/** `apart`: what comes before it may not be held there, whatever was sent. */
type Piece = FoldedPiece & { readonly apart?: boolean }

export function createOutbox(
  link: Pick<Link, 'send' | 'queuedBytes' | 'drained'>,
  source: Pick<EntrySource, 'head' | 'lineOf' | 'read' | 'readFolded'>,
  knowledge: PeerKnowledge,
  options: {
    readonly trusted: boolean
    /** What was asked for is not here: only a segment from further back stands for it. */
    onLacking(want: WantItem): void
  },
): Outbox {
  const lanes = createLaneTable()
  const queues: Record<Lane, Map<string, Queued>> = { log: new Map(), content: new Map() }
  /** Chains of the frame that is being put together: pushes of these must not overtake it. */
  const gathering = new Set<string>()
  let trusted = options.trusted
  let untrustedBytes = 0
  let sentBytes = 0
  let acknowledgedBytes = 0
  let objects = 0
  let streaming = false
  let open = true

  const isWindowFull = () => sentBytes - acknowledgedBytes > WINDOW_BYTES
  const isCongested = () => isWindowFull() || link.queuedBytes() > HIGH_WATER_BYTES
  const nextWant = (): { want: Queued; lane: Lane } | undefined => {
    for (const lane of ['log', 'content'] as const) {
      const [want] = queues[lane].values()
      if (want) return { want, lane }
    }
    return undefined
  }

  /** Where the newest entry of a run stands. */
  const lineOf = (run: readonly SealedEntry[]): ChainTag => {
    const last = run.at(-1)
    return last ? source.lineOf(last) : NO_LINE
  }

  /** Of a chain that goes on in several ways the other side could take another entry for the one that is left out. */
  const holdsPrevious = (run: readonly SealedEntry[]): boolean => {
    const [first] = run
    if (!first || first.header.seq === 1 || toHex(lineOf(run)) !== toHex(first.header.chain)) return false
    return knowledge.endsWith(first.header.chain, first.header.seq - 1, first.header.prev)
  }

  const enqueue = ({ chain, from, originals }: Queued, lane: Lane) => {
    const queue = queues[lane]
    const key = toHex(chain)
    const queued = queue.get(key)
    if (!queued && queue.size >= MAX_WANTS) return
    const lowest = Math.min(from, queued?.from ?? from)
    queue.set(key, { chain, from: lowest, originals: originals || queued?.originals === true })
    if (!streaming) void stream()
  }

  const sendFrame = (bytes: Uint8Array) => {
    sentBytes += bytes.length
    if (!trusted) untrustedBytes += bytes.length
    for (const frame of sliceFrame(bytes, objects++)) link.send(frame)
  }

  /** Encodes and sends without a pause in between: the receiver's context depends on the order. */
  const send = (pieces: readonly Piece[], answer: boolean) => {
    let together: Uint8Array[] = []
    const flush = () => {
      if (together.length > 0) sendFrame(encodeFrame({ type: 'data', answer, runs: together }))
      together = []
    }
    for (const piece of pieces) {
      if (piece.type === 'segment') {
        flush()
        if (trusted) sendFrame(encodeFrame({ type: 'segment', sealed: piece.bytes }))
        continue
      }
      const { run } = piece
      if (!trusted && untrustedBytes + sizeOf(run) > MAX_UNTRUSTED_BYTES) continue
      if (sizeOf(run) > MAX_SHARED_RUN_BYTES) {
        flush()
        sendFrame(encodeFrame({ type: 'data', answer, runs: [encodeStandaloneRun(run)] }))
      } else {
        const waiting = together.reduce((size, part) => size + part.length, 0)
        if (waiting + sizeOf(run) > MAX_SHARED_RUN_BYTES) flush()
        const receiverHoldsPrevious = piece.apart !== true && holdsPrevious(run)
        together.push(encodeRun(run, { lanes, receiverHoldsPrevious }))
      }
      if (!piece.apart) knowledge.noteRun(run, lineOf(run))
    }
    flush()
  }

  /** About a frame's worth of what was asked for. */
  const gather = async (): Promise<readonly Piece[]> => {
    const pieces: Piece[] = []
    let bytes = 0
    for (let next = nextWant(); next && bytes < RUN_BYTES && pieces.length < MAX_RUNS_TOGETHER; next = nextWant()) {
      const { chain, from, originals } = next.want
      const key = toHex(chain)
      gathering.add(key)
      queues[next.lane].delete(key)
      const piece: Piece = originals
        ? { type: 'run', apart: true, run: await source.read(chain, from, RUN_BYTES) }
        : await source.readFolded(chain, from, RUN_BYTES)
      const last = piece.type === 'segment' ? piece.to : piece.run.at(-1)?.header.seq
      if (open && last === undefined) options.onLacking({ chain, from })
      if (!open || last === undefined) continue
      pieces.push(piece)
      bytes += piece.type === 'segment' ? piece.bytes.length : sizeOf(piece.run)
      const newest = source.head(chain)?.seq ?? 0
      const lowered = queues[next.lane].get(key)
      const isAskedAgain = lowered !== undefined && lowered.from <= last
      if (last < newest && !isAskedAgain) queues[next.lane].set(key, { chain, from: last + 1, originals })
    }
    return pieces
  }

  const stream = async (): Promise<void> => {
    streaming = true
    while (open && nextWant() && !isWindowFull()) {
      if (link.queuedBytes() > HIGH_WATER_BYTES) await link.drained()
      const pieces = await gather()
      if (open) send(pieces, true)
      gathering.clear()
    }
    streaming = false
  }

  return {
    push(run) {
      const [first] = run
      if (!open || !first || !mayCarry(first.header.lane, trusted)) return
      const { lane, seq } = first.header
      const chain = lineOf(run)
      const key = toHex(chain)
      const isBehind = gathering.has(key) || queues[lane].has(key)
      const isLong = run.length > 1 && sizeOf(run) > MAX_SHARED_RUN_BYTES
      if (isBehind || isLong || isCongested()) enqueue({ chain, from: seq, originals: false }, lane)
      else send([{ type: 'run', run }], false)
    },
    answer(wants, originals) {
      for (const want of wants) {
        const head = source.head(want.chain)
        if (head && head.seq >= want.from && mayCarry(head.lane, trusted)) enqueue({ ...want, originals }, head.lane)
      }
    },
    acknowledged(bytes) {
      acknowledgedBytes = Math.min(sentBytes, Math.max(acknowledgedBytes, bytes))
      if (!streaming) void stream()
    },
    setTrusted(value) {
      trusted = value
      untrustedBytes = 0
      if (!value) queues.content.clear()
    },
    close() {
      open = false
      for (const queue of Object.values(queues)) queue.clear()
    },
  }
}

/** R1: content flows between devices that are known active only. */
export const mayCarry = (lane: Lane, trusted: boolean): boolean => lane === 'log' || trusted

const NO_LINE = new Uint8Array(16) as ChainTag

/** What a run takes on a link, at most, besides its signature. */
const sizeOf = (run: readonly SealedEntry[]): number => run.reduce((size, entry) => size + entry.box.length + 12, 160)
