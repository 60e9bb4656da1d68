import { describe, expect, it } from 'vitest'
import { err, ok } from '#lib/base/result'
import { createPieceKeeper } from '#lib/host/piece-keeper'
import { createMemoryDisk, openMemoryStorage } from '#lib/storage/memory-storage'
import type { PieceRoad } from '#lib/sync/piece-road'
import { fakePieceRelay, pieceBytes, pieceOf } from '#lib/testing/fake-piece-relay'
import { createVirtualClock } from '#lib/testing/virtual-clock'

async function keeperOn(disk = createMemoryDisk(), roads = new Map<string, PieceRoad>()) {
  const opened = await openMemoryStorage(disk).workspace('w')
  if (!opened.ok) throw new Error('no store')
  const store = opened.value
  const waiting = () => store.recordKeys('piece/waiting/')
  const clock = createVirtualClock()
  const keeper = await createPieceKeeper({ store, clock, roads: () => roads, onChange() {} })
  return { disk, store, clock, roads, waiting, keeper }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the keeper of pieces', () => {
  it('F1 has a piece on disk at once and brings it to every relay', async () => {
    const [one, two] = [fakePieceRelay(), fakePieceRelay()]
    const { keeper, waiting } = await keeperOn(
      undefined,
      new Map([
        ['a', one.road],
        ['b', two.road],
      ]),
    )
    expect(await keeper.keep(pieceOf(1))).toEqual(ok(undefined))
    expect(await keeper.read(pieceOf(1).name)).toEqual(ok(pieceBytes(1)))
    await settled()
    expect([one.kept.size, two.kept.size, await waiting()]).toEqual([1, 1, []])
  })

  it('F1 brings after a restart what was kept without a relay', async () => {
    const before = await keeperOn()
    await before.keeper.keep(pieceOf(1))
    before.keeper.close()
    const one = fakePieceRelay()
    const after = await keeperOn(before.disk, new Map([['a', one.road]]))
    after.keeper.bring()
    await settled()
    expect([[...one.kept.values()], await after.waiting()]).toEqual([[pieceBytes(1)], []])
  })

  it('F1 goes on waiting for a relay that is away or takes nothing', async () => {
    const [away, full] = [fakePieceRelay({ away: true }), fakePieceRelay({ room: 0 })]
    const { keeper, waiting } = await keeperOn(
      undefined,
      new Map([
        ['a', away.road],
        ['b', full.road],
      ]),
    )
    await keeper.keep(pieceOf(1))
    away.comeBack()
    await settled()
    expect([away.kept.size, (await waiting()).length]).toEqual([1, 1])
    expect([keeper.isWaiting(), keeper.isDeclined()]).toEqual([true, true])
    full.answers.room = 1
    keeper.bring()
    await settled()
    expect(await waiting()).toEqual([])
    expect([keeper.isWaiting(), keeper.isDeclined()]).toEqual([false, false])
  })

  it('F1 brings it again where a road broke', async () => {
    const { road, kept } = fakePieceRelay()
    const broken: PieceRoad = { ...road, put: () => Promise.reject(new Error('broken')) }
    const { keeper, roads } = await keeperOn(undefined, new Map([['a', broken]]))
    await keeper.keep(pieceOf(1))
    await settled()
    expect([keeper.isWaiting(), keeper.isDeclined()]).toEqual([true, false])
    roads.set('a', road)
    keeper.bring()
    await settled()
    expect([kept.size, keeper.isWaiting()]).toEqual([1, false])
  })

  it('F1 brings it later where the disk did not give it, and lets a damaged one go', async () => {
    const { road, kept } = fakePieceRelay()
    const { keeper, store, waiting } = await keeperOn(undefined, new Map([['a', road]]))
    const { piece: read } = store
    const { name } = pieceOf(1)
    store.piece = async () => err({ type: 'storage-failed', reason: 'busy' })
    await keeper.keep(pieceOf(1))
    await settled()
    expect([kept.size, keeper.isWaiting()]).toEqual([0, true])
    store.piece = read
    keeper.bring()
    await settled()
    expect([kept.size, keeper.isWaiting()]).toEqual([1, false])
    store.piece = async () => err({ type: 'piece-damaged', name })
    await keeper.keep(pieceOf(1))
    await settled()
    expect(await waiting()).toEqual([])
  })

  it('F1 asks the disk again half a minute after it did not give some, once for all, and not after the end', async () => {
    const { road, kept } = fakePieceRelay()
    const { keeper, store, clock } = await keeperOn(undefined, new Map([['a', road]]))
    const { piece: read } = store
    store.piece = async () => err({ type: 'storage-failed', reason: 'busy' })
    for (const one of [1, 2]) await keeper.keep(pieceOf(one))
    await settled()
    expect([kept.size, clock.waiting]).toEqual([0, 1])
    await clock.advance(30_000)
    expect([kept.size, clock.waiting]).toEqual([0, 1])
    store.piece = read
    await clock.advance(29_999)
    expect(kept.size).toBe(0)
    await clock.advance(1)
    expect([kept.size, keeper.isWaiting(), clock.waiting]).toEqual([2, false, 0])
    store.piece = async () => err({ type: 'storage-failed', reason: 'busy' })
    await keeper.keep(pieceOf(3))
    await settled()
    keeper.close()
    expect(clock.waiting).toBe(0)
  })

  it('F1 does not wait for a relay that was taken out', async () => {
    const [one, gone] = [fakePieceRelay(), fakePieceRelay({ room: 0 })]
    const { keeper, waiting, roads } = await keeperOn(
      undefined,
      new Map([
        ['a', one.road],
        ['b', gone.road],
      ]),
    )
    await keeper.keep(pieceOf(1))
    await settled()
    roads.delete('b')
    keeper.bring()
    await settled()
    expect(await waiting()).toEqual([])
  })

  it('F1 fetches from the relay that has it, keeps it, and heals one that lacks it', async () => {
    const [lacks, has] = [fakePieceRelay(), fakePieceRelay()]
    await has.road.put(pieceOf(1).name, async () => pieceBytes(1))
    const { keeper, roads } = await keeperOn(
      undefined,
      new Map([
        ['a', lacks.road],
        ['b', has.road],
      ]),
    )
    expect(await keeper.read(pieceOf(1).name)).toEqual(ok(pieceBytes(1)))
    await settled()
    expect(lacks.kept.size).toBe(1)
    roads.clear()
    expect(await keeper.read(pieceOf(1).name)).toEqual(ok(pieceBytes(1)))
  })

  it('F1 says whether a piece may be at a relay that is away', async () => {
    const { keeper, roads } = await keeperOn()
    expect(await keeper.read(pieceOf(1).name)).toEqual(err({ type: 'away' }))
    roads.set('a', fakePieceRelay().road)
    expect(await keeper.read(pieceOf(1).name)).toEqual(err({ type: 'missing' }))
    roads.set('b', fakePieceRelay({ away: true }).road)
    expect(await keeper.read(pieceOf(1).name)).toEqual(err({ type: 'away' }))
  })

  it('F1 says that this device is full, and notes nothing', async () => {
    const { keeper, disk, waiting } = await keeperOn()
    disk.full = true
    expect(await keeper.keep(pieceOf(1))).toEqual(err({ type: 'storage-full' }))
    disk.full = false
    expect([await waiting(), await keeper.read(pieceOf(1).name)]).toEqual([[], err({ type: 'away' })])
  })
})
