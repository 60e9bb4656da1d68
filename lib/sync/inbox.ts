/**
 * Takes in the runs of one link, one after the other in the order in which they came: a run may leave out what the one
 * before it told. Bounded: whoever sends further ahead than the window allows is cut off.
 */

import { toHex } from '#lib/base/bytes'
import type { ChainTag, EntryId } from '#lib/base/ids'
import { decodeRun } from '#lib/protocol/entry-run'
import { createLaneTable } from '#lib/protocol/lane-table'
import type { SealedEntry } from '#lib/protocol/sealed-entry'
import type { EntrySource, Reception, SegmentReception } from '#lib/sync/entry-source'
import type { SyncFault } from '#lib/sync/sync-fault'
import { ACK_EVERY_BYTES, MAX_INBOX_BYTES } from '#lib/sync/sync-settings'

/** The load of a DATA or SEGMENT frame. */
export interface Load {
  readonly runs: readonly Uint8Array[]
  readonly segment?: Uint8Array
  readonly answer: boolean
  /** Came in slices, outside the context of the link. */
  readonly standalone: boolean
  readonly bytes: number
}

export interface InboxEvents {
  /** Whether a run may be taken in at all; it is still read, to keep the link's context. */
  mayTakeIn(run: readonly SealedEntry[]): boolean
  onReception(run: readonly SealedEntry[], reception: Reception, answer: boolean): void
  /** Whether segments may be taken in. */
  mayTakeInContent(): boolean
  onSegment(reception: SegmentReception): void
  /** A run that leaves out an entry which is not held here. */
  onGap(chain: ChainTag): void
  onFault(fault: SyncFault): void
  /** All that was taken in since the link began. */
  onTakenIn(bytes: number): void
  /** The source itself failed: nobody's fault, but this link cannot go on. */
  onFailure(): void
}

export interface Inbox {
  add(load: Load): void
  close(): void
}

/** Chains whose last run waits, per link. */
const MAX_WAITING = 4096

export function createInbox(
  source: Pick<EntrySource, 'idAt' | 'receive' | 'receiveSegment'>,
  events: InboxEvents,
): Inbox {
  const lanes = createLaneTable()
  const loads: Load[] = []
  let waitingBytes = 0
  let takenBytes = 0
  let toldBytes = 0
  let working = false
  let open = true

  /** The newest runs that came along this link and have to wait, by chain (hex). */
  const waiting = new Map<string, SealedEntry>()

  /** What the other end means where it leaves `prev` out: what it sent before, else what it was told is held. */
  const idBefore = (chain: ChainTag, seq: number): EntryId | undefined => {
    const sent = waiting.get(toHex(chain))
    return sent?.header.seq === seq ? sent.id : source.idAt(chain, seq)
  }

  const note = (run: readonly SealedEntry[], { type }: Reception) => {
    const last = run.at(-1)
    if (!last) return
    const key = toHex(last.header.chain)
    if (waiting.size >= MAX_WAITING) waiting.clear()
    if (type === 'waiting') waiting.set(key, last)
    else waiting.delete(key)
  }

  const takeIn = async (bytes: Uint8Array, load: Load): Promise<void> => {
    const context = load.standalone ? { lanes: createLaneTable(), idAt: () => undefined } : { lanes, idAt: idBefore }
    const run = decodeRun(bytes, context)
    if (!run.ok) {
      if (run.error.type === 'missing-previous') events.onGap(run.error.chain)
      else events.onFault(run.error)
      return
    }
    if (!events.mayTakeIn(run.value)) return
    const reception = await source.receive(run.value)
    note(run.value, reception)
    if (open) events.onReception(run.value, reception, load.answer)
  }

  const takeInSegment = async (bytes: Uint8Array): Promise<void> => {
    if (!events.mayTakeInContent()) return
    const reception = await source.receiveSegment(bytes)
    if (open) events.onSegment(reception)
  }

  const tell = () => {
    if (takenBytes - toldBytes < ACK_EVERY_BYTES) return
    toldBytes = takenBytes
    events.onTakenIn(takenBytes)
  }

  const work = async (): Promise<void> => {
    working = true
    try {
      for (let load = loads.shift(); load && open; load = loads.shift()) {
        if (load.segment) await takeInSegment(load.segment)
        for (const run of load.runs) if (open) await takeIn(run, load)
        waitingBytes -= load.bytes
        takenBytes += load.bytes
        if (open) tell()
      }
    } catch {
      events.onFailure()
    } finally {
      working = false
    }
  }

  return {
    add(load) {
      waitingBytes += load.bytes
      if (waitingBytes > MAX_INBOX_BYTES) return events.onFault({ type: 'flooding' })
      loads.push(load)
      if (!working) void work()
    },
    close() {
      open = false
      loads.length = 0
    },
  }
}
