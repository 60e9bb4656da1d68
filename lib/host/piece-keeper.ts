import { toHex } from '#lib/base/bytes'
import type { PieceName } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import {
  addedPieceRecord,
  createPieceBringer,
  type PieceBringer,
  type PieceBringerOptions,
} from '#lib/host/piece-bringer'
import type { PieceRoad } from '#lib/sync/piece-road'

/** Why a piece is not here: a relay that may have it is away, or nobody that answers has it yet. */
export type PieceAbsence = { readonly type: 'away' } | { readonly type: 'missing' }

/** The leader's part in files: it keeps pieces sealed, carries them, and knows no file and no key (F1). */
export interface PieceKeeper extends Omit<PieceBringer, 'added'> {
  /** On disk when it resolves; every relay gets it as soon as that can be done, also after a restart. */
  keep(piece: { readonly name: PieceName; readonly bytes: Uint8Array }): Promise<Result<void, AppendFailure>>
  /** From this device, else from a relay, and then it stays here. */
  read(name: PieceName): Promise<Result<Uint8Array, PieceAbsence>>
}

export async function createPieceKeeper(options: PieceBringerOptions): Promise<PieceKeeper> {
  const { store, roads } = options
  const bringer = await createPieceBringer(options)
  const reading = new Map<string, Promise<Result<Uint8Array, PieceAbsence>>>()
  let isClosed = false

  async function onDisk(name: PieceName): Promise<Uint8Array | undefined> {
    const found = await store.piece(name)
    return found.ok ? found.value : undefined
  }

  async function fetch(name: PieceName): Promise<Result<Uint8Array, PieceAbsence>> {
    let absence: PieceAbsence = { type: roads().size === 0 ? 'away' : 'missing' }
    const lacking: PieceRoad[] = []
    for (const road of roads().values()) {
      const found = await road.read(name)
      if (found.ok) {
        if (!isClosed) await store.commit({ entries: [], pieces: [{ name, bytes: found.value }] })
        for (const other of lacking) void other.put(name, async () => found.value)
        return found
      }
      if (found.error.type === 'away') absence = found.error
      else lacking.push(road)
    }
    return err(absence)
  }

  return {
    async keep({ name, bytes }) {
      const kept = await store.commit({ entries: [], records: [addedPieceRecord(name)], pieces: [{ name, bytes }] })
      if (!kept.ok) return err({ type: kept.error.type === 'storage-full' ? 'storage-full' : 'storage-failed' })
      bringer.added(name)
      return ok(undefined)
    },
    async read(name) {
      const kept = await onDisk(name)
      if (kept) return ok(kept)
      const key = toHex(name)
      const fetching = reading.get(key) ?? fetch(name).finally(() => reading.delete(key))
      reading.set(key, fetching)
      return fetching
    },
    bring: bringer.bring,
    isWaiting: bringer.isWaiting,
    isDeclined: bringer.isDeclined,
    close() {
      isClosed = true
      bringer.close()
    },
  }
}
