/** What every `LogStore` must do; run against each implementation in log-store.test.ts. */
import { describe, expect, it } from 'vitest'
import type { ChannelTag, PieceName } from '#lib/base/ids'
import type { RelayKey, RoomName } from '#lib/protocol/door'
import type { DoorRecord } from '#lib/protocol/door-list'
import type { ReadFilter } from '#lib/protocol/relay-frames'
import { describeDroppedBlobs } from '#relay/dropped-blobs.contract'
import { isRefused, type MailboxRecord, type StoreWrite } from '#relay/log-store'
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

export function describeLogStore(name: string, create: () => Promise<StoreUnderTest>): void {
  const started = async (...writes: readonly StoreWrite[]) => {
    const under = await create()
    await under.store.commit([begin(), begin(otherRoom), ...writes])
    return under
  }

  describe(`LogStore: ${name}`, () => {
    it('R4 begins a room once and keeps what it began with', async () => {
      const { store } = await started()
      await store.commit([{ type: 'room', record: { room, rootKey: bob, random: id(8), touchedAt: 700 } }])
      expect(await store.room(room)).toEqual({
        room,
        rootKey: alice,
        random: id(9),
        touchedAt: 500,
        end: 0,
        dropped: 0,
        doorVersion: 0,
      })
      expect(await store.room(id(3) as RoomName)).toBeUndefined()
    })

    it('R4 numbers the blobs of each room from 1 in the order of arrival', async () => {
      const { store } = await started()
      const placed = await store.commit([blob(1), blob(2), blob(3, 'content', 10, otherRoom)])
      expect(placed.map(({ position }) => position)).toEqual([1, 2, 1])
      expect((await store.commit([blob(4)]))[0]).toEqual({ position: 3, isNew: true })
      expect((await store.room(room))?.end).toBe(3)
    })

    it('R4 keeps a blob once a room and tells where it lies', async () => {
      const { store } = await started(blob(1), blob(2))
      expect(await store.commit([blob(1), blob(1, 'content', 100, otherRoom)])).toEqual([
        { position: 1, isNew: false },
        { position: 1, isNew: true },
      ])
      expect(bytesIn((await store.read(page)).blobs)).toEqual([1, 2])
    })

    it('R4 commits all or nothing', async () => {
      const { store } = await started()
      await expect(store.commit([blob(1), blob(2, 'content', 10, id(99) as RoomName)])).rejects.toThrow()
      if (name !== 'memory') expect((await store.read(page)).blobs).toEqual([])
    })

    it('R4 reads on from a cursor in pages bounded by number and size', async () => {
      const { store } = await started(...[1, 2, 3, 4, 5].map((value) => blob(value)))
      const first = await store.read({ ...page, maxBlobs: 2 })
      expect([bytesIn(first.blobs), first.cursor, first.hasMore]).toEqual([[1, 2], 2, true])
      const second = await store.read({ ...page, after: 2, maxBytes: 250 })
      expect([bytesIn(second.blobs), second.cursor, second.hasMore]).toEqual([[3, 4], 4, true])
      const third = await store.read({ ...page, after: 4, maxBytes: 1 })
      expect([bytesIn(third.blobs), third.cursor, third.hasMore]).toEqual([[5], 5, false])
    })

    it('R4 reads nothing after the end and stays where it was asked from', async () => {
      const { store } = await started(blob(1))
      expect(await store.read({ ...page, after: 1 })).toEqual({ blobs: [], cursor: 1, hasMore: false })
      expect(await store.read({ ...page, after: 7 })).toEqual({ blobs: [], cursor: 7, hasMore: false })
    })

    it('R4 reads one lane or one channel, up to the end of the room', async () => {
      const { store } = await started(blob(1, 'log'), blob(2), blob(3, 'log'), blob(4))
      const read = async (filter: ReadFilter) => {
        const { blobs, cursor } = await store.read({ ...page, filter })
        return [bytesIn(blobs), cursor]
      }
      expect(await read({ lane: 'log', channel: undefined })).toEqual([[1, 3], 4])
      expect(await read({ lane: 'content', channel: undefined })).toEqual([[2, 4], 4])
      expect(await read({ lane: 'any', channel: id(1, 16) as ChannelTag })).toEqual([[1, 3], 4])
      expect(await read({ lane: 'content', channel: id(1, 16) as ChannelTag })).toEqual([[], 4])
    })

    it('R4 counts bytes by uploader and lane', async () => {
      const { store } = await started(
        blob(1, 'log', 10),
        blob(3, 'content', 20),
        blob(2, 'content', 7),
        blob(5, 'log', 1),
      )
      expect(await store.bytes()).toBe(38)
      const usage = await store.usage(room)
      expect(usage.find(({ key, lane }) => key[0] === alice[0] && lane === 'log')?.bytes).toBe(11)
      expect(usage.map(({ bytes }) => bytes).toSorted((a, b) => a - b)).toEqual([7, 11, 20])
      expect(await store.usage(otherRoom)).toEqual([])
    })

    it('F1 keeps a piece once a room, apart from the blobs, and counts it for who brought it', async () => {
      const { store } = await started(blob(1))
      const placed = await store.commit([piece(7), piece(7), piece(7, otherRoom)])
      expect(placed.map(({ isNew }) => isNew)).toEqual([true, false, true])
      expect(placed.some(isRefused)).toBe(false)
      expect(await store.piece(room, id(7) as PieceName)).toEqual(id(7, 300))
      expect(await store.piece(room, id(8) as PieceName)).toBeUndefined()
      expect(await store.pieceNames(room)).toEqual([id(7)])
      expect([bytesIn((await store.read(page)).blobs), (await store.room(room))?.end]).toEqual([[1], 1])
      expect(await store.bytes()).toBe(700)
      expect((await store.usage(room)).find(({ lane }) => lane === 'piece')).toEqual({
        key: alice,
        lane: 'piece',
        bytes: 300,
      })
    })

    it('F1 keeps a room that holds nothing but a piece', async () => {
      const { store } = await started(piece(7))
      expect(await store.expireRooms(501)).toBe(1)
      expect(await store.piece(room, id(7) as PieceName)).toEqual(id(7, 300))
    })

    it('R3 keeps the newest record about each subject, and takes none that was judged by an older door', async () => {
      const record = (subject: RelayKey, n: number): DoorRecord => {
        return { subject, level: 'member', n, signer: alice, signerLevel: 'root', bytes: id(n, 200) }
      }
      const door = (item: DoorRecord, version: number): StoreWrite => ({ type: 'door', room, record: item, version })
      const { store } = await started(door(record(bob, 1), 0), door(record(alice, 1), 1), door(record(bob, 2 ** 50), 2))
      const records = await store.doorRecords(room)
      expect(records.toSorted((a, b) => b.n - a.n)).toEqual([record(bob, 2 ** 50), record(alice, 1)])
      expect(await store.doorRecords(otherRoom)).toEqual([])
      expect([(await store.room(room))?.doorVersion, (await store.room(otherRoom))?.doorVersion]).toEqual([3, 0])
      const placed = await store.commit([door(record(bob, 7), 2), door(record(alice, 8), 3), door(record(bob, 9), 3)])
      expect(placed.map(isRefused)).toEqual([true, false, true])
      expect((await store.doorRecords(room)).map(({ n }) => n).toSorted((a, b) => a - b)).toEqual([8, 2 ** 50])
    })

    it('R10 keeps the last receipt of each key', async () => {
      const receipt = (key: RelayKey, value: number): StoreWrite => ({ type: 'receipt', room, key, bytes: id(value) })
      const { store } = await started(receipt(alice, 1), receipt(bob, 2), receipt(alice, 3))
      const receipts = await store.receipts(room)
      expect(receipts.map(({ key, bytes }) => [key[0], bytes[0]]).toSorted()).toEqual([
        [10, 3],
        [11, 2],
      ])
      expect((await store.receipts(room, alice)).map(({ bytes }) => bytes[0])).toEqual([3])
    })

    const box = { name: id(50), room, publicKey: id(51), expiresAt: 1000, card: id(52, 5) }
    const openAs = (record: MailboxRecord): StoreWrite => ({ type: 'mailbox', record, mostInRoom: 2 })
    const open = openAs(box)
    const deposit = (value: number): StoreWrite => {
      return { type: 'deposit', mailbox: box.name, bytes: id(value, 40), mostWaiting: 3 }
    }
    const answer = (number: number, value: number): StoreWrite => {
      return { type: 'answer', mailbox: box.name, number, bytes: id(value, 60), mostBytes: 130 }
    }

    it('I1 opens a mailbox and renews its card and end', async () => {
      const { store } = await started(open)
      expect(await store.mailbox(box.name)).toEqual(box)
      await store.commit([openAs({ ...box, room: otherRoom, expiresAt: 2000, card: id(1, 0) })])
      expect(await store.mailbox(box.name)).toEqual({ ...box, expiresAt: 2000, card: id(1, 0) })
    })

    it('R4 I1 opens no more mailboxes in a room than the write allows, in one commit or several', async () => {
      const { store } = await started()
      const numbered = (value: number, at = room) => openAs({ ...box, name: id(value), room: at })
      const placed = await store.commit([50, 51, 52, 51].map((value) => numbered(value)))
      expect(placed.map(isRefused)).toEqual([false, false, true, false])
      expect((await store.commit([numbered(53), numbered(53, otherRoom), numbered(50)])).map(isRefused)).toEqual([
        true,
        false,
        false,
      ])
      expect(await store.mailbox(id(52))).toBeUndefined()
    })

    it('R4 I1 keeps no more deposits waiting than the write allows, in one commit or several', async () => {
      const { store } = await started(open)
      const placed = await store.commit([1, 2, 3, 4, 2].map(deposit))
      expect(placed.map(isRefused)).toEqual([false, false, false, true, false])
      expect((await store.commit([deposit(5), answer(1, 7), deposit(6)])).map(isRefused)).toEqual([true, false, false])
      expect(bytesIn(await store.deposits(box.name))).toEqual([2, 3, 6])
    })

    it('R4 I1 keeps no more bytes of answers than the write allows, and leaves unanswered what it refuses', async () => {
      const { store } = await started(open, deposit(1), deposit(2), deposit(3))
      expect((await store.commit([answer(1, 7), answer(2, 8), answer(3, 9)])).map(isRefused)).toEqual([
        false,
        false,
        true,
      ])
      expect((await store.commit([answer(3, 9)])).map(isRefused)).toEqual([true])
      expect(bytesIn(await store.deposits(box.name))).toEqual([3])
      expect(bytesIn(await store.answers(box.name))).toEqual([7, 8])
    })

    it('I1 keeps equal deposits once, until they are answered', async () => {
      const { store } = await started(open)
      const placed = await store.commit([deposit(1), deposit(2), deposit(1)])
      expect(placed.map(({ position, isNew }) => [position, isNew])).toEqual([
        [1, true],
        [2, true],
        [1, false],
      ])
      await store.commit([answer(1, 7)])
      expect(await store.deposits(box.name)).toEqual([{ number: 2, bytes: id(2, 40) }])
      expect(await store.answers(box.name)).toEqual([{ number: 1, bytes: id(7, 60) }])
      expect((await store.commit([deposit(1)]))[0]).toEqual({ position: 3, isNew: true })
    })

    it('I5 drops a mailbox with all in it at its end', async () => {
      const { store } = await started(open, deposit(1), deposit(2), answer(1, 7))
      await store.dropExpired(999)
      expect(await store.mailbox(box.name)).toBeDefined()
      await store.dropExpired(1000)
      expect(await store.mailbox(box.name)).toBeUndefined()
      expect([await store.deposits(box.name), await store.answers(box.name)]).toEqual([[], []])
    })

    it('R4 names its rooms, and moves on when they were touched, never back', async () => {
      const { store } = await started({ type: 'touch', room, at: 900 }, { type: 'touch', room, at: 800 })
      expect((await store.roomNames()).map(([first]) => first).toSorted()).toEqual([1, 2])
      expect((await store.room(room))?.touchedAt).toBe(900)
      expect((await store.room(otherRoom))?.touchedAt).toBe(500)
    })

    it('R4 drops of rooms that nobody touched no blob and no mailbox: only receipts, and rooms that are empty', async () => {
      const [touched, empty] = [id(3) as RoomName, id(4) as RoomName]
      const receipt: StoreWrite = { type: 'receipt', room: otherRoom, key: bob, bytes: id(7) }
      const { store } = await started(open, blob(1, 'log', 10, otherRoom), receipt, begin(touched, 600), begin(empty))
      const door: DoorRecord = {
        subject: bob,
        level: 'member',
        n: 1,
        signer: alice,
        signerLevel: 'root',
        bytes: id(1, 200),
      }
      await store.commit([{ type: 'door', room: empty, record: door, version: 0 }])
      expect(await store.expireRooms(500)).toBe(0)
      expect(await store.receipts(otherRoom)).toHaveLength(1)
      expect(await store.expireRooms(501)).toBe(1)
      expect((await store.roomNames()).map(([first]) => first).toSorted()).toEqual([1, 2, 3])
      expect([await store.receipts(otherRoom), await store.doorRecords(empty)]).toEqual([[], []])
      expect(bytesIn((await store.read({ ...page, room: otherRoom })).blobs)).toEqual([1])
      await store.commit([begin(empty)])
      expect(await store.doorRecords(empty)).toEqual([])
    })

    it('R4 has everything again after closing and opening', async () => {
      const { store, reopen } = await started(open, deposit(1), blob(1, 'log'), blob(2), piece(7))
      if (reopen === undefined) return
      const before = { id: store.id, page: await store.read(page), box: await store.mailbox(box.name) }
      await store.close()
      const again = await reopen()
      expect({ id: again.id, page: await again.read(page), box: await again.mailbox(box.name) }).toEqual(before)
      expect(await again.piece(room, id(7) as PieceName)).toEqual(id(7, 300))
      expect((await again.commit([blob(3)]))[0]?.position).toBe(3)
    })

    describeDroppedBlobs(started)
  })
}
