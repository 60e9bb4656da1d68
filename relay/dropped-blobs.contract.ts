/** What every `LogStore` must do where content is dropped (S3); part of log-store.contract.ts. */
import { describe, expect, it } from 'vitest'
import { sameBytes } from '#lib/base/bytes'
import type { ChannelTag } from '#lib/base/ids'
import { PLACE_BYTES } from '#lib/protocol/blob'
import type { RoomName } from '#lib/protocol/door'
import { isRefused, type LogStore, type StoreWrite } from '#relay/log-store'
import {
  alice,
  begin,
  blob,
  bob,
  bytesIn,
  id,
  otherRoom,
  page,
  piece,
  room,
  type StoreUnderTest,
} from '#relay/testing/store-under-test'

const drop = (cursor: number, name = room): StoreWrite => ({ type: 'drop', room: name, cursor })

/** `started` makes a store with two rooms and these writes in it. */
export function describeDroppedBlobs(started: (...writes: readonly StoreWrite[]) => Promise<StoreUnderTest>): void {
  describe('dropped blobs', () => {
    const content = id(2, 16) as ChannelTag
    const outlined = { room, channel: content, after: 0, maxBytes: 10_000, maxBlobs: 100 }
    const used = async (store: LogStore, key: Uint8Array) =>
      (await store.usage(room)).find((usage) => usage.lane === 'content' && sameBytes(usage.key, key))?.bytes ?? 0

    it('S3 tells what lies in a channel’s content: where, how long, since when, and how it begins', async () => {
      const other = { ...blob(6), channel: id(3, 16) as ChannelTag }
      const logOfChannel = { ...blob(7, 'log'), channel: content }
      const { store } = await started(
        ...[
          blob(1),
          blob(2, 'segment'),
          blob(3, 'content', 50),
          other,
          logOfChannel,
          blob(8, 'content', 10, otherRoom),
        ],
      )
      expect(await store.outlines(outlined)).toEqual({
        outlines: [
          { cursor: 1, size: 100, storedAt: 3600, head: id(1, PLACE_BYTES) },
          { cursor: 3, size: 50, storedAt: 10_800, head: id(3, 50) },
        ],
        cursor: 5,
        hasMore: false,
      })
      expect((await store.outlines({ ...outlined, after: 9 })).cursor).toBe(9)
    })

    it('S3 tells it in pages bounded by number and by the size of the blobs', async () => {
      const { store } = await started(...[1, 2, 3, 4, 5].map((value) => blob(value)))
      const told = async (query: object) => {
        const { outlines, cursor, hasMore } = await store.outlines({ ...outlined, ...query })
        return [outlines.map((outline) => outline.cursor), cursor, hasMore]
      }
      expect(await told({ maxBlobs: 2 })).toEqual([[1, 2], 2, true])
      expect(await told({ after: 2, maxBytes: 250 })).toEqual([[3, 4], 4, true])
      expect(await told({ after: 4, maxBytes: 1 })).toEqual([[5], 5, false])
    })

    it('S3 drops blobs of content alone, each once', async () => {
      const { store } = await started(blob(1), blob(2, 'log'), blob(3, 'segment'), blob(5))
      const placed = await store.commit([1, 2, 3, 1, 9].map((cursor) => drop(cursor)))
      expect(placed.map(isRefused)).toEqual([false, true, true, true, true])
      expect(placed[0]).toEqual({ position: 1, isNew: true })
      const both = await Promise.all([store.commit([drop(4)]), store.commit([drop(4)])])
      expect(both.flat().filter((place) => !isRefused(place))).toEqual([{ position: 4, isNew: true }])
      expect(bytesIn((await store.read(page)).blobs)).toEqual([2, 3])
      expect(await store.commit([drop(1, otherRoom)])).toEqual([{ position: 0, isNew: false }])
    })

    it('S3 R4 gives back to room and store what was dropped, and to every key by what it has used', async () => {
      const { store } = await started(
        ...[blob(1, 'content', 10), blob(2, 'content', 20), blob(3, 'content', 40), piece(7)],
        ...[blob(4, 'log', 7), blob(6, 'content', 90, otherRoom)],
      )
      await store.commit([drop(3), blob(5, 'content', 80), drop(2)])
      expect([await used(store, alice), await used(store, bob)]).toEqual([78, 12])
      expect(await store.bytes()).toBe(487)
      expect(await store.room(room)).toMatchObject({ end: 5, dropped: 2 })
      const others = (await store.usage(room)).filter(({ lane }) => lane !== 'content')
      expect(new Map(others.map(({ lane, bytes }) => [lane, bytes]))).toEqual(
        new Map(Object.entries({ piece: 300, log: 7 })),
      )
      expect(await store.usage(otherRoom)).toEqual([{ key: bob, lane: 'content', bytes: 90 }])
    })

    it('S3 R4 gives back from several rooms at once, to the last byte', async () => {
      const ofOther = (value: number, size: number) => blob(value, 'content', size, otherRoom)
      const { store } = await started(
        ...[blob(1, 'content', 10), blob(2, 'content', 21), blob(3, 'content', 1)],
        ...[ofOther(1, 30), ofOther(2, 30)],
      )
      await store.commit([drop(2), drop(1, otherRoom)])
      expect([await used(store, alice), await used(store, bob)]).toEqual([3, 8])
      expect((await store.usage(otherRoom)).map(({ bytes }) => bytes)).toEqual([15, 15])
      await store.commit([drop(1), drop(3), drop(2, otherRoom)])
      expect([await used(store, alice), await used(store, bob), await store.bytes()]).toEqual([0, 0, 0])
    })

    it('S3 R4 reads on across what was dropped', async () => {
      const { store } = await started(...[1, 2, 3, 4, 5].map((value) => blob(value)))
      await store.commit([drop(2), drop(3)])
      const read = async (after: number) => {
        const { blobs, cursor, hasMore } = await store.read({ ...page, after, maxBlobs: 2 })
        return [blobs.map((item) => item.cursor), cursor, hasMore]
      }
      expect([await read(0), await read(1), await read(2), await read(4)]).toEqual([
        [[1, 4], 4, true],
        [[4, 5], 5, false],
        [[4, 5], 5, false],
        [[5], 5, false],
      ])
      await store.commit([drop(5)])
      expect(await read(4)).toEqual([[], 5, false])
    })

    it('S3 R4 gives no cursor twice: what comes again has a new one, also after the newest was dropped', async () => {
      const { store } = await started(blob(1), blob(2))
      await store.commit([drop(2), drop(1)])
      expect(await store.room(room)).toMatchObject({ end: 2, dropped: 2 })
      expect(await store.commit([blob(2), blob(1)])).toEqual([
        { position: 3, isNew: true },
        { position: 4, isNew: true },
      ])
      expect(await store.expireRooms(501)).toBe(1)
      expect((await store.read(page)).blobs.map(({ cursor }) => cursor)).toEqual([3, 4])
    })

    it('S3 R4 keeps a room of which all was dropped: begun anew, it would count from 1', async () => {
      const { store } = await started(blob(1))
      await store.commit([drop(1)])
      await store.expireRooms(501)
      await store.commit([begin()])
      expect((await store.commit([blob(1)]))[0]).toEqual({ position: 2, isNew: true })
    })

    it('S3 R4 drops all or nothing, for good', async () => {
      const { store, reopen } = await started(blob(1), blob(2), blob(4))
      if (reopen === undefined) return
      await expect(store.commit([drop(1), drop(1, id(99) as RoomName)])).rejects.toThrow()
      expect(bytesIn((await store.read(page)).blobs)).toEqual([1, 2, 4])
      await store.commit([drop(3), drop(1)])
      await store.close()
      const again = await reopen()
      expect(bytesIn((await again.read(page)).blobs)).toEqual([2])
      expect(await again.room(room)).toMatchObject({ end: 3, dropped: 2 })
      expect((await again.commit([blob(4)]))[0]?.position).toBe(4)
      expect([await used(again, alice), await used(again, bob), await again.bytes()]).toEqual([33, 167, 200])
    })
  })
}
