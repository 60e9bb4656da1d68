/**
 * Takes in the runs of one link, one after the other in the order in which they came: a run may leave out what the one
 * before it told. Bounded: whoever sends further ahead than the window allows is cut off.
 */

import type { ChainTag } from '#lib/base/ids'
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

/**
 * The other end may leave out an entry that it sent and that was not taken in, while another is held at its place (E3): so
 * often on one link the run is dropped and asked for whole, before a wrong signature counts as one.
 */
const MAX_MISTAKEN = 64

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

  /** How often an entry that was left out was taken for another one. */
  let mistaken = 0

  const takeIn = async (bytes: Uint8Array, load: Load): Promise<void> => {
    let isAssumed = false
    const context = load.standalone
      ? { lanes: createLaneTable(), idAt: () => undefined }
      : {
          lanes,
          idAt: (chain: ChainTag, seq: number) => {
            isAssumed = true
            return source.idAt(chain, seq)
          },
        }
    const run = decodeRun(bytes, context)
    if (!run.ok) {
      if (run.error.type === 'missing-previous') events.onGap(run.error.chain)
      else events.onFault(run.error)
      return
    }
    if (!events.mayTakeIn(run.value)) return
    const reception = await source.receive(run.value)
    if (open && isAssumed && reception.type === 'bad' && reception.reason === 'signature' && mistaken < MAX_MISTAKEN) {
      mistaken++
      return events.onGap(chainOf(run.value))
    }
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

const chainOf = (run: readonly SealedEntry[]): ChainTag => run[0]?.header.chain ?? (new Uint8Array(16) as ChainTag)
