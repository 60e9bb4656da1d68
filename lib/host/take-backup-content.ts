import type { BackupContent } from '#lib/backup/read-backup'
import type { PieceName } from '#lib/base/ids'
import type { Crypto } from '#lib/crypto/crypto'
import { restoredPieceRecord } from '#lib/host/piece-bringer'
import { decodeStandaloneRun } from '#lib/protocol/entry-run'
import { MAX_SEALED_PIECE_BYTES } from '#lib/protocol/limits'
import type { Replica } from '#lib/replica/replica'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { Reception, SegmentReception } from '#lib/sync/entry-source'

export type ContentError =
  | { readonly type: 'damaged-backup' }
  | { readonly type: 'storage-full' }
  | { readonly type: 'storage-failed' }

/** Takes in what a backup holds of one workspace, checked like a peer's (E8). */
export interface ContentIntake {
  take(item: BackupContent): Promise<void>
  /** What waited for something that came after it. */
  takeWaiting(): Promise<void>
  /** The first that went wrong: nothing more is of use then. */
  error(): ContentError | undefined
}

/** Of what waits for something later in the file; a backup that this app made lets little wait. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024

export function takeContent(replica: Replica, store: WorkspaceStore, crypto: Crypto): ContentIntake {
  let failure: ContentError | undefined
  let waiting: BackupContent[] = []
  let waitingBytes = 0

  /** Whether it was of use. */
  async function receive(item: BackupContent): Promise<boolean> {
    const reception = await receptionOf(item)
    // what was stored was signed: the rest of what a peer would refuse is its author's fault, and no damage of the file
    if (reception.type === 'bad' && isForged(reception.reason)) failure ??= { type: 'damaged-backup' }
    if (reception.type === 'waiting') {
      waiting.push(item)
      waitingBytes += item.bytes.length
    }
    return reception.type === 'taken'
  }

  async function receptionOf({ type, bytes }: BackupContent): Promise<Reception | SegmentReception> {
    if (type === 'segment') return replica.receiveSegment(bytes)
    const run = decodeStandaloneRun(bytes)
    return run.ok ? replica.receive(run.value) : { type: 'bad', reason: 'malformed-run' }
  }

  async function keepPiece(bytes: Uint8Array): Promise<void> {
    if (bytes.length > MAX_SEALED_PIECE_BYTES) return
    const name = (await crypto.digest(bytes)) as PieceName
    const kept = await store.commit({ entries: [], records: [restoredPieceRecord(name)], pieces: [{ name, bytes }] })
    if (!kept.ok) failure ??= storageErrorOf(kept.error)
  }

  async function takeWaiting(): Promise<void> {
    for (let isMoving = true; isMoving && waiting.length > 0; ) {
      const again = waiting
      waiting = []
      waitingBytes = 0
      isMoving = false
      for (const item of again) isMoving = (await receive(item)) || isMoving
    }
  }

  /** Of somebody whom even the log, which came first, does not name, or behind a gap: as a peer, for no longer than there is room. */
  function makeRoom(): void {
    while (waitingBytes > MAX_WAITING_BYTES / 2) waitingBytes -= waiting.shift()?.bytes.length ?? waitingBytes
  }

  return {
    async take(item) {
      if (item.type === 'piece') await keepPiece(item.bytes)
      else await receive(item)
      if (waitingBytes <= MAX_WAITING_BYTES) return
      await takeWaiting()
      makeRoom()
    },
    takeWaiting,
    error: () => failure,
  }
}

/** Not what its author signed. */
const isForged = (reason: string): boolean => ['malformed-run', 'malformed-segment', 'signature'].includes(reason)

export const storageErrorOf = ({ type }: { readonly type: string }): ContentError =>
  type === 'storage-full' ? { type } : { type: 'storage-failed' }
