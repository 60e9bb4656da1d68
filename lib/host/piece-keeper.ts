import { fromHex, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { PieceName } from '#lib/base/ids'
import { err, ok, type Result } from '#lib/base/result'
import type { AppendFailure } from '#lib/host/host-protocol'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { PieceRoad } from '#lib/sync/piece-road'

/** Why a piece is not here: a relay that may have it is away, or nobody that answers has it yet. */
export type PieceAbsence = { readonly type: 'away' } | { readonly type: 'missing' }

/** The leader's part in files: it keeps pieces sealed, carries them, and knows no file and no key (F1). */
export interface PieceKeeper {
  /** On disk when it resolves; every relay gets it as soon as that can be done, also after a restart. */
  keep(piece: { readonly name: PieceName; readonly bytes: Uint8Array }): Promise<Result<void, AppendFailure>>
  /** From this device, else from a relay, and then it stays here. */
  read(name: PieceName): Promise<Result<Uint8Array, PieceAbsence>>
  /** Relays came, went or answer again. */
  bring(): void
  /** Something that was added here is not at every relay yet. */
  isWaiting(): boolean
  /** A relay has no room for some of it. */
  isDeclined(): boolean
  close(): void
}

/** What a relay lacks is noted until every relay has it, in the same commit as the piece. */
const WAITING = 'piece/waiting/'
const waitingKey = (name: string) => `${WAITING}${name}`
/** After a road or a disk that broke. */
const AGAIN_AFTER_MS = 30_000

export async function createPieceKeeper({
  store,
  clock,
  roads,
  onChange,
}: {
  readonly store: WorkspaceStore
  readonly clock: Clock
  /** By the relay's place. */
  readonly roads: () => ReadonlyMap<string, PieceRoad>
  /** It waits for a relay, or does not any more. */
  onChange(): void
}): Promise<PieceKeeper> {
  const keys = await store.recordKeys(WAITING)
  /** By name (hex): the relays that have it. */
  const waiting = new Map(keys.map((key) => [key.slice(WAITING.length), new Set<string>()]))
  const reading = new Map<string, Promise<Result<Uint8Array, PieceAbsence>>>()
  /** `road name` of what is on its way. */
  const underWay = new Set<string>()
  /** `road name` of what a relay had no room for, until it is offered again. */
  const declined = new Set<string>()
  let stopTimer: Cancel | undefined
  let isClosed = false

  async function onDisk(name: PieceName): Promise<Uint8Array | undefined> {
    const found = await store.piece(name)
    return found.ok ? found.value : undefined
  }

  /** Nothing where it is damaged for good; throws where the disk may give it later. */
  async function toBring(name: PieceName): Promise<Uint8Array | undefined> {
    const found = await store.piece(name)
    if (!found.ok && found.error.type === 'storage-failed') throw new Error(found.error.reason)
    return found.ok ? found.value : undefined
  }

  function bring(): void {
    for (const [name, holders] of waiting) {
      for (const [place, road] of roads()) if (!holders.has(place)) void bringTo(place, road, name)
      noteBrought(name, holders)
    }
  }

  async function bringTo(place: string, road: PieceRoad, name: string): Promise<void> {
    const piece = fromHex(name) as PieceName
    const trip = `${place} ${name}`
    if (underWay.has(trip)) return
    underWay.add(trip)
    declined.delete(trip)
    const outcome = await road.put(piece, () => toBring(piece)).catch(() => undefined)
    underWay.delete(trip)
    const holders = waiting.get(name)
    if (!holders || isClosed) return
    if (!outcome) bringAgain()
    else if (outcome === 'stored') {
      holders.add(place)
      noteBrought(name, holders)
    } else {
      declined.add(trip)
      onChange()
    }
  }

  function bringAgain(): void {
    stopTimer ??= clock.after(AGAIN_AFTER_MS, () => {
      stopTimer = undefined
      bring()
    })
  }

  function noteBrought(name: string, holders: ReadonlySet<string>): void {
    const places = [...roads().keys()]
    if (places.length === 0 || !places.every((place) => holders.has(place))) return
    waiting.delete(name)
    if (waiting.size === 0) onChange()
    void store.commit({ entries: [], records: [{ key: waitingKey(name), value: undefined }] })
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
      const key = toHex(name)
      const record = { key: waitingKey(key), value: new Uint8Array() }
      const kept = await store.commit({ entries: [], records: [record], pieces: [{ name, bytes }] })
      if (!kept.ok) return err({ type: kept.error.type === 'storage-full' ? 'storage-full' : 'storage-failed' })
      waiting.set(key, new Set())
      if (waiting.size === 1) onChange()
      bring()
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
    bring,
    isWaiting: () => waiting.size > 0,
    isDeclined: () => [...declined].some((trip) => roads().has(trip.slice(0, trip.lastIndexOf(' ')))),
    close() {
      isClosed = true
      stopTimer?.()
    },
  }
}
