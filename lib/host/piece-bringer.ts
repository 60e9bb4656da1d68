/**
 * Pieces of files that relays may lack, until each relay has them (F1). What was added here is brought to all. What came
 * from a backup is mostly at the relays still, and a full one declines also what it has: each is asked first. A relay
 * without room is left alone for a while: it says no after the bytes have travelled.
 */
import { fromHex, toHex } from '#lib/base/bytes'
import type { Cancel, Clock } from '#lib/base/clock'
import type { PieceName } from '#lib/base/ids'
import type { Commit, WorkspaceStore } from '#lib/storage/storage'
import type { PieceRoad } from '#lib/sync/piece-road'

export interface PieceBringer {
  /** An added piece is on disk, together with {@link addedPieceRecord}. */
  added(name: PieceName): void
  /** Relays came, went, answer again or may have room now. */
  bring(): void
  /** A relay is known to lack something. */
  isWaiting(): boolean
  /** A relay has no room for some of it. */
  isDeclined(): boolean
  close(): void
}

export interface PieceBringerOptions {
  readonly store: WorkspaceStore
  readonly clock: Clock
  /** By the relay's place. */
  readonly roads: () => ReadonlyMap<string, PieceRoad>
  /** It waits for a relay, or does not any more. */
  onChange(): void
}

interface Bringing {
  /** Places of relays that have it. */
  readonly holders: Set<string>
  /** Places of relays that said they lack it; undefined for what was added here, which all lack. */
  readonly lacking: Set<string> | undefined
}

/** A relay that had no room when it was asked last. */
interface FullRelay {
  readonly pauseMs: number
  readonly stop: Cancel
  /** Nothing goes there until the pause is over or somebody asks for it. */
  isLeftAlone: boolean
}

const ADDED = 'piece/waiting/'
const RESTORED = 'piece/restored/'
/** Before name and place: a relay that has a piece which another lacks. */
const HELD = 'piece/held/'
/** After a road or a disk that broke. */
const AGAIN_AFTER_MS = 30_000
/** After a relay had no room; twice as long each time. */
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 3_600_000

const heldKey = (name: string, place: string) => `${HELD}${name}/${place}`

/** Notes what was added here, in the same commit as the piece. */
export const addedPieceRecord = (name: PieceName) => ({ key: ADDED + toHex(name), value: new Uint8Array() })

/** Notes what came from a backup, in the same commit as the piece. */
export const restoredPieceRecord = (name: PieceName) => ({ key: RESTORED + toHex(name), value: new Uint8Array() })

