import { describe, expect, it } from 'vitest'
import { toHex } from '#lib/base/bytes'
import { addedPieceRecord, createPieceBringer, type PieceBringer, restoredPieceRecord } from '#lib/host/piece-bringer'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import type { WorkspaceStore } from '#lib/storage/storage'
import type { PieceRoad } from '#lib/sync/piece-road'
import { fakePieceRelay, pieceOf } from '#lib/testing/fake-piece-relay'
import { createVirtualClock } from '#lib/testing/virtual-clock'

const MINUTE = 60_000
/** What may be on its way when the first of them is declined. */
const UNDER_WAY = 3
const settled = () => new Promise((resolve) => setImmediate(resolve))
const nameOf = (value: number) => toHex(pieceOf(value).name)

async function storeWith(restored: readonly number[]): Promise<WorkspaceStore> {
  const opened = await openMemoryStorage(createMemoryDisk()).workspace('w')
  if (!opened.ok) throw new Error('no store')
  const pieces = restored.map(pieceOf)
  await opened.value.commit({ entries: [], records: pieces.map(({ name }) => restoredPieceRecord(name)), pieces })
  return opened.value
}

interface Beginning {
  readonly restored?: readonly number[]
  readonly roads: Record<string, PieceRoad>
  /** Of an earlier bringer. */
  readonly store?: WorkspaceStore
}

async function bringerOn({ restored = [], roads, store: kept }: Beginning) {
  const store = kept ?? (await storeWith(restored))
  const clock = createVirtualClock()
  const places = new Map(Object.entries(roads))
  const told: boolean[] = []
  const bringer: PieceBringer = await createPieceBringer({
    ...{ store, clock, roads: () => places },
    onChange: () => void told.push(bringer.isWaiting()),
  })
  async function add(...values: number[]) {
    for (const piece of values.map(pieceOf)) {
      await store.commit({ entries: [], records: [addedPieceRecord(piece.name)], pieces: [piece] })
      bringer.added(piece.name)
    }
    await settled()
  }
  async function bring() {
    bringer.bring()
    await settled()
  }
  const notes = () => store.recordKeys('piece/')
  return { store, clock, places, told, bringer, add, bring, notes }
}

describe('pieces that relays may lack', () => {
  it('F1 V7 brings what came from a backup to the relay that lacks it, and only there', async () => {
    const [has, lacks] = [fakePieceRelay(), fakePieceRelay()]
    await has.road.put(pieceOf(1).name, async () => pieceOf(1).bytes)
    const { bring, notes } = await bringerOn({ restored: [1], roads: { a: has.road, b: lacks.road } })
    await bring()
    expect([has.offered.length, [...lacks.kept.values()], await notes()]).toEqual([1, [pieceOf(1).bytes], []])
  })

  it('F1 V7 says that a piece of a backup waits once a relay lacks it, and not before', async () => {
    const [away, full] = [fakePieceRelay({ away: true }), fakePieceRelay({ room: 0 })]
    const { bring, places, bringer, told, clock, notes } = await bringerOn({
      restored: [1, 2],
      roads: { a: away.road },
    })
    await bring()
    expect([bringer.isWaiting(), away.asked.length]).toEqual([false, 1])
    places.set('a', full.road)
    await bring()
    expect([bringer.isWaiting(), bringer.isDeclined(), (await notes()).length]).toEqual([true, true, 2])
    full.answers.room = 2
    await clock.advance(MINUTE)
    expect([bringer.isWaiting(), bringer.isDeclined(), await notes()]).toEqual([false, false, []])
    expect(told.at(-1)).toBe(false)
  })

  it('F1 V7 asks no relay again that has it, nor brings it there, after a restart either, while another is away', async () => {
    const [has, takes, away] = [fakePieceRelay(), fakePieceRelay(), fakePieceRelay({ away: true })]
    await has.road.put(pieceOf(1).name, async () => pieceOf(1).bytes)
    const roads = { a: has.road, b: takes.road, c: away.road }
    const before = await bringerOn({ restored: [1], roads })
    await before.add(2)
    await before.bring()
    expect([has.offered.length, takes.offered.length]).toEqual([2, 2])
    before.bringer.close()
    const after = await bringerOn({ store: before.store, roads })
    await after.bring()
    expect([has.asked.length, has.offered.length, takes.asked.length, takes.offered.length]).toEqual([1, 2, 1, 2])
    expect(after.bringer.isWaiting()).toBe(true)
    after.places.delete('c')
    await after.bring()
    expect([await after.notes(), after.bringer.isWaiting()]).toEqual([[], false])
  })

  it('F1 leaves a full relay alone, longer each time, and offers another piece first', async () => {
    const full = fakePieceRelay({ room: 0 })
    const { add, clock, bringer } = await bringerOn({ roads: { a: full.road } })
    const offered = () => full.offered.splice(0)
    await add(1, 2, 3, 4, 5, 6, 7, 8, 9)
    const first = offered()
    expect([first.length <= UNDER_WAY, first[0], bringer.isDeclined()]).toEqual([true, nameOf(1), true])
    await clock.advance(MINUTE - 1)
    expect(offered()).toEqual([])
    await clock.advance(1)
    const second = offered()
    expect([second.length <= UNDER_WAY, second[0] && first.includes(second[0])]).toEqual([true, false])
    await clock.advance(2 * MINUTE - 1)
    expect(offered()).toEqual([])
    await clock.advance(1)
    expect(offered().length).toBeGreaterThan(0)
    await clock.advance(63 * MINUTE)
    offered()
    for (let hour = 0; hour < 5; hour++) {
      await clock.advance(60 * MINUTE)
      expect([1, 2, UNDER_WAY]).toContain(offered().length)
    }
  })

  it('F1 offers all again at once where somebody says that there may be room', async () => {
    const full = fakePieceRelay({ room: 0 })
    const { add, bring, bringer, clock, notes } = await bringerOn({ roads: { a: full.road } })
    await add(1, 2, 3)
    full.answers.room = 2
    await bring()
    expect([full.kept.size, bringer.isWaiting(), bringer.isDeclined()]).toEqual([2, true, true])
    full.answers.room = 3
    await bring()
    expect([full.kept.size, bringer.isWaiting(), bringer.isDeclined(), clock.waiting]).toEqual([3, false, false, 0])
    expect(await notes()).toEqual([])
  })

  it('F1 has forgotten that a relay was full which was taken out and came back', async () => {
    const [full, has] = [fakePieceRelay({ room: 0 }), fakePieceRelay()]
    const { add, bring, bringer, places, clock } = await bringerOn({ roads: { a: full.road, b: has.road } })
    await add(1)
    expect(bringer.isDeclined()).toBe(true)
    places.delete('a')
    await bring()
    expect([bringer.isWaiting(), clock.waiting]).toEqual([false, 0])
    places.set('a', full.road)
    await bring()
    expect(bringer.isDeclined()).toBe(false)
  })

  it('F1 waits for no full relay after the end', async () => {
    const full = fakePieceRelay({ room: 0 })
    const { add, bringer, clock } = await bringerOn({ roads: { a: full.road } })
    await add(1)
    bringer.close()
    expect(clock.waiting).toBe(0)
  })
})