export async function createPieceBringer({
  store,
  clock,
  roads,
  onChange,
}: PieceBringerOptions): Promise<PieceBringer> {
  /** By name (hex), in the order in which they are offered. */
  const pieces = new Map<string, Bringing>()
  for (const key of await store.recordKeys(RESTORED))
    pieces.set(key.slice(RESTORED.length), { holders: new Set(), lacking: new Set() })
  for (const key of await store.recordKeys(ADDED)) addTo(key.slice(ADDED.length))
  for (const key of await store.recordKeys(HELD)) {
    const [, name = '', place = ''] = /^([0-9a-f]+)\/(.*)$/.exec(key.slice(HELD.length)) ?? []
    pieces.get(name)?.holders.add(place)
  }
  /** `place name` of what is on its way. */
  const underWay = new Set<string>()
  const asking = new WeakSet<PieceRoad>()
  /** By place. */
  const full = new Map<string, FullRelay>()
  let stopTimer: Cancel | undefined
  let wasWaiting = isWaiting()
  let isClosed = false

  function addTo(name: string): void {
    pieces.set(name, { holders: new Set(), lacking: undefined })
  }

  /** Nothing where it is damaged for good; throws where the disk may give it later, or the relay is full. */
  async function load(place: string, name: PieceName): Promise<Uint8Array | undefined> {
    if (full.get(place)?.isLeftAlone) throw new Error('room-full')
    const found = await store.piece(name)
    if (!found.ok && found.error.type === 'storage-failed') throw new Error(found.error.reason)
    return found.ok ? found.value : undefined
  }

  function bring(): void {
    for (const place of full.keys()) if (!roads().has(place)) forgetFull(place)
    for (const place of roads().keys()) offerAgain(place)
    for (const [name, piece] of pieces) noteBrought(name, piece)
  }

  function forgetFull(place: string): void {
    full.get(place)?.stop()
    full.delete(place)
  }

  function offerAgain(place: string): void {
    const relay = full.get(place)
    if (relay) relay.isLeftAlone = false
    bringAllTo(place)
  }

  function bringAllTo(place: string): void {
    const road = roads().get(place)
    if (!road || full.get(place)?.isLeftAlone) return
    for (const [name, { holders, lacking }] of pieces)
      if (!holders.has(place) && (lacking?.has(place) ?? true)) void bringTo(place, road, name)
    void askThrough(place, road)
  }

  async function bringTo(place: string, road: PieceRoad, name: string): Promise<void> {
    const trip = `${place} ${name}`
    if (underWay.has(trip)) return
    underWay.add(trip)
    const piece = fromHex(name) as PieceName
    const outcome = await road.put(piece, () => load(place, piece)).catch(() => undefined)
    underWay.delete(trip)
    if (isClosed) return
    if (outcome === 'stored') stored(place, name)
    else if (outcome) declined(place, name)
    else if (!full.get(place)?.isLeftAlone) bringAgain()
  }

  function stored(place: string, name: string): void {
    const piece = pieces.get(name)
    piece?.lacking?.delete(place)
    if (piece) noteHeld(place, name, piece)
    if (!full.has(place)) return
    forgetFull(place)
    bringAllTo(place)
    onChange()
  }

  /** Next time another one is offered first: it may be smaller. */
  function declined(place: string, name: string): void {
    const piece = pieces.get(name)
    if (piece && pieces.delete(name)) pieces.set(name, piece)
    const before = full.get(place)
    if (before?.isLeftAlone) return
    before?.stop()
    const pauseMs = Math.min(before ? before.pauseMs * 2 : FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
    full.set(place, { pauseMs, stop: clock.after(pauseMs, () => offerAgain(place)), isLeftAlone: true })
    onChange()
  }

  function bringAgain(): void {
    stopTimer ??= clock.after(AGAIN_AFTER_MS, () => {
      stopTimer = undefined
      bring()
    })
  }

  /** One after the other, so that a file which somebody opens comes first. */
  async function askThrough(place: string, road: PieceRoad): Promise<void> {
    if (asking.has(road)) return
    asking.add(road)
    for (const [name, piece] of pieces) {
      if (!piece.lacking || piece.holders.has(place) || piece.lacking.has(place)) continue
      const found = await road.read(fromHex(name) as PieceName)
      if (isClosed || roads().get(place) !== road || (!found.ok && found.error.type === 'away')) break
      if (found.ok) noteHeld(place, name, piece)
      else {
        piece.lacking.add(place)
        tellWaiting()
        void bringTo(place, road, name)
      }
    }
    asking.delete(road)
  }

  function noteHeld(place: string, name: string, piece: Bringing): void {
    piece.holders.add(place)
    if (!noteBrought(name, piece)) commit([{ key: heldKey(name, place), value: new Uint8Array() }])
  }

  /** Whether every relay has it. */
  function noteBrought(name: string, { holders }: Bringing): boolean {
    const places = [...roads().keys()]
    if (places.length === 0 || !places.every((place) => holders.has(place))) return false
    pieces.delete(name)
    tellWaiting()
    const notes = [ADDED + name, RESTORED + name, ...[...holders].map((place) => heldKey(name, place))]
    commit(notes.map((key) => ({ key, value: undefined })))
    return true
  }

  /** Where it fails, a relay is asked or offered something once more. */
  function commit(records: Commit['records'] & {}): void {
    void store.commit({ entries: [], records })
  }

  function isWaiting(): boolean {
    for (const { lacking } of pieces.values()) if (lacking === undefined || lacking.size > 0) return true
    return false
  }

  function tellWaiting(): void {
    if (isWaiting() === wasWaiting) return
    wasWaiting = !wasWaiting
    onChange()
  }

  return {
    added(name) {
      addTo(toHex(name))
      tellWaiting()
      for (const place of roads().keys()) bringAllTo(place)
    },
    bring,
    isWaiting,
    isDeclined: () => [...full.keys()].some((place) => roads().has(place)),
    close() {
      isClosed = true
      stopTimer?.()
      for (const relay of full.values()) relay.stop()
    },
  }
}
